"""Brings a stack up on a cluster, or up to date: what is in step already is left alone."""

import os
import time

from rich.console import Console
from rich.markup import escape

from plumb.check.hold import hold
from plumb.credentials import create
from plumb.deploy import addons
from plumb.deploy.handover import free_selector, hand_over
from plumb.deploy.place import Place
from plumb.deploy.rotation import follow_changed, roll_outdated
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
    console: Console,
    file: StackFile,
    profile: Profile,
    place: Place,
    engine: EngineName | None,
    *,
    awaited: bool = True,
) -> None:
    """Bring the stack up and tell the loopback address of its Service.

    Not `awaited`, it ends once everything is applied, whatever becomes of it. Raises a PlumbError
    that says what is wrong and what to do; repeating it goes on from there.
    """
    began = time.monotonic()
    target = target_at(place)
    kubectl = target.bring_up(console)
    session = open_session(file, profile, place, engine, kubectl)
    hold(console, file, profile, session.release.rendered)
    addons.provide(console, session.release)
    images = target.provide_images(console, profile)
    free_selector(session.release)
    plan = session.engine.preview(session.release)
    report.print_plan(console, plan)
    is_outdated = _apply(console, session, plan)
    restart(kubectl, session.release, stale(kubectl, session.release, images))
    if not awaited:
        console.print(
            f"{file.stack} is applied; `plumb status {file.stack}` tells what becomes of it"
        )
        return
    wait(console, kubectl, session.release)
    free_selector(session.release)  # a first analysis has just taken it
    if is_outdated:
        roll_outdated(console, session.release)
    _tell_ready(console, session, began)


def _tell_ready(console: Console, session: Session, began: float) -> None:
    stack, address = session.release.file.stack, session.connect()
    _wait_for_answer(address)
    console.print(
        f"[green]✓[/] {stack} is ready after {time.monotonic() - began:.1f} s, configuration "
        f"{session.release.rendered.outputs['config_hash']}"
    )
    console.print(f"  {address}")


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


def _apply(console: Console, session: Session, plan: Plan) -> bool:
    """Make the changes; returns whether pods run on values that their Secrets had before."""
    release = session.release
    if any(change.identity == f"Namespace/{release.namespace}" for change in plan.changes):
        session.engine.prepare(release)
    create(console, release.kubectl, release.profile, os.environ)
    is_outdated = follow_changed(console, release)
    if not plan.is_empty:
        _make_changes(console, session, plan)
    return is_outdated


def _make_changes(console: Console, session: Session, plan: Plan) -> None:
    release = session.release
    try:
        with console.status(f"{session.engine.name} …") as shown:

            def tell(line: str) -> None:
                shown.update(escape(line))

            hand_over(release, plan, tell)
            session.engine.up(release, plan, tell)
    except EngineError as error:  # an engine may wait for pods itself, and knows less of them
        why = explanation(release.kubectl, release)
        raise EngineError(f"{error}\n{why}".rstrip()) from error
