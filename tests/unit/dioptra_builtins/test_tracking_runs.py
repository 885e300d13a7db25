import mlflow
import pytest

from dioptra.sdk.exceptions import DioptraError
from dioptra_builtins._tracking import NoActiveRunError, require_active_run

pytestmark = pytest.mark.usefixtures("store")


def test_the_active_run_is_given() -> None:
    with mlflow.start_run() as run:
        assert require_active_run() is run


def test_of_nested_runs_the_inner_one_is_given() -> None:
    with mlflow.start_run(), mlflow.start_run(nested=True) as inner:
        assert require_active_run() is inner


def test_without_a_run_the_error_says_how_to_start_one() -> None:
    with pytest.raises(NoActiveRunError) as caught:
        require_active_run()
    assert str(caught.value).startswith("no MLflow run is active; log within `with mlflow.start_")
    assert "dioptra_builtins.tracking.mlflow" in str(caught.value)


def test_without_a_run_none_is_started() -> None:
    before = len(mlflow.search_runs(search_all_experiments=True))
    with pytest.raises(NoActiveRunError):
        require_active_run()
    assert mlflow.active_run() is None
    assert len(mlflow.search_runs(search_all_experiments=True)) == before


def test_the_error_is_one_of_the_project_and_of_python() -> None:
    assert issubclass(NoActiveRunError, DioptraError)
    assert issubclass(NoActiveRunError, RuntimeError)
