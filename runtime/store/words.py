"""The words in which the two databases differ over items."""

from collections.abc import Callable
from dataclasses import dataclass

from runtime.store.compare import OPERATORS, ORDERS, Comparison, is_true
from runtime.store.namespace import matches, top


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """How a database says what is asked of items."""

    matching: str
    """Condition: the namespace matches `:{name}`, a regular expression."""
    top: str
    """The first `:depth` labels of a namespace."""
    condition: Callable[[Comparison, str], str]
    """Makes a condition of a comparison, whose field and operand are `:f{name}` and `:v{name}`."""


def _in_sqlite(given: Comparison, name: str) -> str:
    return f"item_is(value, :f{name}, '{OPERATORS[given.operator]}', :v{name})"


def _in_postgres(given: Comparison, name: str) -> str:
    sign, have = OPERATORS[given.operator], f"value::jsonb -> (:f{name})::text"
    if given.operator not in ORDERS:
        return f"coalesce({have}, 'null') {sign} (:v{name})::jsonb"
    if isinstance(given.operand, str):
        text = f"value::jsonb ->> (:f{name})::text"
        kind, holds = "string", f"({text}) COLLATE \"C\" {sign} ((:v{name})::jsonb #>> '{{}}')"
    else:
        kind, holds = "number", f"({have})::numeric {sign} (:v{name})::numeric"
    # CASE decides first: a text is never made a number.
    return f"CASE WHEN jsonb_typeof({have}) = '{kind}' THEN {holds} ELSE false END"


SQLITE_ITEMS = ItemWords(
    matching="item_lies(namespace, :{name})",
    top="item_top(namespace, :depth)",
    condition=_in_sqlite,
)
"""Over functions of this process."""

POSTGRES_ITEMS = ItemWords(
    matching="namespace ~ :{name}",
    top="array_to_string((string_to_array(namespace, '.'))[1:(:depth)::int], '.')",
    condition=_in_postgres,
)
"""Over jsonb's operators."""

SQLITE_FUNCTIONS = (("item_is", 4, is_true), ("item_lies", 2, matches), ("item_top", 2, top))
"""Name, arguments and what is called, for each connection."""
