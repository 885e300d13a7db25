from typing import Any

import pytest

from dioptra.doctor.commands import Answer
from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.gpu import check_gpu

CARD = Answer(out="GPU 0: NVIDIA A2 (UUID: GPU-1)\nGPU 1: NVIDIA A2 (UUID: GPU-2)")


def test_no_card_is_no_failure() -> None:
    finding = check_gpu(Answer(installed=False, succeeded=False), {})
    assert finding == Finding("GPU", Status.INFO, "no NVIDIA GPU; the CPU worker is used")


def test_a_card_that_docker_can_use_is_fine() -> None:
    finding = check_gpu(CARD, {"Runtimes": {"runc": {}, "nvidia": {}}})
    assert finding == Finding("GPU", Status.OK, "GPU 0: NVIDIA A2")


@pytest.mark.parametrize("docker", [{"Runtimes": {"runc": {}}}, {"Runtimes": None}])
def test_a_card_that_docker_cannot_use_is_a_warning(docker: dict[str, Any]) -> None:
    finding = check_gpu(CARD, docker)
    assert finding.status is Status.WARN
    assert "NVIDIA Container Toolkit" in finding.remedy


def test_a_card_is_named_though_docker_says_nothing() -> None:
    finding = check_gpu(CARD, {})
    assert finding.status is Status.INFO
    assert finding.text.startswith("GPU 0: NVIDIA A2;")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(succeeded=False, error="no driver"), "no driver"),
        (Answer(succeeded=False, out="No devices"), "No devices"),
        (Answer(), "no reason given"),
    ],
)
def test_a_driver_that_finds_no_card_is_a_warning(answer: Answer, reason: str) -> None:
    finding = check_gpu(answer, {})
    text = f"nvidia-smi finds none ({reason})"
    assert finding == Finding("GPU", Status.WARN, text, "check NVIDIA's driver")
