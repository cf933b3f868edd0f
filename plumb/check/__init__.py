"""`plumb check`: what the coherence rules find in stacks, for people, programs and code hosts."""

from plumb.check.document import as_json
from plumb.check.report import Report, report, report_on_objects
from plumb.check.table import print_allowed, print_counts, print_report

__all__ = [
    "Report",
    "as_json",
    "print_allowed",
    "print_counts",
    "print_report",
    "report",
    "report_on_objects",
]
