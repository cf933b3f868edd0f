"""Builds one program from its pinned Go module, with the log kept and progress told."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from plumb.local.cache import Cache, artefact
from plumb.local.error import LocalError, tail
from plumb.local.pins import MODULES, Program

_NICENESS = 10


def command(go: Path, program: Program, output: Path) -> list[str]:
    """Return the build's command line: checksums committed here are verified by Go itself."""
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-v"]
    variables = f"-s -w {program.variables}".strip()
    return [str(go), "build", *flags, "-ldflags", variables, "-o", str(output), program.package]


def build(
    cache: Cache,
    go: Path,
    program: Program,
    tell: Callable[[str], None],
    modules: Path = MODULES,
) -> None:
    """Build a program into the cache; `tell` hears each package as it is compiled.

    Raises LocalError with the end of the log when the build fails.
    """
    log = cache.logs / f"{program.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with artefact(cache.programs / program.name) as output:
        code = _compile(command(go, program, output), modules / program.module, log, tell)
        if code:
            raise LocalError(
                f"building {program.name} {program.version} failed ({code}); "
                f"the end of {log}:\n{tail(log)}\n"
                "what was built so far is kept: mend the cause and run it again"
            )


def _compile(words: list[str], folder: Path, log: Path, tell: Callable[[str], None]) -> int:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    compiled = 0
    with (
        log.open("w") as written,
        subprocess.Popen(  # noqa: S603  # the Go that was found, arguments of our own making
            ["nice", "-n", str(_NICENESS), *words],  # noqa: S607  # coreutils
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                written.write(line)
                compiled += 1
                tell(f"{compiled} packages, {line.strip()[-40:]}")
        except BaseException:
            process.terminate()
            raise
    return process.returncode
