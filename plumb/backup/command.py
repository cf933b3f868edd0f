"""What `plumb backup` and `plumb restore` do."""

import re
import time

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from plumb.backup.error import BackupInputError
from plumb.backup.job import Runner
from plumb.backup.manifest import Manifest, parse
from plumb.errors import ProjectError
from plumb.kube.kubectl import Kubectl
from plumb.stackfile import StackFile
from profiles.backup import (
    CHECK_CONTAINER,
    CHECK_JOB,
    DUMP_CONTAINER,
    DUMP_JOB,
    INTO_VARIABLE,
    LIST_SCRIPT,
    NAME_VARIABLE,
    RESTORE_CONTAINER,
    RESTORE_JOB,
    SCRIPTS_FOLDER,
)
from profiles.postgres import Identifier, Server
from profiles.profile import Profile

LATEST = "latest"
"""Stands for the newest backup."""

_STAMP = re.compile(r"_\d{8}t\d{6}z$")
"""What a restore appends to a database's name."""

_MEBIBYTE = 1024**2


class Backups:
    """The backups of one stack on one cluster."""

    def __init__(self, file: StackFile, profile: Profile, server: Server, kubectl: Kubectl) -> None:
        """Take the stack's own Postgres and the way to its cluster."""
        self._file, self._server = file, server
        self._runner = Runner(kubectl=kubectl, namespace=profile.cluster.namespace)

    def make(self, console: Console) -> None:
        """Make one now, and print what it holds; raises BackupError."""
        began = time.monotonic()
        with console.status("dumping …"):
            said = self._runner.run(DUMP_JOB, DUMP_CONTAINER)
        made = parse(_last(said))
        console.print(
            f"[green]✓[/] {made.name}: {_size(made.bytes)}, {len(made.rows)} tables, "
            f"{made.total_rows} rows, after {time.monotonic() - began:.1f} s"
        )

    def check(self, console: Console) -> None:
        """Restore the newest into an empty server and compare; print the verdict."""
        with console.status("restoring into an empty server …"):
            said = self._runner.run(CHECK_JOB, CHECK_CONTAINER)
        console.print("[green]✓[/]", _last(said))

    def show(self, console: Console) -> None:
        """Print those that a restore would find, oldest first."""
        found = self._known(console)
        if not found:
            console.print(_none_yet(self._file))
            return
        shown = Table("name", "size", "tables", "rows", "database", "server", box=None)
        for each in found:
            counts = (str(len(each.rows)), str(each.total_rows))
            version = each.server_version.split()[0]
            shown.add_row(each.name, _size(each.bytes), *counts, each.database, version)
        console.print(shown)

    def restore(self, console: Console, name: str, into: str | None) -> None:
        """Restore one into a new database beside the live one; print the next step.

        Raises BackupError with the last lines of what failed; nothing that is there is changed.
        """
        _require_identifier(into)
        found = [each.name for each in self._known(console)]
        chosen = found[-1] if found and name == LATEST else name
        if chosen not in found:
            known = f"there are: {', '.join(found)}" if found else _none_yet(self._file)
            raise BackupInputError(f"there is no backup {name}; {known}")
        into = into or f"{_STAMP.sub('', self._server.database)}_{chosen.lower()}"
        variables = [_variable(NAME_VARIABLE, chosen), _variable(INTO_VARIABLE, into)]
        with console.status("restoring …"):
            said = self._runner.run(RESTORE_JOB, RESTORE_CONTAINER, {"env": variables})
        console.print("[green]✓[/]", _last(said))
        console.print(_next_step(self._file, self._server.database, into), soft_wrap=True)

    def _known(self, console: Console) -> list[Manifest]:
        command = ["bash", f"{SCRIPTS_FOLDER}/{LIST_SCRIPT}"]
        change = {"env": [_variable(NAME_VARIABLE, "")], "command": command}
        with console.status("looking what there is …"):
            said = self._runner.run(RESTORE_JOB, RESTORE_CONTAINER, change)
        return [parse(line) for line in said.splitlines()]

    @staticmethod
    def server(file: StackFile, profile: Profile) -> Server:
        """Return the Postgres that is backed up; ProjectError, with the fix, where none is."""
        server, mode = profile.database.server, profile.database.mode
        if server is None:
            raise ProjectError(
                f"stack {file.stack} has no Postgres of its own (database.mode {mode!r}): what "
                "holds its data is backed up where that runs"
            )
        if server.backup is None:
            raise ProjectError(
                f"stack {file.stack} makes no backups: set database.server.backup in "
                f"{file.path.name}, and `plumb up {file.stack}`"
            )
        if mode == "cnpg":
            raise ProjectError(
                "CloudNativePG makes this stack's backups: `kubectl cnpg backup "
                f"{server.name} --namespace {profile.cluster.namespace}` makes one now, and a new "
                "Cluster with bootstrap.recovery restores one"
            )
        return server


def _require_identifier(into: str | None) -> None:
    try:
        TypeAdapter(Identifier | None).validate_python(into)
    except ValidationError as error:
        raise BackupInputError(
            f"--into {into} is no name of a database: small letters, digits and _, at most 63"
        ) from error


def _next_step(file: StackFile, live: str, restored: str) -> str:
    return (
        f"  the stack still uses {live}, and what is written to it stays there. To switch: set "
        f"database.server.database to {restored} in {file.path.name}, and run "
        f"`plumb up {file.stack}`; back again the same way, with {live}."
    )


def _none_yet(file: StackFile) -> str:
    return f"there is none yet: `plumb backup {file.stack}` makes one"


def _last(said: str) -> str:
    return (said.splitlines() or [""])[-1]


def _variable(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _size(count: int) -> str:
    return f"{count / _MEBIBYTE:.1f} MiB"
