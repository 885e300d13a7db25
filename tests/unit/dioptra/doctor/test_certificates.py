from pathlib import Path

import pytest

from dioptra.doctor.certificates import check_certificates
from dioptra.doctor.finding import Finding, Status


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").touch()
    return tmp_path / "ca.pem"


def test_no_authority_of_the_site_is_fine() -> None:
    assert check_certificates({}) == Finding("site CA", Status.OK, "none is set")


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"])
def test_builds_are_to_be_told_of_it(file: Path, name: str) -> None:
    finding = check_certificates({name: str(file)})
    assert finding.status is Status.INFO
    assert finding.text.startswith(name)
    assert finding.remedy.endswith(f"SITE_CA={file} make images")


def test_builds_that_are_told_of_it_are_fine(file: Path) -> None:
    finding = check_certificates({"PIP_CERT": str(file), "SITE_CA": str(file)})
    assert finding == Finding("site CA", Status.OK, f"{file}, as SITE_CA says")


@pytest.mark.parametrize("name", ["SITE_CA", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"])
def test_a_file_that_cannot_be_read_fails(name: str) -> None:
    finding = check_certificates({name: "/nowhere/ca.pem"})
    text = f"{name} names /nowhere/ca.pem, which cannot be read"
    assert finding == Finding("site CA", Status.FAIL, text, "correct it, or unset it")
