"""Rule PL035: what a CronJob starts ends, is not doubled, and leaves no heap behind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.cron import rhythm
from profiles.rules.objects.pods import of_cron_job
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.objects.search import of_kind, spec_of

_STATED = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
_LIMITS = ("cpu", "memory")


def _bounded(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for job in of_kind(objects, "CronJob"):
        spec = spec_of(job)
        policy = spec.get("concurrencyPolicy", "Allow")
        yield ObjectComparison(
            object=job,
            path="spec.concurrencyPolicy",
            holds=policy == "Forbid",
            arithmetic=f"concurrencyPolicy {policy}",
            fix="set it to Forbid",
        )
        yield from (_stated(job, name, spec.get(name)) for name in _STATED)
        yield _deadline(job, spec)
        yield from _limits(job)


def _stated(job: Object, name: str, value: Any) -> ObjectComparison:
    return ObjectComparison(
        object=job,
        path=f"spec.{name}",
        holds=value is not None,
        arithmetic=f"{name} {'none' if value is None else value}",
        fix="state it",
    )


def _deadline(job: Object, spec: Mapping[str, Any]) -> ObjectComparison:
    found = (spec.get("jobTemplate") or {}).get("spec") or {}
    deadline, gap = found.get("activeDeadlineSeconds"), _gap_seconds(spec)
    holds = deadline is not None and (gap is None or deadline < gap)
    ran = "no deadline" if deadline is None else f"{deadline} s"
    sign = "<" if holds else "and" if deadline is None else ">="
    told = f" {sign} {gap} s between two starts of {spec.get('schedule')!r}" if gap else ""
    return ObjectComparison(
        object=job,
        path="spec.jobTemplate.spec.activeDeadlineSeconds",
        holds=holds,
        arithmetic=f"each may run {ran}{told}",
        fix=f"set it below {gap}" if gap else "state it",
    )


def _gap_seconds(spec: Mapping[str, Any]) -> int | None:
    """Return the shortest time between two starts; None where none comes, or it does not tell."""
    if spec.get("suspend"):
        return None
    try:
        return rhythm(spec.get("schedule", "")).shortest_gap_seconds
    except ValueError:  # a word such as @daily, or a form that only the controller reads
        return None


def _limits(job: Object) -> Iterator[ObjectComparison]:
    pods = of_cron_job(job)
    every = [
        (f"{kind}[{index}]", container)
        for kind in ("initContainers", "containers")
        for index, container in enumerate(pods.spec.get(kind) or ())
    ]
    for place, container in every:
        limits = (container.get("resources") or {}).get("limits") or {}
        missing = [name for name in _LIMITS if name not in limits]
        yield ObjectComparison(
            object=job,
            path=f"spec.jobTemplate.spec.template.spec.{place}.resources.limits",
            holds=not missing,
            arithmetic=f"limits without {' and '.join(missing)}"
            if missing
            else f"limits {', '.join(f'{name} {limits[name]}' for name in _LIMITS)}",
            fix="set both limits",
        )


RULES = (
    ObjectRule(
        id="PL035",
        title="what a CronJob starts ends before the next, and is bounded",
        severity="warning",
        reason="Starts that overlap, hang or heap up take what the service needs, and hide that "
        "none succeeds.",
        source="Kubernetes' documentation of CronJobs; Zalando's and Universe's failure stories",
        incident="",
        compare=_bounded,
    ),
)
