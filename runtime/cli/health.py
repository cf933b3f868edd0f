"""`orchestrator health`: the report of a running service, or of this process."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from profiles.contract import HEALTH_PATH
from runtime.cli.exit_code import FAILED
from runtime.health.report import health_report


def health(url: str, *, as_json: bool, local: bool, config: Path | None) -> int:
    """Print the report; return 1 where the service fails."""
    document = asyncio.run(_local(config) if local else _remote(url))
    if as_json:
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        Console().print(health_report(document))
    return FAILED if document["status"] == "fail" else 0


async def _remote(url: str) -> dict[str, Any]:
    from runtime.cli.remote import remote_report  # noqa: PLC0415  # only one is needed

    return await remote_report(url, HEALTH_PATH)


async def _local(config: Path | None) -> dict[str, Any]:
    from runtime.api.service import open_service  # noqa: PLC0415  # as above
    from runtime.cli.local import quiet_settings  # noqa: PLC0415  # as above
    from runtime.health import health_json  # noqa: PLC0415  # as above
    from runtime.observability import Metrics  # noqa: PLC0415  # as above
    from runtime.role import Role  # noqa: PLC0415  # as above

    # A look at the parts takes no run of the queue.
    async with open_service(quiet_settings(config), Metrics(), Role.API) as service:
        report = await service.health.check_health()
    return health_json(report, release_id=service.core.settings.config.version)
