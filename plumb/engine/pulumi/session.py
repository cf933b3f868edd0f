"""The stack as the Automation API has it, and one run of the CLI on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    LocalWorkspace,
    PulumiCommand,
    Stack,
    StackNotFoundError,
)

from plumb.engine.engine import EngineError, Release, Tell
from plumb.engine.pulumi import backend, lock, project
from plumb.engine.pulumi.cli import find_cli
from plumb.engine.pulumi.stream import Stream

Operation = Callable[..., object]
"""`preview`, `up` or `destroy` of the Automation API, with their own options."""


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One stack, ready for the CLI."""

    stack: Stack
    """The stack."""
    command: PulumiCommand
    """The CLI."""

    @property
    def state(self) -> dict[str, Any]:
        """The stack's state as Pulumi exports it; empty before the first change."""
        return dict(self.stack.export_stack().deployment or {})

    def run(self, operation: Operation, tell: Tell | None = None, **options: Any) -> Stream:
        """Run an operation and return what it said; EngineError says why it failed."""

        def attempt() -> Stream:
            stream = Stream(tell)
            try:
                operation(on_event=stream, color="never", **options)
                stream.finish()
            except ConcurrentUpdateError:
                raise
            except CommandError as error:
                raise EngineError(_explanation(stream, error)) from error
            finally:
                stream.close()
            return stream

        return self._unlocked(attempt, tell)

    def command_line(self, *words: str, tell: Tell | None = None) -> None:
        """Run a command of the CLI that the Automation API does not have; raises CommandError."""
        workspace = self.stack.workspace

        command = [*words, "--stack", self.stack.name]
        self._unlocked(
            lambda: self.command.run(command, workspace.work_dir, workspace.env_vars), tell
        )

    def _unlocked(self, attempt: Callable[[], Result], tell: Tell | None) -> Result:
        """Make an attempt, and one more where a killed run left its lock."""
        try:
            return attempt()
        except ConcurrentUpdateError as error:
            lock.release_dead(self.stack, str(error), tell)
            return attempt()


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn what the CLI fails with into an EngineError with its last words."""
    try:
        yield
    except CommandError as error:
        raise EngineError(f"Pulumi: {_last_words(error)}") from error


def open_session(release: Release, *, create: bool) -> Session | None:
    """Return the stack of a release; None where it is not there and not to be created.

    Raises EngineError where there is no CLI, CommandError where the backend refuses.
    """
    command = find_cli()
    folder = release.folder / "pulumi"
    project.write_project(release, folder)
    environment = backend.environment(command, folder)
    project.write_stack(release, folder, own_backend=backend.is_own(environment))
    workspace = LocalWorkspace(
        work_dir=str(folder),
        pulumi_command=command,
        env_vars=environment | project.python_environment() | _cluster(release),
    )
    opener = Stack.create_or_select if create else Stack.select
    try:
        return Session(stack=opener(release.file.stack, workspace), command=command)
    except StackNotFoundError:
        return None


def _cluster(release: Release) -> dict[str, str]:
    kubeconfig = release.kubectl.kubeconfig
    quiet = {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    return quiet | ({"KUBECONFIG": str(kubeconfig)} if kubeconfig else {})


def _explanation(stream: Stream, error: CommandError) -> str:
    if stream.stuck:
        troubles = "\n".join(f"{name}: {said}" for name, said in stream.stuck.items())
        return f"{troubles}\nWhat was made stays; the next run goes on from there"
    return "\n".join(stream.errors) or _last_words(error)


def _last_words(error: CommandError) -> str:
    """Return what the CLI said on its error output, which the SDK puts behind `stderr:`."""
    return str(error).rpartition("stderr:")[2].strip()
