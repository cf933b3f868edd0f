"""What the cluster tells the service: settings and thresholds in one file, with its hash."""

import json
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from profiles import digest
from profiles.api import Api
from profiles.cache import CacheMode, Lifetimes
from profiles.contract import CONFIG_FILE
from profiles.database import DatabaseMode, Pool
from profiles.derive import service_drain_seconds
from profiles.execution import Execution
from profiles.graph import Graph
from profiles.items import Items
from profiles.load import Problem, ProfileError
from profiles.observability import Observability
from profiles.profile import Profile
from profiles.section import Count, Mebibytes, Seconds, SecondsOrZero, section
from profiles.thresholds import Thresholds, thresholds
from profiles.tuning import Tuning
from profiles.upstreams import Upstreams
from profiles.workers import Workers


@section
class Store:
    """Where the service keeps checkpoints, without what only the cluster needs to know."""

    mode: DatabaseMode
    """As in the profile's database section."""
    sqlite_path: str
    """SQLite file, for mode sqlite."""
    pool: Pool
    """Connections of each worker, for the others."""
    migration_seconds: Seconds
    """Longest that making or moving the tables may take, in seconds."""
    prepared_statements: bool
    """Whether a connection may keep statements prepared: not over a transaction pooler (PL003)."""


@section
class ServiceCache:
    """The cache as the service sees it."""

    mode: CacheMode
    """As in the profile's cache section."""
    lifetimes: Lifetimes
    """How long values live."""
    evidence_age_max_seconds: Seconds
    """Oldest that a source's result may be, in seconds, however long it would live."""
    pool_size: Count
    """Connections that each of a worker's clients opens to Redis, at most."""
    memory_tier_mib: Mebibytes
    """Most that the in-process tier holds, in MiB."""
    memory_tier_entries: Count
    """Most values that the in-process tier holds."""


@section
class Retention:
    """How long checkpoints are kept; what is planned for their volume is the cluster's affair."""

    retention_seconds: Seconds
    """Age after which a thread that has not moved is removed, in seconds."""
    cleanup_interval_seconds: Seconds
    """Time between two clean-ups, in seconds."""
    keep_per_thread: Count | None
    """Checkpoints that a thread keeps, the newest; null keeps all."""


@section
class ServiceWorkers:
    """Workers of their own as the service sees them."""

    runs_per_pod: Count
    """Runs at once in one of them."""
    drain_seconds: Seconds
    """Time that running work has after SIGTERM, in seconds."""


@section
class ServiceConfig:
    """Everything that the service is told by its stack (one ConfigMap, one file)."""

    environment: str
    """Name of the environment."""
    version: str
    """Version that the stack deploys."""
    drain_seconds: SecondsOrZero
    """Time that running requests have after SIGTERM, in seconds."""
    farewell_seconds: SecondsOrZero
    """Time after SIGTERM in which kept connections are answered once more, in seconds."""
    threads: Count
    """Threads of a worker for work that would block its event loop."""
    api: Api
    """HTTP limits."""
    graph: Graph
    """Budgets of a run."""
    execution: Execution
    """Queue and leases of the runs."""
    workers: ServiceWorkers | None
    """Processes of their own for the queue; null works on it in every process that serves."""
    upstreams: Upstreams
    """Sources of evidence."""
    store: Store
    """Store of the checkpoints."""
    checkpoints: Retention
    """Retention of the checkpoints."""
    items: Items
    """Retention of the items."""
    cache: ServiceCache
    """Cache of results."""
    observability: Observability
    """Logs and traces."""
    tuning: Tuning
    """Background work."""
    thresholds: Thresholds
    """What the service holds itself to."""


_ADAPTER = TypeAdapter(ServiceConfig)


def service_config(profile: Profile) -> ServiceConfig:
    """Return what the service is told under this profile."""
    workload, database = profile.workload, profile.database
    return ServiceConfig(
        environment=workload.environment,
        version=workload.version,
        drain_seconds=service_drain_seconds(profile),
        farewell_seconds=workload.farewell_seconds,
        threads=workload.threads,
        api=profile.api,
        graph=profile.graph,
        execution=profile.execution,
        workers=_service_workers(profile.workers),
        # The server's image and size are the cluster's affair: no edit of them rolls the service.
        upstreams=replace(profile.upstreams, server=None),
        store=Store(
            mode=database.mode,
            sqlite_path=database.sqlite_path,
            pool=database.pool,
            migration_seconds=database.migration_seconds,
            prepared_statements=database.prepared_statements,
        ),
        checkpoints=Retention(
            retention_seconds=profile.checkpoints.retention_seconds,
            cleanup_interval_seconds=profile.checkpoints.cleanup_interval_seconds,
            keep_per_thread=profile.checkpoints.keep_per_thread,
        ),
        items=profile.items,
        cache=_service_cache(profile),
        observability=profile.observability,
        tuning=profile.tuning,
        thresholds=thresholds(profile),
    )


def dump_service_config(config: ServiceConfig) -> str:
    """Return the file's text: indented JSON in the order of the fields, so that diffs read well."""
    return json.dumps(_ADAPTER.dump_python(config, mode="json"), indent=2) + "\n"


def load_service_config(text: str) -> ServiceConfig:
    """Return the configuration of a file's text; ProfileError names what is wrong with it."""
    try:
        return _ADAPTER.validate_json(text, strict=True)
    except ValidationError as error:
        raise ProfileError(
            Problem(
                path=".".join(str(part) for part in detail["loc"]),
                value=detail["input"],
                message=detail["msg"],
            )
            for detail in error.errors()
        ) from None


def config_hash(text: str) -> str:
    """Return the short SHA-256 of a configuration file's text, shown at /info and in the pods."""
    return digest.of_files({CONFIG_FILE: text})


def _service_workers(workers: Workers | None) -> ServiceWorkers | None:
    if workers is None:
        return None
    return ServiceWorkers(runs_per_pod=workers.runs_per_pod, drain_seconds=workers.drain_seconds)


def _service_cache(profile: Profile) -> ServiceCache:
    cache = profile.cache
    return ServiceCache(
        mode=cache.mode,
        lifetimes=cache.lifetimes,
        evidence_age_max_seconds=profile.objectives.evidence_age_max_seconds,
        pool_size=cache.pool_size,
        memory_tier_mib=cache.memory_tier_mib,
        memory_tier_entries=cache.memory_tier_entries,
    )
