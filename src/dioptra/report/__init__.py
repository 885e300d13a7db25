# SPDX-License-Identifier: Apache-2.0
"""A results folder as a self-contained web page, as pictures and as a table in the terminal."""

from dioptra.report.comparisons import Outcome, compare_outcomes
from dioptra.report.files import PAGE, PICTURES, RESULTS, SAMPLES, read_results, write_results
from dioptra.report.page import write_report
from dioptra.report.tables import TableFormat, format_table, list_rows
from dioptra.report.terminal import print_summary

__all__ = [
    "PAGE",
    "PICTURES",
    "RESULTS",
    "SAMPLES",
    "Outcome",
    "TableFormat",
    "compare_outcomes",
    "format_table",
    "list_rows",
    "print_summary",
    "read_results",
    "write_report",
    "write_results",
]
