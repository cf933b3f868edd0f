"""Rule PL003: what a transaction pooler takes from its clients, they do not use."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.contract import CONFIG_FILE
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule, title_of
from profiles.rules.objects.search import of_kind, spec_of

_SETTING = re.compile(r"^\s*pool_mode\s*=\s*transaction\s*$", re.MULTILINE)
"""PgBouncer's mode, as its settings file has it."""


def _nothing_prepared(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    poolers = list(_transaction_poolers(objects))
    for settings, store in _stores(objects) if poolers else ():
        prepares = store.get("prepared_statements", True)
        yield ObjectComparison(
            object=settings,
            path=f'data["{CONFIG_FILE}"].store.prepared_statements',
            holds=not prepares,
            arithmetic=(
                f"{title_of(poolers[0])} pools transactions, and the service is told "
                f"prepared_statements {str(prepares).lower()}"
            ),
            fix="tell it prepared_statements false, with which it sends no pipeline either, or "
            "pool sessions",
        )


def _transaction_poolers(objects: Sequence[Object]) -> Iterator[Object]:
    for pooler in of_kind(objects, "Pooler"):
        if spec_of(pooler).get("pgbouncer", {}).get("poolMode") == "transaction":
            yield pooler
    for settings in of_kind(objects, "ConfigMap"):
        if any(map(_SETTING.search, (settings.get("data") or {}).values())):
            yield settings


def _stores(objects: Sequence[Object]) -> Iterator[tuple[Object, Mapping[str, Any]]]:
    """Yield each ConfigMap of the service's settings, with what it says of the store."""
    for settings in of_kind(objects, "ConfigMap"):
        text = (settings.get("data") or {}).get(CONFIG_FILE)
        if text is not None:
            yield settings, json.loads(text).get("store", {})


RULES = (
    ObjectRule(
        id="PL003",
        title="behind a transaction pooler nothing is prepared, and no pipeline is sent",
        severity="error",
        reason="A statement prepared on one server connection is missing on the next one.",
        source="langgraph#5675, langgraph#6705; PgBouncer's documentation of its features",
        incident="",
        compare=_nothing_prepared,
    ),
)
