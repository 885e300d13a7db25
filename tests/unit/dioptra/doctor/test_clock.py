import pytest

from dioptra.doctor.clock import check_clock
from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.web import Reply

DATE = "Thu, 01 Jan 1970 00:01:40 GMT"
AT_DATE = 100.0


@pytest.mark.parametrize("received", [AT_DATE, AT_DATE + 0.9, AT_DATE + 3.0, AT_DATE - 2.0])
def test_clocks_may_differ_by_two_seconds(received: float) -> None:
    finding = check_clock([Reply(date=DATE, received=received)])
    assert finding == Finding("clock", Status.OK, "within 2 s of the servers'")


@pytest.mark.parametrize(
    ("received", "text"),
    [(AT_DATE + 11, "10 s ahead of the servers'"), (AT_DATE - 10, "10 s behind the servers'")],
)
def test_clocks_that_differ_more_are_a_warning(received: float, text: str) -> None:
    finding = check_clock([Reply(date=DATE, received=received)])
    assert (finding.status, finding.text) == (Status.WARN, text)


def test_the_worst_of_the_servers_counts() -> None:
    replies = [Reply(date=DATE, received=AT_DATE), Reply(date=DATE, received=AT_DATE - 10)]
    assert check_clock(replies).status is Status.WARN


@pytest.mark.parametrize("replies", [[], [Reply()], [Reply(date="yesterday")]])
def test_no_clock_to_compare_with_is_no_failure(replies: list[Reply]) -> None:
    assert check_clock(replies).status is Status.INFO
