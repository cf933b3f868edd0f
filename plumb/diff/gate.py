"""What stops a pull request: rules that an edit breaks, and consequences that its gate names."""

from collections.abc import Collection, Iterable

from plumb.diff.report import Report
from plumb.errors import BROKEN, OK, RISKY


def exit_code(reports: Iterable[Report], fail_on: Collection[str]) -> int:
    """Return the exit code: a rule newly broken comes before what `fail_on` names.

    `fail_on` holds levels of consequences, and `broken` for any rule newly broken, warnings too.
    """
    reports = list(reports)
    if any(each.state == "broken" for report in reports for each in report.blocking):
        return BROKEN
    found = {each.level for report in reports for each in report.consequences}
    broken = any(each.state == "broken" for report in reports for each in report.breaches)
    named = set(fail_on)
    return RISKY if found & named or (broken and "broken" in named) else OK
