"""What is open for a run: nothing that was not asked for."""

import langsmith.utils
import pytest

from runtime.api.core import open_core
from runtime.observability import Metrics
from runtime.settings import Settings


async def test_without_a_key_nothing_is_traced_whatever_langsmith_reads(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CON-25: LangSmith follows variables of its own, and must not look for its servers."""
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    langsmith.utils.get_env_var.cache_clear()  # type: ignore[attr-defined]  # overloads hide it
    async with open_core(settings, Metrics()):
        assert not langsmith.utils.tracing_is_enabled()
