"""Brings a stack up on a cluster, or up to date: what is in step already is left alone."""

import os
import time

from rich.console import Console
from rich.markup import escape

from plumb.credentials import create
from plumb.deploy.place import Place
from plumb.deploy.session import Session, open_session, target_at
from plumb.engine import report
from plumb.engine.engine import EngineError, EngineName
from plumb.engine.plan import Plan
from plumb.process.probe import is_ready
from plumb.rollout import RolloutError, explanation, restart, stale, wait
from plumb.stackfile import StackFile
from profiles.profile import Profile

_ANSWER_SECONDS = 30
"""Time from a pod's readiness until the Service leads to it; kube-proxy takes a second or two."""
_POLL_SECONDS = 0.2


def up(
    console: Console, file: StackFile, profile: Profile, place: Place, engine: EngineName | None
) -> str:
    """Bring the stack up and return the loopback address of its Service.

    Raises a PlumbError that says what is wrong and what to do; repeating it goes on from there.
    """
    began = time.monotonic()
    target = target_at(place)
    kubectl = target.bring_up(console)
    images = target.provide_images(console, profile)
    session = open_session(file, profile, place, engine, kubectl)
    plan = session.engine.preview(session.release)
    report.print_plan(console, plan)
    _apply(console, session, plan)
    restart(kubectl, session.release, stale(kubectl, session.release, images))
    wait(console, kubectl, session.release)
    address = session.connect()
    _wait_for_answer(address)
    console.print(
        f"[green]✓[/] {file.stack} is ready after {time.monotonic() - began:.1f} s, configuration "
        f"{session.release.rendered.outputs['config_hash']}"
    )
    console.print(f"  {address}")
    return address


def _wait_for_answer(address: str) -> None:
    """Wait until every node sends the Service's connections to the pods that are ready by now."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while not is_ready(address):
        if time.monotonic() > deadline:
            raise RolloutError(
                f"{address} leads to the Service, but nothing is ready there after "
                f"{_ANSWER_SECONDS} s, although its pods are; look at `kubectl get endpointslices`"
            )
        time.sleep(_POLL_SECONDS)


def _apply(console: Console, session: Session, plan: Plan) -> None:
    release = session.release
    if any(change.identity == f"Namespace/{release.namespace}" for change in plan.changes):
        session.engine.prepare(release)
    create(console, release.kubectl, release.profile, os.environ)
    if plan.is_empty:
        return
    try:
        with console.status(f"{session.engine.name} …") as shown:
            session.engine.up(release, plan, lambda line: shown.update(escape(line)))
    except EngineError as error:  # an engine may wait for pods itself, and knows less of them
        why = explanation(release.kubectl, release)
        raise EngineError(f"{error}\n{why}".rstrip()) from error
