from collections.abc import Callable
from pathlib import Path

from dioptra.doctor.commands import Answer, run

Programs = Callable[..., Path]


def test_a_program_answers_with_what_it_writes(programs: Programs) -> None:
    programs(docker='echo "$2"; echo "one\n two" >&2')
    assert run("docker", "a", "b") == Answer(out="b", error="one two")


def test_a_program_may_fail(programs: Programs) -> None:
    programs(docker="echo no >&2; exit 3")
    assert run("docker") == Answer(succeeded=False, error="no")


def test_a_program_may_be_missing(programs: Programs) -> None:
    programs()
    answer = run("docker")
    assert answer == Answer(installed=False, succeeded=False, error="docker is not installed")


def test_a_program_that_hangs_is_ended(programs: Programs) -> None:
    programs(docker="exec /bin/sleep 30")
    answer = run("docker", limit=0.1)
    assert answer == Answer(in_time=False, succeeded=False, error="no answer within 0.1 s")


def test_a_file_that_may_not_be_run_is_no_error(programs: Programs) -> None:
    # An executable file of neither a program's nor a script's form.
    (programs(docker="") / "docker").write_bytes(b"\x00")
    answer = run("docker")
    assert (answer.installed, answer.succeeded) == (True, False)
    assert answer.error == "docker: Exec format error"


def test_what_is_no_text_is_no_error(programs: Programs) -> None:
    programs(docker="printf '\\377ok'")
    assert run("docker").out == "\ufffdok"
