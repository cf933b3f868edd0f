"""Tests of the API start the service, each its own: left out of `make check`."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, and nothing else of the run."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
