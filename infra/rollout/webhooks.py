"""What Flagger asks before and during an analysis: somebody's consent, and load.

The load is the service's real work, a question to the graph: a version whose probes answer and
whose graph does not would pass otherwise. The warm-up asks since a year that the caches of versions
before have hardly seen, so that this version searches the sources itself; the load asks the same
question again and again, which costs the sources one search, whatever the rate. What each run
leaves in the store goes with `checkpoints.retention_seconds`.
"""

import json
import shlex
from typing import Any

from infra.addons import load_tester
from profiles import Profile, contract, derive
from profiles.rollout import WEBHOOK_TIMEOUT_SECONDS, Acceptance, Analysis

_BEFORE, _DURING = "pre-rollout", "rollout"
_END = shlex.quote('"}')
_TOLD = {"muteAlert": False}
"""Flagger writes this into every webhook, which would make the list its own."""


def asked(profile: Profile, analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    """Return the Canary's webhooks, in the order in which Flagger calls them."""
    acceptance = [_acceptance(analysis.acceptance)] if analysis.acceptance else []
    hooks = [*acceptance, *_load(profile, analysis)]
    return {"webhooks": hooks} if hooks else {}


def _acceptance(acceptance: Acceptance) -> dict[str, Any]:
    return _TOLD | {
        "name": "acceptance",
        "type": _BEFORE,
        "url": acceptance.url,
        "timeout": f"{acceptance.timeout_seconds}s",
    }


def _load(profile: Profile, analysis: Analysis) -> list[dict[str, Any]]:
    """Return the load: without users on a canary, a check without it finds no values and fails."""
    address = load_tester.address(profile)
    if address is None:
        return []
    question = json.dumps({"input": analysis.load_test_question})
    phases = (
        # Before the first check: it looks back over a whole window of the measurements.
        ("warm-up", _BEFORE, analysis.metric_interval_seconds, _unasked(question)),
        # At every check: ends before the next, because the tester skips a command still running.
        (
            "load",
            _DURING,
            analysis.interval_seconds - WEBHOOK_TIMEOUT_SECONDS,
            shlex.quote(question),
        ),
    )
    return [
        _TOLD
        | {
            "name": name,
            "type": kind,
            "url": address,
            "timeout": f"{WEBHOOK_TIMEOUT_SECONDS}s",
            "metadata": {"type": "cmd", "cmd": _command(profile, analysis, seconds, body)},
        }
        for name, kind, seconds, body in phases
    ]


def _unasked(question: str) -> str:
    """Return the shell's word for the question since a year, which is another one every minute."""
    text = question.removesuffix('"}')
    return f'{shlex.quote(f"{text} Since ")}"$((1900 + $(date +%s) / 60 % 100))"{_END}'


def _command(profile: Profile, analysis: Analysis, seconds: int, body: str) -> str:
    """Return the tester's command: one question a second from each of as many callers."""
    host = f"{profile.workload.service_name}{contract.CANARY_SUFFIX}.{profile.cluster.namespace}"
    address = f"http://{host}:{contract.HTTP_PORT}{contract.INVOKE_PATH}"
    # Longer than the service works: who leaves first never sees its 504, and nothing counts one.
    timeout = derive.client_request_seconds(profile)
    pace = f"-z {seconds}s -q 1 -c {analysis.load_test_rps} -t {timeout}"
    return f"hey {pace} -m POST -T application/json {_key(profile)} -d {body} {address}"


def _key(profile: Profile) -> str:
    """Return the option with the client's key, which the tester's shell fills in."""
    key = contract.CLIENT_KEY_VARIABLE
    return f'${{{key}:+-H "{profile.api.api_key_header}: ${key}"}}'
