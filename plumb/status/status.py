"""`plumb status` of a stack on a cluster."""

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.engine.engine import EngineStatus, Release
from plumb.kube.kubectl import Kubectl
from plumb.rollout.snapshot import is_ready, take
from plumb.status import claim, engine, scale, settings, workload
from plumb.status.answer import ask
from plumb.status.row import Row
from plumb.status.view import View, kinds, serving_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What runs, beside what the stack file says."""

    stack: str
    """Name of the stack."""
    context: str
    """Context of the cluster."""
    namespace: str
    """Its namespace there."""
    address: str
    """Where it answers on this machine; empty when nothing leads there."""
    deployed: bool
    """Whether the service's Deployment is there."""
    running: bool
    """Whether at least one of its pods is ready."""
    rows: tuple[Row, ...]
    """The subjects."""

    @property
    def in_step(self) -> bool:
        """Whether all that runs is as the stack says."""
        return self.deployed and all(row.in_step for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {**asdict(self), "in_step": self.in_step}

    def print(self, console: Console) -> None:
        """Print it for a person: the verdict, then what differs, then the rest."""
        place = f"{self.namespace} on {self.context}"
        if not self.deployed:
            words = f"{self.stack}: not deployed in {place}; deploy it with `plumb up {self.stack}`"
            console.print(words, markup=False, soft_wrap=True)
            return
        console.print(self._verdict(place))
        console.print(Padding(_table(self.rows), (0, 0, 0, 2)))

    def _verdict(self, place: str) -> Text:
        wrong = [row.subject for row in self.rows if not row.in_step]
        mark = ("✗ ", "bold red") if wrong else ("✓ ", "bold green")
        words = f"differs: {', '.join(wrong)}" if wrong else "in step with its file"
        if not self.running:
            words = f"does not serve, no pod is ready; {words}"
        where = f"\n  {place}" + (f", answers at {self.address}" if self.address else "")
        return Text.assemble(mark, (self.stack, "bold"), f": {words}", (where, "dim"))


def status(
    kubectl: Kubectl,
    release: Release,
    engine_status: EngineStatus,
    address: str | None = None,
    engine_name: str = "",
) -> Status:
    """Return what runs beside what the stack says; raises KubeError when the cluster is silent."""
    snapshot = take(kubectl, release.namespace, kinds(release.profile))
    view = View(release=release, snapshot=snapshot, answers={})
    running = [pod["metadata"]["name"] for pod in view.serving_pods if _runs(pod)]
    answers = ask(kubectl, release.namespace, running)
    view = View(release=release, snapshot=snapshot, answers=answers)
    names = (release.profile.workload.name, serving_name(release.profile))
    deployed = any(snapshot.find("Deployment", name) for name in names)
    return Status(
        stack=release.file.stack,
        context=kubectl.context,
        namespace=release.namespace,
        address=address or "",
        deployed=deployed,
        running=any(map(is_ready, view.serving_pods)),
        rows=tuple(rows(view, engine_status, engine_name)) if deployed else (),
    )


def rows(view: View, engine_status: EngineStatus, engine_name: str) -> list[Row]:
    """Return a row for every subject that the stack has."""
    return [
        *workload.rows(view),
        *settings.rows(view),
        *scale.rows(view),
        *claim.rows(view),
        *engine.rows(view, engine_status, engine_name),
    ]


def _runs(pod: dict[str, Any]) -> bool:
    return bool(pod.get("status", {}).get("phase") == "Running")


def _table(rows: tuple[Row, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in sorted(rows, key=lambda row: (row.in_step, not row.problem)):
        table.add_row(_mark(row), row.subject, _words(row))
    return table


def _mark(row: Row) -> Text:
    if not row.in_step:
        return Text("✗", "bold red")
    return Text("!", "yellow") if row.problem else Text("✓", "green")


def _words(row: Row) -> Text:
    words = Text(row.state)
    if row.problem:
        words.append(f"\n{row.problem}", "yellow" if row.in_step else "red")
    if row.fix:
        words.append(f"\n→ {row.fix}", "dim")
    return words
