import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.proxies import check_proxies

PROXY = "http://user:secret@proxy:3128"


@pytest.mark.parametrize("environ", [{}, {"HTTP_PROXY": ""}, {"NO_PROXY": "localhost"}])
def test_no_proxy_is_fine(environ: dict[str, str]) -> None:
    assert check_proxies(environ) == Finding("proxy", Status.OK, "none is set")


@pytest.mark.parametrize("exceptions", ["localhost, 127.0.0.1", "*", "a,127.0.0.1,localhost"])
def test_a_proxy_with_exceptions_for_this_machine_is_fine(exceptions: str) -> None:
    finding = check_proxies({"https_proxy": PROXY, "no_proxy": exceptions})
    text = "HTTPS_PROXY set, with exceptions for this machine"
    assert finding == Finding("proxy", Status.OK, text)


def test_a_proxy_without_exceptions_is_a_warning() -> None:
    finding = check_proxies({"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY})
    text = "HTTP_PROXY, HTTPS_PROXY set, and NO_PROXY leaves out localhost and 127.0.0.1"
    remedy = "add localhost,127.0.0.1 to NO_PROXY"
    assert finding == Finding("proxy", Status.WARN, text, remedy)


def test_an_exception_that_is_missing_is_named() -> None:
    finding = check_proxies({"ALL_PROXY": PROXY, "NO_PROXY": "localhost"})
    assert finding.remedy == "add 127.0.0.1 to NO_PROXY"
