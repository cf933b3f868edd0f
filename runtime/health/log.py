"""Keeps the words of a failed check in the log: anybody may read the report (SEC-03)."""

import structlog

_log = structlog.get_logger(__name__)


def told(component: str, error: BaseException) -> str:
    """Log what a check raised; return what of it the report says, which is its kind.

    The words of a driver's error name hosts and users.
    """
    kind = type(error).__name__
    _log.warning("check_failed", component=component, error=kind, reason=str(error))
    return f"{kind}; the log says more"
