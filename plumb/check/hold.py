"""Refuses to deploy objects that break a rule, before anything is applied."""

from rich.console import Console

from plumb.check.report import report_on_objects
from plumb.check.table import print_allowed, print_report
from plumb.errors import BROKEN, PlumbError
from plumb.render import Rendered
from plumb.stackfile import StackFile
from profiles.profile import Profile


class IncoherentError(PlumbError):
    """The program declares objects that break a rule; the report says which."""

    exit_code = BROKEN


def hold(console: Console, file: StackFile, profile: Profile, rendered: Rendered) -> None:
    """Print the report and raise IncoherentError where a rule over objects is broken."""
    report = report_on_objects(file, [each.body for each in rendered.manifests], profile)
    if report.blocking:
        print_report(console, report)
        raise IncoherentError(
            f"what the program declares for {file.stack} breaks a rule; nothing was applied"
        )
    print_allowed(console, report)
