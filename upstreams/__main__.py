"""`python -m upstreams`: serve a records folder until SIGTERM."""

import argparse
import os
import signal
import socket
import sys
from pathlib import Path
from threading import Thread

import uvicorn

from upstreams.app import create_app
from upstreams.connection import TrackedProtocol
from upstreams.errors import RecordsError
from upstreams.records import SAMPLE_FOLDER, load

_SHUTDOWN_SECONDS = 1
"""A dripping answer must not keep the process alive."""

_INPUT_BYTES = 4096
"""Of the standard input at once; nothing is meant to come."""


class _AnnouncingServer(uvicorn.Server):
    """Prints its address once it really accepts calls."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"recorded upstreams: http://{shown}:{port}\n")
            sys.stdout.flush()


def main() -> int:
    """Parse the command line and serve; 2 when the records or the address cannot be used."""
    arguments = _arguments()
    # Uvicorn raises the signal again when it has shut down; the default would end in -15.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app = create_app(load(arguments.records))
        listening = socket.create_server((arguments.host, arguments.port))
    except (RecordsError, OSError, OverflowError) as error:
        sys.stderr.write(f"recorded upstreams: {error}\n")
        return 2
    config = uvicorn.Config(
        app,
        http=TrackedProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        proxy_headers=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _AnnouncingServer(config)
    if arguments.until_input_ends:
        Thread(target=_end_with_the_input, args=[server], daemon=True).start()
    server.run(sockets=[listening])
    return 0


def _end_with_the_input(server: uvicorn.Server) -> None:
    """End when the standard input does: a caller that is killed closes it, and says no more."""
    # Not through sys.stdin, whose lock this thread would still hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), _INPUT_BYTES):
        pass
    if not server.started:
        os._exit(0)  # nothing to drain, and a signal would leave a loop that was never run
    os.kill(os.getpid(), signal.SIGTERM)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m upstreams",
        description="Answer PubMed (E-utilities) and ClinicalTrials.gov calls from a folder.",
    )
    parser.add_argument(
        "--records",
        type=Path,
        default=SAMPLE_FOLDER,
        help="folder with pubmed/, ctgov/ and documents/ (default: the bundled sample)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port", type=int, default=0, help="port; 0 takes a free one and prints it"
    )
    parser.add_argument(
        "--until-input-ends",
        action="store_true",
        help="end when the standard input does, as it does when the process that has its other "
        "end is gone",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
