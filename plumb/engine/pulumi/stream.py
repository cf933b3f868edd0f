"""What the CLI says while it works: steps, progress for a person, and why it failed."""

import re
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

import psutil
from pulumi.automation.events import DiagnosticEvent, EngineEvent, OpType

from plumb.engine.engine import Tell
from plumb.engine.pulumi.change import Step, identity, step

_HOLD_SECONDS = 30.0
"""Time that a pod may be in trouble that waiting seldom mends; the kubelet tries twice in it."""

_LAST_EVENT_SECONDS = 5.0
"""Time that the last events may take after the CLI has ended."""

_TROUBLE = re.compile(
    r"\[(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|CrashLoopBackOff"
    r"|CreateContainerConfigError|CreateContainerError|RunContainerError)\]"
)
"""Reasons of a container that does not start, as the provider reports them."""

_COLOUR = re.compile(r"<\{%.*?%\}>")
_NOISE = ("update failed", "preview failed", "refresh failed", "destroy failed", "an unhandled err")
_WORDS = {OpType.CREATE: "creating", OpType.UPDATE: "updating", OpType.DELETE: "deleting"}


class Stream:
    """Listens to one run of the CLI, and ends the run when waiting longer would mend nothing."""

    def __init__(self, tell: Tell | None = None, hold_seconds: float = _HOLD_SECONDS) -> None:
        """Tell a person what happens (nobody, when None); bear trouble of pods for so long."""
        self.steps: list[Step] = []
        """Steps on objects of the stack, in order; those of a refresh are not among them."""
        self.errors: list[str] = []
        """Why the run failed."""
        self.stuck: dict[str, str] = {}
        """Trouble of pods, by the identity of the object that waits for them."""
        self._tell: Tell = tell or (lambda _: None)
        self._hold_seconds = hold_seconds
        self._names: dict[str, str] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._ended = threading.Event()

    def __call__(self, event: EngineEvent) -> None:
        """Take one event, on the thread of the SDK's event server."""
        if event.resource_pre_event:
            metadata = event.resource_pre_event.metadata
            self._names[metadata.urn] = identity(metadata)
            found = step(metadata)
            self.steps += [found] if found else []
            if found and found.is_object and metadata.op in _WORDS:
                self._tell(f"{_WORDS[metadata.op]} {identity(metadata)}")
        if event.res_outputs_event:
            self._calm(event.res_outputs_event.metadata.urn)
        if event.diagnostic_event:
            self._listen(event.diagnostic_event)
        if event.cancel_event:
            self._ended.set()

    def finish(self) -> None:
        """Wait for the last events of a run that has ended well."""
        self._ended.wait(_LAST_EVENT_SECONDS)
        self.close()

    def close(self) -> None:
        """End all timers."""
        for urn in tuple(self._timers):
            self._calm(urn)

    def _listen(self, diagnostic: DiagnosticEvent) -> None:
        message = _COLOUR.sub("", diagnostic.message).strip()
        urn = diagnostic.urn or ""
        name = self._names.get(urn)
        if not message or diagnostic.severity == "debug":
            return
        if diagnostic.severity == "error":
            self.errors += [] if message.startswith(_NOISE) else [_said(name, message)]
        elif name:
            self._tell(f"{name}: {message.splitlines()[0]}")
            self._judge(urn, name, message)

    def _judge(self, urn: str, name: str, message: str) -> None:
        if not _TROUBLE.search(message):
            self._calm(urn)
        elif urn not in self._timers:
            self._timers[urn] = _after(self._hold_seconds, lambda: self._give_up(name, message))

    def _give_up(self, name: str, message: str) -> None:
        self.stuck[name] = message
        self._tell(f"{name}: no use waiting; ending the run")
        interrupt()

    def _calm(self, urn: str) -> None:
        timer = self._timers.pop(urn, None)
        if timer:
            timer.cancel()


def interrupt() -> None:
    """Ask the CLI that this process runs to end: it writes its state, and leaves no lock."""
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # another child, which ended meanwhile
            if process.name() == "pulumi":
                process.send_signal(signal.SIGINT)


def _said(name: str | None, message: str) -> str:
    return f"{name}: {message}" if name else message


def _after(seconds: float, action: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
