"""`plumb drift` of a stack on a cluster."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plumb.drift import copies, secret, service, stated, unowned
from plumb.drift.finding import Finding
from plumb.drift.keep import with_keep
from plumb.drift.trial import Trial, try_all
from plumb.engine.engine import Engine, EngineName, RefusedError, Release
from plumb.engine.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The live cluster beside the program."""

    stack: str
    """Name of the stack."""
    context: str
    """Context of the cluster."""
    namespace: str
    """Its namespace there."""
    engine: EngineName
    """What deploys it, by the field managers of its objects."""
    objects: int
    """Objects that were compared."""
    properties: int
    """Properties that the program states in them."""
    findings: tuple[Finding, ...]
    """What differs, object by object."""
    refusal: str
    """Why `plumb up` would change nothing as things stand; empty where it would go on."""

    @property
    def found(self) -> bool:
        """Whether there is any drift."""
        return bool(self.findings)


def drift(release: Release, engine: Engine) -> Drift:
    """Return what differs; nothing in the cluster changes. Raises KubeError when it is silent."""
    trials = try_all(release, engine.name)
    plan, refusal = _plan(release, engine, trials)
    return Drift(
        stack=release.file.stack,
        context=release.kubectl.context,
        namespace=release.namespace,
        engine=engine.name,
        objects=len(trials),
        properties=sum(_leaves(each.stated) for each in trials),
        findings=tuple(_findings(release, trials, plan)),
        refusal=refusal,
    )


def _findings(release: Release, trials: list[Trial], plan: Plan | None) -> Iterator[Finding]:
    for trial in trials:
        for finding in stated.findings(release.kubectl, trial):
            yield with_keep(release, finding)
    there = _namespace(release)
    yield from unowned.findings(release, there, plan)
    yield from copies.findings(release, there)
    yield from secret.findings(release, is_settled=copies.is_settled(release, there))
    yield from service.findings(release)


def _plan(release: Release, engine: Engine, trials: list[Trial]) -> tuple[Plan | None, str]:
    """Return the engine's own dry run, or why it refuses.

    Pulumi's would make its stack in the backend; the trials are what its provider applies.
    """
    if engine.name != "helm":
        return None, "\n".join(str(each.refusal) for each in trials if each.refusal)
    try:
        return engine.preview(release), ""
    except RefusedError as error:
        return None, str(error)


def _namespace(release: Release) -> list[dict[str, Any]]:
    """Return what is in the stack's namespace; nothing where there is none."""
    kinds = copies.with_canaries(release, unowned.KINDS)
    return release.kubectl.objects(",".join(kinds), release.namespace, "--show-managed-fields")


def _leaves(value: Any) -> int:
    """Return how many properties a value of the program states."""
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value))
    return 1
