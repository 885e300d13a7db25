import pytest

from dioptra.doctor.disk import GIB
from dioptra.doctor.finding import Status
from dioptra.doctor.memory import check_memory


@pytest.mark.parametrize(
    ("machine", "status"),
    [
        (16.0, Status.OK),
        # As sold with 8 GiB.
        (7.6, Status.OK),
        (7.0, Status.WARN),
        (3.8, Status.WARN),
        (3.0, Status.FAIL),
    ],
)
def test_memory_is_enough_or_scarce_or_too_little(machine: float, status: Status) -> None:
    finding = check_memory(int(machine * GIB), 0)
    assert finding.status is status
    assert finding.text.startswith(f"{machine:.1f} GiB")
    assert bool(finding.remedy) == (status is not Status.OK)


@pytest.mark.parametrize(("engine", "status"), [(9, Status.OK), (4, Status.WARN), (2, Status.FAIL)])
def test_a_part_of_the_machine_is_what_docker_has(engine: int, status: Status) -> None:
    finding = check_memory(32 * GIB, engine * GIB)
    assert finding.status is status
    assert finding.text.startswith(f"{engine}.0 GiB for Docker")
    assert ("Docker Desktop" in finding.remedy) == (status is not Status.OK)
