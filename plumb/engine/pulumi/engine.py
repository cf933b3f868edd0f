"""Pulumi as one of the engines."""

from typing import Any

from pulumi.automation import UpdateSummary

from plumb.engine.engine import EngineName, EngineStatus, Release, Tell
from plumb.engine.plan import Plan
from plumb.engine.pulumi import change, pending, refusal, removal
from plumb.engine.pulumi.adoption import PROVIDER, adopt
from plumb.engine.pulumi.change import NAMESPACE_TYPE, Step
from plumb.engine.pulumi.session import Session, errors_told, open_session

_MESSAGE = "plumb"
"""What the stack's history says of a change by this engine."""


class PulumiEngine:
    """The same stack as a plain `pulumi up` in the repository has, wherever its state is."""

    def __init__(self) -> None:
        """Begin knowing nothing of any stack."""
        self._previewed: tuple[Step, ...] | None = None

    @property
    def name(self) -> EngineName:
        """Its name."""
        return "pulumi"

    @errors_told()
    def preview(self, release: Release) -> Plan:
        """Return what `up` would change; see Engine."""
        refusal.refuse_on_server(release)
        session = _opened(release)
        stream = refusal.refusing_protected(
            lambda: session.run(session.stack.preview, refresh=True, diff=True)
        )
        self._previewed = tuple(stream.steps)
        refusal.refuse_steps(release, self._previewed)
        refusal.refuse_updates(release, self._previewed)
        return change.plan(self._previewed)

    @errors_told()
    def prepare(self, release: Release) -> None:
        """Make the namespace as the release has it; at once where the preview found it so."""
        session = _opened(release)
        namespaces = [each for each in self._steps(session) if each.type == NAMESPACE_TYPE]
        if any(each.change for each in namespaces):
            adopt(release, session, namespaces, _untold)
            targets = [each.urn for each in namespaces]
            session.run(session.stack.up, target=[PROVIDER, *targets], message=_MESSAGE)
            self._previewed = tuple(each for each in self._steps(session) if each not in namespaces)

    @errors_told()
    def up(self, release: Release, plan: Plan, tell: Tell) -> None:
        """Make the changes of the plan; Pulumi itself waits for what others depend on."""
        if plan.is_empty:
            return
        session = _opened(release)
        taken = pending.take_up(release, session, tell)
        if adopt(release, session, self._steps(session), tell) or taken:
            # Another state than the one that was previewed: nothing may be replaced by it either.
            seen = session.run(session.stack.preview, refresh=True)
            refusal.refuse_steps(release, seen.steps)
        session.run(session.stack.up, tell, refresh=True, message=_MESSAGE)

    @errors_told()
    def down(self, release: Release, tell: Tell) -> tuple[str, ...]:
        """Remove the stack and return what was kept."""
        refusal.refuse_other(release)
        session = open_session(release, create=False)
        return removal.remove(release, session, tell) if session else ()

    @errors_told()
    def status(self, release: Release) -> EngineStatus:
        """Return what the stack's history says."""
        session = open_session(release, create=False)
        history = session.stack.history(show_secrets=False) if session else []
        return _status(history)

    @errors_told()
    def outputs(self, release: Release) -> dict[str, Any]:
        """Return the stack's outputs."""
        session = open_session(release, create=False)
        found = session.stack.outputs() if session else {}
        return {name: output.value for name, output in found.items()}

    def _steps(self, session: Session) -> tuple[Step, ...]:
        """Return the steps of the preview, which is made now if there was none."""
        if self._previewed is None:
            self._previewed = tuple(session.run(session.stack.preview, refresh=True).steps)
        return self._previewed


def _untold(line: str) -> None:
    """Tell nobody."""
    del line


def _opened(release: Release) -> Session:
    session = open_session(release, create=True)
    assert session is not None, "a stack that may be created is there"  # noqa: S101  # its contract
    return session


def _status(history: list[UpdateSummary]) -> EngineStatus:
    if not history:
        return EngineStatus(revision=0, state="", changed="")
    last = history[0]
    changed = (last.end_time or last.start_time).isoformat(timespec="seconds")
    # A backend of files numbers nothing.
    revision = last.version or len(history)
    return EngineStatus(revision=revision, state=last.result, changed=f"{changed}Z")
