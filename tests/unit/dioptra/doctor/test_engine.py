import pytest

from dioptra.doctor.commands import Answer
from dioptra.doctor.engine import check_engine, parse_version, read_object
from dioptra.doctor.finding import Finding, Status

INSTALL = "install Docker Engine 20.10 or newer, or Docker Desktop"


def test_a_new_engine_is_fine() -> None:
    answer = Answer(out='{"Client": {}, "Server": {"Version": "28.2.2"}}')
    assert check_engine(answer) == Finding("Docker", Status.OK, "engine 28.2.2")


def test_the_oldest_engine_that_serves_is_fine() -> None:
    answer = Answer(out='{"Server": {"Version": "20.10.0"}}')
    assert check_engine(answer).status is Status.OK


def test_an_old_engine_fails() -> None:
    finding = check_engine(Answer(out='{"Server": {"Version": "19.03.15"}}'))
    assert finding == Finding("Docker", Status.FAIL, "engine 19.03.15 is too old", INSTALL)


def test_a_missing_command_is_to_be_installed() -> None:
    finding = check_engine(Answer(installed=False, succeeded=False))
    assert finding == Finding("Docker", Status.FAIL, "the command docker is missing", INSTALL)


def test_a_socket_that_is_refused_needs_the_group() -> None:
    error = "Got permission denied while trying to connect to the Docker daemon socket"
    finding = check_engine(Answer(succeeded=False, out='{"Server": null}', error=error))
    assert finding.status is Status.FAIL
    assert "permission denied" in finding.text
    assert "usermod -aG docker" in finding.remedy


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(succeeded=False, out='{"Server": null}', error="Cannot connect"), "Cannot connect"),
        (Answer(succeeded=False, error="x" * 200), f"{'x' * 100}..."),
        (Answer(out="[]"), "it gave no version"),
    ],
)
def test_an_engine_that_does_not_answer_is_to_be_started(answer: Answer, reason: str) -> None:
    finding = check_engine(answer)
    assert finding.status is Status.FAIL
    assert finding.text == f"the engine does not answer ({reason})"
    assert finding.remedy.startswith("start it")


def test_an_engine_that_hangs_is_to_be_asked_again() -> None:
    finding = check_engine(Answer(in_time=False, succeeded=False, error="no answer within 3 s"))
    assert finding.status is Status.FAIL
    assert finding.text == "the engine does not answer (no answer within 3 s)"
    assert finding.remedy == "try again, and restart Docker if it stays so"


@pytest.mark.parametrize(
    ("out", "error"),
    [
        ('{"Server": null}', "config.json: permission denied. Cannot connect"),
        ('{"Server": {"Version": "28.2.2"}}', "config.json: permission denied"),
    ],
)
def test_another_file_that_is_refused_is_not_the_socket(out: str, error: str) -> None:
    assert "usermod" not in check_engine(Answer(out=out, error=error)).remedy


@pytest.mark.parametrize(
    ("text", "version"), [("v2.26.1-4", (2, 26)), ("20.10.24+dfsg1", (20, 10)), ("dev", (0, 0))]
)
def test_a_version_is_its_first_two_numbers(text: str, version: tuple[int, int]) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("source", [Answer(out="{"), Answer(out="[1]"), None, 3])
def test_what_is_no_object_reads_as_an_empty_one(source: object) -> None:
    assert read_object(source) == {}
