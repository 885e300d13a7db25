import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.hosts import check_hosts
from dioptra.doctor.web import Reply

REFUSED = Reply(status=403, body="Invalid Host header - possible DNS rebinding attack detected")


@pytest.mark.parametrize("reply", [Reply(status=200), Reply(status=404), Reply(status=403)])
def test_any_other_answer_shows_that_the_host_is_allowed(reply: Reply) -> None:
    finding = check_hosts({"localhost:1": reply, "127.0.0.1:1": Reply(status=200)})
    text = "answers to localhost:1 and 127.0.0.1:1"
    assert finding == Finding("MLflow hosts", Status.OK, text)


def test_a_host_that_is_refused_fails() -> None:
    finding = check_hosts({"localhost:1": REFUSED, "127.0.0.1:1": Reply(status=200)})
    assert finding.status is Status.FAIL
    assert finding.text == "answers 403 (Invalid Host header) to localhost:1"
    assert "MLFLOW_ALLOWED_HOSTS" in finding.remedy
