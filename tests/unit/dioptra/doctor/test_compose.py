import pytest

from dioptra.doctor.commands import Answer
from dioptra.doctor.compose import check_buildx, check_compose
from dioptra.doctor.finding import Finding, Status

MISSING = Answer(installed=False, succeeded=False)
UNKNOWN = Answer(succeeded=False, error="docker: 'compose' is not a docker command.")


def test_the_plugin_is_fine() -> None:
    finding = check_compose(Answer(out="2.26.1-4"), MISSING)
    assert finding == Finding("Compose", Status.OK, "docker compose 2.26.1-4")


def test_compose_1_needs_images_that_are_built_first() -> None:
    finding = check_compose(UNKNOWN, Answer(out="1.29.2"))
    assert finding.status is Status.WARN
    assert finding.remedy.startswith("build them first with make images")


def test_compose_2_as_a_program_of_its_own_is_fine() -> None:
    finding = check_compose(UNKNOWN, Answer(out="v2.20.0"))
    assert finding == Finding("Compose", Status.OK, "docker-compose v2.20.0")


@pytest.mark.parametrize(
    ("standalone", "text"),
    [
        (Answer(out="1.25.0"), "docker-compose 1.25.0 is too old"),
        (MISSING, "none that works was found"),
        (Answer(out=""), "none that works was found"),
    ],
)
def test_no_compose_that_serves_fails(standalone: Answer, text: str) -> None:
    finding = check_compose(UNKNOWN, standalone)
    assert (finding.status, finding.text) == (Status.FAIL, text)
    assert finding.remedy


@pytest.mark.parametrize(
    ("out", "text"),
    [("github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3", "0.13.1+ds1"), ("", "installed")],
)
def test_buildx_is_fine(out: str, text: str) -> None:
    assert check_buildx(Answer(out=out), MISSING) == Finding("buildx", Status.OK, text)


def test_an_old_docker_builds_without_buildx() -> None:
    finding = check_buildx(UNKNOWN, Answer(out='{"Client": {"Version": "20.10.24"}}'))
    text = "missing, but docker 20.10.24 builds without it"
    assert finding == Finding("buildx", Status.OK, text)


@pytest.mark.parametrize("docker", [MISSING, Answer(out='{"Client": {"Version": "23.0.1"}}')])
def test_a_new_docker_needs_buildx(docker: Answer) -> None:
    finding = check_buildx(UNKNOWN, docker)
    assert (finding.status, finding.remedy) == (Status.FAIL, "install Docker's buildx plugin")
