import pytest

from dioptra.doctor.services import MLFLOW, PREFECT, read_credentials


@pytest.mark.parametrize(
    ("settings", "credentials"),
    [
        ({}, None),
        ({"PREFECT_API_AUTH_STRING": "me:a:b"}, ("me", "a:b")),
        ({"MLFLOW_TRACKING_USERNAME": "me"}, None),
    ],
)
def test_the_credentials_of_prefect_are_one_setting(
    settings: dict[str, str], credentials: tuple[str, str] | None
) -> None:
    assert read_credentials(PREFECT, settings) == credentials


def test_the_credentials_of_mlflow_are_two_settings() -> None:
    settings = {"MLFLOW_TRACKING_USERNAME": "me", "MLFLOW_TRACKING_PASSWORD": "word"}
    assert read_credentials(MLFLOW, settings) == ("me", "word")
