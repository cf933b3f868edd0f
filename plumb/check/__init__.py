"""`plumb check`: what the coherence rules find in stacks, for people, programs and code hosts."""

from plumb.check.document import as_json
from plumb.check.report import Report, report, report_on_objects
from plumb.check.sarif import as_sarif
from plumb.check.table import print_allowed, print_counts, print_report

__all__ = [
    "Report",
    "as_json",
    "as_sarif",
    "print_allowed",
    "print_counts",
    "print_report",
    "report",
    "report_on_objects",
]
