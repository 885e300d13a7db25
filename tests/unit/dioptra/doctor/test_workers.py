import json

import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.web import Reply
from dioptra.doctor.workers import check_workers


def test_workers_that_are_online_are_counted() -> None:
    body = json.dumps([{"status": "ONLINE"}, {"status": "OFFLINE"}, {"status": "ONLINE"}])
    finding = check_workers(Reply(status=200, body=body))
    assert finding == Finding("worker", Status.OK, "2 online in the pool tensorflow-cpu")


@pytest.mark.parametrize("body", ["[]", '[{"status": "OFFLINE"}]', "{", '{"a": 1}', "[1]"])
def test_no_worker_online_is_a_warning(body: str) -> None:
    finding = check_workers(Reply(status=200, body=body))
    assert finding.status is Status.WARN
    assert finding.remedy == "docker compose up -d worker-cpu"


def test_a_pool_that_is_missing_is_a_warning() -> None:
    finding = check_workers(Reply(status=404))
    text = "there is no work pool tensorflow-cpu"
    assert finding == Finding("worker", Status.WARN, text, "make it with make up")


@pytest.mark.parametrize(
    ("reply", "text"), [(Reply(status=500), "answers 500"), (Reply(), "does not answer")]
)
def test_an_answer_that_tells_nothing_is_a_warning(reply: Reply, text: str) -> None:
    finding = check_workers(reply)
    assert finding.status is Status.WARN
    assert finding.text == f"Prefect {text} when asked for the workers"
