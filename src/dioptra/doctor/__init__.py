# SPDX-License-Identifier: Apache-2.0
"""What is missing or wrong on a machine that is to run the stack, and how to mend it."""

from dioptra.doctor.examination import examine
from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.terminal import print_findings

__all__ = ["Finding", "Status", "examine", "print_findings"]
