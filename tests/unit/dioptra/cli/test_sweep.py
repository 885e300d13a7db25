from collections.abc import Callable
from pathlib import Path

import pytest

RunCommand = Callable[..., tuple[object, str, str]]
FLOW = """
    from prefect import flow

    @flow
    def halve(number: float):
        \"\"\"Halve a number.\"\"\"
        return {"accuracy": number / 2}
"""


@pytest.fixture
def project(write_files: Callable[[dict[str, str]], Path]) -> Path:
    return write_files({"halves/src/halve.py": FLOW}) / "halves"


@pytest.mark.usefixtures("prefect_server")
def test_each_point_is_told_and_the_table_is_named_and_drawn(
    run_command: RunCommand, project: Path, workspace: Path
) -> None:
    status, out, err = run_command("sweep", project, "halve", "-P", "number=0:1:0.5", "--name", "x")
    folder = workspace / "results" / "sweeps" / "x"
    assert (status, err) == (0, "")
    assert out == (
        "1 of 3: number=0.0 accuracy=0\n"
        "2 of 3: number=0.5 accuracy=0.25\n"
        "3 of 3: number=1.0 accuracy=0.5\n"
        f"{folder / 'table.csv'}\n"
    )
    assert (folder / "table.csv").read_text() == "number,accuracy\n0.0,0.0\n0.5,0.25\n1.0,0.5\n"
    assert {"table.parquet", "curves.png", "report.html"} < {file.name for file in folder.iterdir()}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-P", "number=1:0:0.1"], "the range '1:0:0.1' is empty"),
        (["-P", "numbr=1"], "halve has no parameter 'numbr'; did you mean 'number'?"),
        ([], "halve needs a value for: number"),
        (["-P", "number=1", "--workers", "0"], "--workers"),
        (["-P", "number=1", "--runner", "dusk"], "--runner"),
        (
            ["-P", "number=1", "--address", "tcp://x"],
            "name its kind, --runner dask or --runner ray",
        ),
    ],
)
def test_bad_usage_is_one_line(
    run_command: RunCommand, project: Path, words: list[str], message: str
) -> None:
    status, out, err = run_command("sweep", project, "halve", *words)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("prefect_server")
def test_a_cluster_of_dask_shares_the_points(
    run_command: RunCommand, project: Path, workspace: Path
) -> None:
    words = ["-P", "number=0:1:0.5", "--runner", "dask", "--workers", "2", "--name", "x"]
    status, out, err = run_command("sweep", project, "halve", *words)
    # Where the machine is busy, Dask may have more to say.
    assert status == 0, err
    assert "3 of 3: number=" in out
    table = (workspace / "results" / "sweeps" / "x" / "table.csv").read_text()
    assert table == "number,accuracy\n0.0,0.0\n0.5,0.25\n1.0,0.5\n"
