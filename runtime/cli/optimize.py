"""`orchestrator optimize`: what would make a running service faster."""

import asyncio
import json
import sys

from rich.console import Console

from runtime.api.path import OPTIMIZATION_PATH
from runtime.cli.remote import remote_report
from runtime.optimization.report import optimization_report


def optimize(url: str, *, as_json: bool) -> None:
    """Print the recommendations of the service at an address."""
    document = asyncio.run(remote_report(url, OPTIMIZATION_PATH))
    if as_json:
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        Console().print(optimization_report(document))
