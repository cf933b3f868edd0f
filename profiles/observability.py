"""Logs and traces of the service."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import section


@section
class Observability:
    """Logs and traces (CFG-03, CFG-08, OBS-01)."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    """Least severe level that is logged."""
    json_logs: bool
    """One JSON object a line, or lines for people."""
    tracing: bool
    """Send traces to LangSmith; only with a key (CON-25)."""
    langsmith_project: Annotated[str, Field(min_length=1, max_length=128)]
    """LangSmith project that the traces go to."""
