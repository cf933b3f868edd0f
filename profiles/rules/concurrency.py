"""Rules on what a pod does at once: runs in its memory, threads on its CPU."""

from collections.abc import Iterator
from math import ceil

from profiles.derive import full_memory, resident_memory, worker_memory
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related
from profiles.workers import Workers

THREADS_A_CORE = 2
"""Threads for each core of the limit: one computes while one waits for a disk or a name. More of
them spend the kernel's quota of a period at once, and the event loop is paused with them."""


def _runs_fit_the_memory(profile: Profile) -> Iterator[Comparison]:
    full, workload, field = full_memory(profile), profile.workload, "api.max_concurrent_graphs"
    limit, path = workload.resources.memory_limit_mib, "workload.resources.memory_limit_mib"
    holds, sign = related(full.value, "<=", limit)
    free = int(limit - resident_memory(profile).value)
    fitting = max(0, free // (workload.workers * workload.run_memory_mib))
    lower = f"lower {field} to {fitting}, or " if fitting else ""
    yield Comparison(
        fields=(*full.fields, path),
        holds=holds,
        arithmetic=f"{full.arithmetic} = {full.value:.0f} MiB {sign} {limit} MiB limit",
        fix=f"{lower}raise {path} to {full.value:.0f}",
        edit=((field, fitting),) if fitting else (),
    )

    if profile.workers:
        yield _runs_fit_a_worker(profile, profile.workers)


def _runs_fit_a_worker(profile: Profile, workers: Workers) -> Comparison:
    full, limit = worker_memory(workers, profile), workers.resources.memory_limit_mib
    holds, sign = related(full.value, "<=", limit)
    free = int(limit - resident_memory(profile).value)
    fitting = max(0, free // profile.workload.run_memory_mib)
    lower = f"lower workers.runs_per_pod to {fitting}, or " if fitting else ""
    path = "workers.resources.memory_limit_mib"
    return Comparison(
        fields=(*full.fields, path),
        holds=holds,
        arithmetic=f"{full.arithmetic} = {full.value:.0f} MiB {sign} {limit} MiB limit",
        fix=f"{lower}raise {path} to {full.value:.0f}",
        edit=(("workers.runs_per_pod", fitting),) if fitting else (),
    )


def _threads_match_the_cores(profile: Profile) -> Iterator[Comparison]:
    yield _threads_match(profile, "workload.resources.cpu_limit_millicores")
    if profile.workers:
        yield _threads_match(profile, "workers.resources.cpu_limit_millicores")


def _threads_match(profile: Profile, field: str) -> Comparison:
    workload, limit = profile.workload, field_value(profile, field)
    cores, threads = ceil(limit / 1000), workload.workers * workload.threads
    most = THREADS_A_CORE * cores
    (holds, sign), fitting = related(threads, "<=", most), most // workload.workers
    return Comparison(
        fields=("workload.threads", "workload.workers", field),
        holds=holds,
        arithmetic=f"{workload.workers} workers x {workload.threads} threads = {threads} "
        f"{sign} {THREADS_A_CORE} x {cores} cores ({limit} millicores)",
        fix=f"lower workload.threads to {fitting}, or raise the CPU limit",
        edit=(("workload.threads", fitting),),
    )


RULES = (
    Rule(
        id="PL024",
        title="a pod's threads match its CPU limit",
        severity="warning",
        reason="Threads beyond the cores spend the CPU quota early in each period, and the whole "
        "pod stands still for the rest of it.",
        source="the kernel's CFS bandwidth control; own arithmetic",
        incident="",
        compare=_threads_match_the_cores,
    ),
    Rule(
        id="PL045",
        title="the runs that a pod takes at once fit its memory",
        severity="warning",
        reason="A full pod is killed for its memory before the autoscaler has seen it.",
        source="CON-14: 100 runs of 50 to 200 MiB exceed 4 GiB",
        incident="",
        compare=_runs_fit_the_memory,
    ),
)
