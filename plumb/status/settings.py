"""Rows about the settings that the service runs with, and how it says that it is."""

from collections.abc import Iterator
from typing import Any

from plumb.status.answer import Answer
from plumb.status.row import Row, off
from plumb.status.view import View
from profiles import contract

_RESPONSE_TIME = ":responseTime"
_RANKS = ("pass", "warn", "fail")
"""Words of health+json, the best first."""


def rows(view: View) -> Iterator[Row]:
    """Yield the rows of the settings, of what overrides them, and of the health."""
    yield _hash(view)
    yield from overrides(view)
    yield _health(view)


def _hash(view: View) -> Row:
    wanted = str(view.release.rendered.outputs["config_hash"])
    template = view.serving["spec"]["template"]["metadata"] if view.serving else {}
    set_to = template.get("annotations", {}).get(contract.CONFIG_HASH_ANNOTATION, "none")
    active = sorted({_active(answer) for answer in view.answers.values() if answer.info})
    state = " and ".join(active) or f"{set_to} (no pod says which is active)"
    if set_to != wanted:
        return off("settings", state, f"the stack has {wanted}", f"{view.up} rolls it out")
    others = [name for name, each in view.answers.items() if each.info and _active(each) != wanted]
    if others:
        problem = f"{', '.join(others)} runs with another than the stack's {wanted}"
        fix = f"if no rollout is under way, delete the pod: a new one reads {wanted}"
        return off("settings", state, problem, fix)
    if not active:
        return off("settings", state, "no pod answers at /info", "")
    return Row(subject="settings", state=state)


def _active(answer: Answer) -> str:
    return str((answer.info or {}).get("config_hash", "none"))


def overrides(view: View) -> Iterator[Row]:
    """Yield a row about what the environment of running pods sets beside the stack's settings."""
    infos = [answer.info for answer in view.answers.values() if answer.info]
    found = {
        f"{each['variable']} sets {each['path']} to {each['value']} (stack: {each['file_value']})"
        for info in infos
        for each in info.get("overrides", [])
    }
    if found:
        fix = "remove the variable from the Deployment, and set the value in the stack file"
        yield off("overrides", "; ".join(sorted(found)), "the environment overrides the stack", fix)


def _health(view: View) -> Row:
    answers = view.answers
    if not answers:
        return off("health", "unknown", "no pod runs that could say", "")
    said = {name: _said(answer) for name, answer in answers.items()}
    states = [state for state in said.values() if state]
    silent = [name for name, state in said.items() if not state]
    worst = max(states, key=_rank, default="no answer")
    state = worst if len(answers) <= 1 else f"{worst}, {len(states)} of {len(answers)} pods answer"
    problems = list(
        dict.fromkeys(words for each in answers.values() for words in _components(each))
    )
    problems += [f"{name} does not answer" for name in silent]
    if worst == "pass" and not problems:
        return Row(subject="health", state=state)
    fix = f"kubectl --context {view.release.kubectl.context} -n {view.release.namespace} logs "
    return Row(
        subject="health",
        state=state,
        problem="; ".join(problems),
        fix=f"`{fix}deployment/{view.serving_name}` says more",
        in_step=worst in ("pass", "warn") and not silent,
    )


def _said(answer: Answer) -> str:
    return str((answer.health or {}).get("status", ""))


def _rank(state: str) -> int:
    return _RANKS.index(state) if state in _RANKS else len(_RANKS)


def _components(answer: Answer) -> Iterator[str]:
    checks: dict[str, list[dict[str, Any]]] = (answer.health or {}).get("checks", {})
    for key, entries in checks.items():
        for each in entries:
            if key.endswith(_RESPONSE_TIME) and each.get("status") != "pass":
                words = each.get("message", each.get("status"))
                yield f"{each.get('componentId', key)}: {words}"
