# SPDX-License-Identifier: Apache-2.0
"""``dioptra doctor``: what is wrong on this machine."""

import sys


def doctor() -> None:
    """Say what is missing or wrong on this machine for the stack, and how to mend it.

    A line for each check says ok, info, warn or fail. The exit status is 1 where one failed.
    """
    from dioptra.doctor import Status, examine, print_findings

    findings = examine()
    print_findings(findings)
    if any(finding.status is Status.FAIL for finding in findings):
        sys.exit(1)
