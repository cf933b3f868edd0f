"""What an edit changes beside the file: which rules it breaks and mends, and the whole diff."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plumb.check import Report, report
from plumb.check import as_json as findings_as_json
from plumb.diff.capture import captured
from plumb.diff.document import stack_as_json
from plumb.diff.pair import Pair
from plumb.diff.report import Report as Difference
from plumb.diff.report import changed
from plumb.diff.snapshot import Snapshot
from plumb.edit.change import UNSET, Edit, value_at
from plumb.stackfile import StackFile
from profiles.profile import Profile
from profiles.rules import Finding, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The effective value of a field that was asked for."""

    name: str
    """Its dotted path."""
    before: Any
    """Its value before; None where the file could not be loaded."""
    after: Any
    """Its value after."""


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """All that follows from an edit."""

    edit: Edit
    """The edit."""

    @cached_property
    def fields(self) -> tuple[Moved, ...]:
        """Return the effective values that were asked for, as they were and as they are."""
        return tuple(
            Moved(
                name=change.path,
                before=self._effective(self.edit.old, change.path),
                after=self._effective(self.edit.new, change.path),
            )
            for change in self.edit.changes
        )

    @cached_property
    def difference(self) -> Difference | None:
        """Return what `plumb diff` says of it; None where the file could not be loaded before."""
        edit = self.edit
        if edit.old is None:
            return None
        before, after = _snapshot(edit.before, edit.old), _snapshot(edit.after, edit.new)
        return changed(Pair(stack=edit.after.stack, before=before, after=after))

    @cached_property
    def after(self) -> Report:
        """Return what the rules find afterwards."""
        return report(self.edit.after, self.edit.new)

    @cached_property
    def broken(self) -> Report:
        """Return what rules find afterwards that they did not find before."""
        known = {finding.rule for finding in self._before}
        judgement = self.after.judgement
        new = tuple(finding for finding in judgement.findings if finding.rule not in known)
        return Report(
            stack=self.edit.after, judgement=Judgement(findings=new, notices=judgement.notices)
        )

    @cached_property
    def mended(self) -> tuple[str, ...]:
        """Return the ids of the rules that hold again."""
        still = {finding.rule for finding in self.after.judgement.findings}
        return tuple(dict.fromkeys(f.rule for f in self._before if f.rule not in still))

    @cached_property
    def _before(self) -> tuple[Finding, ...]:
        """Return what they found; an override that was in force then is no excuse now."""
        old = self.edit.old
        found = report(self.edit.before, old).judgement.findings if old else ()
        return tuple(finding for finding in found if finding.override is None)

    @staticmethod
    def _effective(profile: Profile | None, path: str) -> Any:
        return value_at(profile, path) if profile else None


def as_json(consequences: Consequences, *, written: bool) -> dict[str, Any]:
    """Return everything that the report for people has, as JSON-ready values."""
    edit, difference = consequences.edit, consequences.difference
    return {
        "stack": edit.after.stack,
        "file": str(edit.after.path),
        "written": written,
        "fields": [
            {
                "name": moved.name,
                "before": moved.before,
                "after": moved.after,
                "stated": change.value is not UNSET,
                "line": edit.after.line_of(change.path),
            }
            for change, moved in zip(edit.changes, consequences.fields, strict=True)
        ],
        "broken": findings_as_json(consequences.broken)["findings"],
        "blocking": [finding.rule for finding in consequences.broken.blocking],
        "mended": list(consequences.mended),
        "diff": stack_as_json(difference) if difference else None,
    }


def _snapshot(file: StackFile, profile: Profile) -> Snapshot:
    return Snapshot(file=file.path.name, captured=captured(file, profile))
