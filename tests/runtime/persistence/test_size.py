"""What a run leaves in the store, against what the profile counts on (rule PL043)."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from profiles import load_profile
from runtime.api.core import open_core
from runtime.observability import Metrics
from runtime.settings import Settings
from tests.runtime.service import config_file, settings_of
from tests.upstreams.server import recorded_upstreams

pytestmark = pytest.mark.slow

QUESTIONS = (
    "Does metformin lower the risk of stroke in type 2 diabetes?",
    "Does osimertinib prolong survival in EGFR-mutated lung cancer?",
)
RUNS = 30
KIB = 1024

SIZE = """SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""


def _stored_kib(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(SIZE).fetchone()
    assert row
    return float(row[0]) / KIB


async def _run(settings: Settings) -> float:
    """Return what each run of several added to the tables, with indexes and TOAST, in KiB."""
    url = settings.secrets.database_url
    assert url is not None
    address = url.get_secret_value()
    async with open_core(settings, Metrics()) as core:
        runner, before = core.runner(), _stored_kib(address)
        for number in range(RUNS):
            question = QUESTIONS[number % len(QUESTIONS)]
            with core.admission.admit(
                question, thread_id=None, budget_ms=None, owner="test"
            ) as run:
                await runner.invoke(run)
    return (_stored_kib(address) - before) / RUNS


async def test_a_run_leaves_no_more_than_the_profile_counts_on(
    in_postgres: Settings, tmp_path: Path
) -> None:
    """PL043: ten records a run take at least a sixth of checkpoints.run_kib, and at most half."""
    counted_on = load_profile('{"base": "recommended"}').checkpoints.run_kib
    with recorded_upstreams() as upstream:
        own = settings_of(config_file(tmp_path, upstream))
        settings = replace(in_postgres, config=replace(own.config, store=in_postgres.config.store))
        each = await _run(settings)
    assert counted_on / 6 <= each <= counted_on / 2
