"""Keeps one command running in the background, and says under which process id.

Run as a file of its own with the standard library alone: `python -I supervisor.py LOG COMMAND…`.
It prints the id of the process that stays, which leads a process group of its own: whoever ends
that group ends the command too.
"""

import os
import subprocess
import sys
import time

_QUICK_SECONDS = 2.0
"""A command that ended sooner is in trouble, and is given a pause."""
_PAUSE_SECONDS = 1.0


def main() -> None:
    """Print the id of the process that stays, and leave it running."""
    pid = os.fork()
    if pid:
        sys.stdout.write(f"{pid}\n")
        return
    os.setsid()
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    # what it prints grows with every connection; what it complains of is worth keeping
    for own, inherited in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(own, inherited)
    keep(sys.argv[2:])


def keep(command: list[str]) -> None:
    """Run a command, and again when it has ended, until killed."""
    while True:
        began = time.monotonic()
        subprocess.run(command, check=False)  # noqa: S603  # what our own caller gave us
        if time.monotonic() - began < _QUICK_SECONDS:
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
