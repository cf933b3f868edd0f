"""What a graph takes and gives, as JSON schemas."""

import operator
import types
import typing
from collections.abc import Callable
from functools import reduce
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin

import typing_extensions
from pydantic import PydanticUserError, TypeAdapter

from runtime.execution.run import Json


def schemas_json(name: str, graph: Any) -> Json:
    """Return the schemas of a graph, or of a part of one; null for types that have none."""
    builder = getattr(graph, "builder", None)
    return {
        "graph_id": name,
        "input_schema": _schema(graph.get_input_jsonschema, builder, "input_schema"),
        "output_schema": _schema(graph.get_output_jsonschema, builder, "output_schema"),
        "state_schema": _schema(_of_state(graph, builder), builder, "state_schema"),
        "config_schema": None,
        "context_schema": _schema(graph.get_context_jsonschema, graph, "context_schema"),
    }


def _of_state(graph: Any, builder: Any) -> Callable[[], Json | None]:
    if builder is None:
        made: Callable[[], Json | None] = graph.get_output_jsonschema
        return made
    return lambda: TypeAdapter(builder.state_schema).json_schema()


def _schema(make: Callable[[], Json | None], holder: Any, attribute: str) -> Json | None:
    """Return a schema as it is made, or else of the type's like that pydantic takes."""
    try:
        return make()
    except PydanticUserError:
        kind = getattr(holder, attribute, None)
    try:
        return None if kind is None else TypeAdapter(modern(kind)).json_schema()
    except PydanticUserError:
        return None


def modern(kind: Any, within: frozenset[Any] = frozenset()) -> Any:
    """Return a type with each `typing.TypedDict` in it as that of `typing_extensions`.

    Pydantic takes no other before Python 3.12. One that holds itself is Any where it does so.
    """
    if typing.is_typeddict(kind):
        return Any if kind in within else _typed_dict(kind, within | {kind})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is None or origin is typing.Literal or not inner:
        return kind
    if origin is Annotated:
        return Annotated[(modern(inner[0], within), *kind.__metadata__)]
    changed = tuple(modern(each, within) if _is_type(each) else each for each in inner)
    if origin in {Union, types.UnionType}:
        return reduce(operator.or_, changed)
    return origin[changed] if changed != inner else kind


def _is_type(value: Any) -> bool:
    return isinstance(value, type) or get_origin(value) is not None


def _typed_dict(kind: Any, within: frozenset[Any]) -> Any:
    fields: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        own = get_origin(hint)
        marked = own in {Required, NotRequired}
        needed = own is Required if marked else name in kind.__required_keys__
        inner = modern(get_args(hint)[0] if marked else hint, within)
        fields[name] = inner if needed else NotRequired[inner]
    return typing_extensions.TypedDict(kind.__name__, fields)  # type: ignore[operator]  # made, not written
