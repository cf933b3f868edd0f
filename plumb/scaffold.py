"""`plumb new`: a stack file with what a team decides, and why, over a named profile."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plumb.check.beside import usable
from plumb.edit import stated
from plumb.edit.value import inline
from plumb.errors import ProjectError
from plumb.fields import Field, catalogue
from plumb.fields.stack import schema_comment
from plumb.project import find_stack
from plumb.stackfile import PROFILE_KEY, StackFile, parse_stack
from profiles.load import BASE_KEY, effective_values, parse
from profiles.rules import check

_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,47}[a-z0-9])?")
"""A stack's name, which becomes a part of its namespace (RFC 1123)."""

_ENVIRONMENT = re.compile(r"[a-z]+")

_WIDTH, _STEP = 100, 2
"""Columns of a line, and of a level of indentation."""

_ROUNDS = 8
"""Mending one rule may show another; more rounds than that have not been seen."""

DECIDED = (
    "cluster.namespace", "cluster.retain_data", "cluster.pod_security", "cluster.quota",
    "workload.environment", "workload.image", "workload.version", "workload.replicas",
    "workload.resources",
    "api.request_timeout_seconds", "api.max_concurrent_graphs", "api.rate_limit_requests",
    "graph.default_budget_ms", "graph.max_budget_ms",
    "upstreams.source", "upstreams.limiter", "upstreams.pubmed_has_key",
    "upstreams.pubmed_requests_per_second", "upstreams.contact_email",
    "database.mode", "database.server.storage_gib", "database.server.max_connections",
    "database.server.backup.schedule", "database.server.backup.recovery_point_hours",
    "database.server.backup.retention_days", "database.server.backup.storage_gib",
    "database.pool.size", "database.pool.max_overflow",
    "checkpoints.retention_seconds",
    "cache.mode", "cache.lifetimes.source_seconds",
    "scaling.min_replicas", "scaling.max_replicas", "scaling.cpu_request_percent",
    "scaling.memory_request_percent",
    "disruption.min_available",
    "rollout.mode", "rollout.analysis.interval_seconds", "rollout.analysis.iterations",
    "rollout.analysis.success_rate_min_percent", "rollout.analysis.latency_max_ms",
    "network.client_namespaces", "network.ingress",
    "observability.log_level", "observability.langsmith_project",
    "objectives.mean_latency_ms", "objectives.p95_latency_ms",
    "objectives.success_rate_min_percent", "objectives.error_rate_max",
)  # fmt: skip
"""What differs from team to team: place, size, data, promises. All else has a value that fits most.

A section stands for all its fields.
"""


def new_stack(root: Path, name: str, base: str | None, like: str | None) -> StackFile:
    """Write the file of a new stack and return it; an existing file is never touched.

    `like` names a stack: what it states is stated, in place of what teams commonly decide. Raises
    ProjectError for a name or namespace that is taken or none, ProfileError where base and `like`
    do not go together.
    """
    path = _free(root, name)
    model = find_stack(like) if like else None
    stated_by_model = parse(model.profile_json) if model else {}
    stated_by_model[BASE_KEY] = base or stated_by_model.get(BASE_KEY, "recommended")
    values = effective_values(stated_by_model)
    _own(root, name, model.stack if model else "", values)
    decided = tuple(_leaves(stated_by_model, "")) if model else DECIDED
    lines = [
        schema_comment(path, root),
        *_intro(name, stated_by_model[BASE_KEY], like),
        "config:",
        f"  {PROFILE_KEY}:",
        f"    {BASE_KEY}: {stated_by_model[BASE_KEY]}",
        *_section("", values, decided),
    ]
    text = _coherent("".join(f"{line}\n" for line in lines), path)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return parse_stack(text, path)


def _free(root: Path, name: str) -> Path:
    path = root / f"Pulumi.{name}.yaml"
    if not _LABEL.fullmatch(name):
        raise ProjectError(
            f"{name!r} can be no stack's name: it becomes part of a namespace, so it takes "
            "lower-case letters, digits and hyphens, and begins with a letter"
        )
    if path.exists():
        raise ProjectError(f"{path.name} is there already; change it with `plumb edit {name}`")
    return path


def _own(root: Path, name: str, model: str, values: dict[str, Any]) -> None:
    """Put the new stack's own names into the values; its namespace is nobody else's."""
    shared = values["cluster"]["namespace"].removesuffix(f"-{model}")
    namespace = f"{shared}-{name}"
    for other, profile in usable(root):
        if profile.cluster.namespace == namespace:
            raise ProjectError(
                f"namespace {namespace} is the stack {other.stack}'s; take another name"
            )
    values["cluster"] = values["cluster"] | {"namespace": namespace}
    values["observability"] = values["observability"] | {"langsmith_project": namespace}
    if _ENVIRONMENT.fullmatch(name):
        values["workload"] = values["workload"] | {"environment": name}


def _intro(name: str, base: str, like: str | None) -> list[str]:
    origin = f" and stated as {like} does" if like else ""
    text = (
        f"What {name} decides, over the values of the `{base}` profile{origin}. Change a value "
        f"here or with `plumb edit {name} FIELD VALUE`; what is left out has the profile's value. "
        f"`plumb show {name}` prints all of them, `plumb check {name}` says what does not go "
        "together."
    )
    return _comment(text, 0)


def _section(path: str, values: dict[str, Any], decided: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of what is decided below a path, each with its comment above."""
    for field in _fields_below(path):
        key, column = field.path.rpartition(".")[2], 2 * _STEP + _STEP * field.path.count(".")
        value, whole = values.get(key), _within(field.path, decided)
        inner = any(one.startswith(f"{field.path}.") for one in decided)
        if key not in values or not (whole or inner):
            continue
        yield from _comment(_explained(field), column)
        if field.section and value is not None:
            yield f"{' ' * column}{key}:"
            yield from _section(field.path, value, decided)
        else:
            yield f"{' ' * column}{key}: {inline(value)}"


def _fields_below(path: str) -> list[Field]:
    start = f"{path}." if path else ""
    return [
        field
        for name, field in catalogue().items()
        if name.startswith(start) and "." not in name[len(start) :] and name != BASE_KEY
    ]


def _within(path: str, decided: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in decided)


def _explained(field: Field) -> str:
    said = "pattern" in field.schema or field.types[0] in {"object", "array", "boolean"}
    return field.meaning if said else f"{field.meaning} ({field.allowed})"


def _comment(text: str, column: int) -> list[str]:
    start = f"{' ' * column}# "
    return textwrap.wrap(
        text, _WIDTH, initial_indent=start, subsequent_indent=start, break_long_words=False
    )


def _coherent(text: str, path: Path) -> str:
    """Return the text with what the rules propose stated too, until none is broken."""
    for _ in range(_ROUNDS):
        found = check(parse_stack(text, path).load())
        if not found:
            return text
        for field, value in (edit for finding in found for edit in finding.edit):
            text = stated(text, field, value)
    raise ProjectError(
        "these values break rules that only a person can mend: "
        + "; ".join(f"{each.rule}: {each.arithmetic}; {each.fix}" for each in found)
    )


def _leaves(values: dict[str, Any], path: str) -> Iterator[str]:
    for key, value in values.items():
        below = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value:
            yield from _leaves(value, below)
        else:
            yield below
