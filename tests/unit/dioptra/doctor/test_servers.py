from importlib.metadata import version

import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.servers import check_server, installed_version
from dioptra.doctor.services import MLFLOW, PREFECT
from dioptra.doctor.visits import Visit
from dioptra.doctor.web import Reply

HEALTHY = Reply(status=200)


def mlflow(version: str, health: Reply = HEALTHY) -> Visit:
    return Visit(MLFLOW, 5000, "5000", health, Reply(status=200, body=version))


def check(visit: Visit, locked: str = "3.17.2", *, has_credentials: bool = False) -> Finding:
    return check_server(visit, locked=locked, has_credentials=has_credentials)


def test_a_server_that_does_not_run_is_no_failure() -> None:
    finding = check(Visit(MLFLOW, 5000, "5000"))
    assert finding == Finding("MLflow", Status.INFO, "not running", "start it with make up")


def test_a_server_of_the_installed_version_is_fine() -> None:
    finding = check(mlflow("3.17.0"))
    assert finding == Finding("MLflow", Status.OK, "3.17.0, healthy, as installed here (3.17.2)")


def test_a_server_of_another_version_is_a_warning() -> None:
    finding = check(mlflow("3.9.1"))
    assert finding.status is Status.WARN
    assert finding.text == "the server is 3.9.1, and 3.17.2 is installed here"
    assert finding.remedy == "make images, then make up"


def test_a_version_is_compared_only_with_one_that_is_installed() -> None:
    assert check(mlflow("3.9.1"), "") == Finding("MLflow", Status.OK, "3.9.1, healthy")


def test_a_server_that_is_not_healthy_fails() -> None:
    finding = check(mlflow("3.17.2", Reply(status=503)))
    assert finding.status is Status.FAIL
    assert finding.text == "not healthy: /health answers 503"
    assert finding.remedy == "see docker compose logs mlflow"


@pytest.mark.parametrize(
    ("has_credentials", "text", "verb"),
    [
        (False, "wants a user name and password", "set"),
        (True, "refuses the user name and password that are set", "correct"),
    ],
)
def test_a_server_that_does_not_let_us_in_fails(
    has_credentials: bool, text: str, verb: str
) -> None:
    visit = Visit(PREFECT, 4200, "4200", HEALTHY, Reply(status=401))
    finding = check(visit, has_credentials=has_credentials)
    remedy = f"{verb} PREFECT_API_AUTH_STRING in the environment"
    assert finding == Finding("Prefect", Status.FAIL, text, remedy)


def test_the_installed_version_is_that_of_the_distribution() -> None:
    assert installed_version("prefect") == version("prefect")


def test_what_is_not_installed_has_no_version() -> None:
    assert installed_version("no-such-distribution") == ""
