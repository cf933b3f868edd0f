"""Helm on the rendered chart: the engine that needs nothing but Helm itself."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumb.command import CommandError
from plumb.engine import history
from plumb.engine.comparison import planned, settled
from plumb.engine.dryrun import dry_run
from plumb.engine.engine import EngineError, EngineName, EngineStatus, Release, Tell
from plumb.engine.history import Helm, Record
from plumb.engine.live import key, live
from plumb.engine.owner import Live, refuse_other_engine, refuse_switch
from plumb.engine.plan import Plan
from plumb.engine.release import (
    Body,
    is_kept,
    is_of,
    marked,
    refuse_other_release,
    release_name,
)
from plumb.engine.removal import kept, remove, wait_until_gone
from plumb.render import write_chart

_HISTORY = 10
"""Changes that Helm remembers, its own default."""

_OUTPUTS = "outputs"
"""Value of the release that holds what the stack exports."""


@dataclass(frozen=True, slots=True)
class HelmEngine:
    """Brings a cluster in step with a stack by `helm upgrade --install` of its chart."""

    program: Path
    """Helm itself; its name is the field manager under which it applies."""
    patience_seconds: float = 60
    """How long a run that began and did not end may still be another person's, at work: Helm is
    never told to wait for pods, so that it needs seconds."""

    @property
    def name(self) -> EngineName:
        """`helm`."""
        return "helm"

    def preview(self, release: Release) -> Plan:
        """Return what `up` would change; see the interface."""
        helm, wanted = self._helm(release), marked(release)
        bodies = [manifest.body for manifest in wanted.manifests]
        with ThreadPoolExecutor(2) as pool:
            tried = pool.submit(dry_run, release.kubectl, wanted, self.program.name)
            listed = pool.submit(live, release.kubectl, bodies)
            known = history.known(helm, helm.records())
            found = listed.result()
            refuse_switch(release, self.name, found)
            refuse_other_release(release, found)
            after = tried.result()
        pairs = settled(release.kubectl, wanted, self.program.name, found, after)
        staying = {key(body) for body in bodies}
        leaving = [body for each, body in known.items() if each not in staying]
        return planned(pairs, live(release.kubectl, leaving).values())

    def prepare(self, release: Release) -> None:
        """Make the namespace, marked as Helm's own; see the interface."""
        namespaces = [
            manifest.body for manifest in marked(release).manifests if manifest.kind == "Namespace"
        ]
        release.kubectl.apply(
            namespaces, manager=self.program.name, doing=f"making {release.namespace}"
        )

    def up(self, release: Release, plan: Plan, tell: Tell) -> None:
        """Make the changes of the plan; see the interface."""
        helm = self._helm(release)
        records = helm.records()
        if plan.is_empty and records and records[-1].state == "deployed":
            return
        self._take_up(helm, release, records, tell)
        tell(f"helm upgrade --install {helm.name}")
        _upgrade(helm, release)

    def down(self, release: Release, tell: Tell) -> tuple[str, ...]:
        """Remove the stack; see the interface."""
        helm = self._helm(release)
        records = helm.records()
        own = {key(manifest.body): manifest.body for manifest in release.rendered.manifests}
        known = own | history.known(helm, records)
        refuse_other_engine(release, self.name, live(release.kubectl, own.values()))
        if records:
            tell(f"helm uninstall {helm.name}")
            helm.run("uninstall", helm.name, "--ignore-not-found", doing="removing the stack")
        left = _remove(helm, known.values()).values()
        wait_until_gone(release.kubectl, [body for body in left if not is_kept(body)], tell)
        return kept(release.kubectl, [body for body in left if is_kept(body)])

    def status(self, release: Release) -> EngineStatus:
        """Return what Helm remembers."""
        records = self._helm(release).records()
        if not records:
            return EngineStatus(revision=0, state="", changed="")
        last = records[-1]
        return EngineStatus(revision=last.revision, state=last.state, changed=last.changed)

    def outputs(self, release: Release) -> dict[str, Any]:
        """Return what the deployed stack exports, which is kept as a value of the release."""
        helm = self._helm(release)
        if not helm.records():
            return {}
        said = helm.run("get", "values", helm.name, "--output", "json", doing="asking Helm")
        found: dict[str, Any] = (json.loads(said) or {}).get(_OUTPUTS, {})
        return found

    def _helm(self, release: Release) -> Helm:
        return Helm(
            program=self.program,
            kubectl=release.kubectl,
            name=release_name(release),
            folder=release.folder.resolve() / "helm",
        )

    def _take_up(self, helm: Helm, release: Release, records: list[Record], tell: Tell) -> None:
        """Remove what runs that never ended left, which Helm would trip over or not know of."""
        stuck = history.unfinished(helm, records, self.patience_seconds, tell)
        wanted = {key(manifest.body) for manifest in release.rendered.manifests}
        left = history.leftovers(helm, records)
        _remove(helm, [body for each, body in left.items() if each not in wanted])
        if stuck:
            tell(f"removing revision {stuck.revision}, which was interrupted ({stuck.state})")
            helm.forget(stuck)


def _upgrade(helm: Helm, release: Release) -> None:
    chart, values = helm.folder / "chart", helm.folder / "values.json"
    write_chart(release.rendered, chart)
    values.write_text(json.dumps({_OUTPUTS: release.rendered.outputs}), encoding="utf-8")
    # Whose objects they are was settled by the preview, and so was that the server takes them.
    options = ["--server-side=true", "--take-ownership", "--disable-openapi-validation"]
    options += [f"--values={values}", f"--history-max={_HISTORY}", "--hide-notes", "--output=json"]
    try:
        helm.run("upgrade", "--install", helm.name, chart, *options, doing="applying the stack")
    except CommandError as error:
        raise EngineError(
            f"{error}\n  → some objects may have changed; what is left is in the next plan: "
            f"`plumb up {release.file.stack}` goes on from there"
        ) from error


def _remove(helm: Helm, bodies: Iterable[Body]) -> Live:
    """Delete those of the objects that are the release's and not kept; return what was there."""
    found = live(helm.kubectl, bodies)
    ours = {each: body for each, body in found.items() if is_of(body, helm.name)}
    remove(helm.kubectl, [body for body in ours.values() if not is_kept(body)])
    return ours
