"""Names that the cluster and the service must spell alike: ports, paths, files, labels, metrics.

A value that an environment may choose is a profile field; what stands here is never chosen.
"""

KUBERNETES_VERSION = "1.34"
"""The API that the manifests are written for and checked against."""

HTTP_PORT = 8000
METRICS_PORT = 8080
POSTGRES_PORT = 5432
REDIS_PORT = 6379
RECORDED_PORT = 8090
POOLER_PORT = 5432
PROMETHEUS_PORT = 9090
FLAGGER_PORT = 8080
LOAD_TESTER_PORT = 8080
METRICS_SERVER_PORT = 10250
API_SERVER_PORTS = (443, 6443)
DNS_PORT = 53
HTTPS_PORT = 443
"""Ports (INF-02, INF-14, INF-15, OBS-04); RECORDED_PORT is the recorded-upstream server's, and
API_SERVER_PORTS are what the cluster's API is reached by, as a Service and behind it."""

LIVENESS_PATH = "/livez"
"""Never touches a dependency: a lost database must not restart pods."""

READINESS_PATH = "/readyz"
"""Draining flag, checkpointer and saturation."""

HEALTH_PATH = "/health"
"""The full report of the components, as health+json."""

LIVENESS_ALIASES = ("/health/live",)
READINESS_ALIASES = ("/health/ready", "/ready")
"""Paths that the requirements name for the same answers (CON-02)."""

DEPENDENCY_FREE_PATHS = (LIVENESS_PATH, *LIVENESS_ALIASES)
PROBE_PATHS = (*DEPENDENCY_FREE_PATHS, READINESS_PATH, *READINESS_ALIASES, HEALTH_PATH)
"""What a probe may ask."""

INVOKE_PATH = "/invoke"
"""Where a question goes; Flagger's load goes there too."""

SEARCHES = 3
"""Searches of a run, side by side as far as `graph.max_parallel_nodes` lets them (ORC-02)."""

CONFIG_DIRECTORY = "/etc/plumbline"
CONFIG_FILE = "service.json"
CONFIG_VARIABLE = "PLUMBLINE_CONFIG"
"""The ConfigMap's mount, its one key, and the variable that names the file."""

GRAPHS_VARIABLE = "PLUMBLINE_GRAPHS"
"""Variable that names the langgraph.json whose graphs the service runs."""

COMPONENT_LABEL = "app.kubernetes.io/component"
PART_OF_LABEL = "app.kubernetes.io/part-of"
PROJECT = "plumbline"
SERVICE_COMPONENT = "orchestrator"
WORKER_COMPONENT = "worker"
DATABASE_COMPONENT = "database"
CACHE_COMPONENT = "cache"
RECORDED_COMPONENT = "recorded-upstreams"
POOLER_COMPONENT = "pooler"
BACKUP_COMPONENT = "backup"
FLAGGER_COMPONENT = "flagger"
LOAD_TESTER_COMPONENT = "load-tester"
PROMETHEUS_COMPONENT = "prometheus"
METRICS_SERVER_COMPONENT = "metrics-server"
"""Labels. Flagger copies every pod label but `app` to the primary: policies select these."""

KEY_VARIABLES = {
    "ncbi": "NCBI_API_KEY",
    "api-keys": "API_KEYS",
    "anthropic": "ANTHROPIC_API_KEY",
    "openai": "OPENAI_API_KEY",
    "tavily": "TAVILY_API_KEY",
    "serpapi": "SERPAPI_KEY",
    "sentry-dsn": "SENTRY_DSN",
}
"""Keys of the keys Secret, and the variables they become (CFG-07; `api-keys`: who may call)."""

CLIENT_KEY_VARIABLE = "API_KEY"
"""Variable with the key that a client of the service sends; the service itself never has it."""

PRIMARY_SUFFIX = "-primary"
CANARY_SUFFIX = "-canary"
"""What Flagger appends: pods and objects that serve are NAME-primary, the Service of a version
under analysis is NAME-canary."""

WORKER_SUFFIX = "-work"
"""What the workers' Deployment appends to the service's name: short, so that a name with Flagger's
suffix behind it is still a label."""

CONFIG_HASH_ANNOTATION = "plumbline.dev/config-hash"
SCALING_HASH_ANNOTATION = "plumbline.dev/scaling-hash"
"""Pod-template annotations: an edit of either rolls the pods, so that Flagger promotes it too."""

GRAPH_EXECUTIONS = "graph_executions_total"
GRAPH_SECONDS = "graph_execution_seconds"
GRAPH_ACTIVE = "graph_executions_active"
NODE_SECONDS = "graph_node_seconds"
RUNS_WAITING = "runs_waiting"
RUN_OLDEST_WAIT_SECONDS = "run_oldest_wait_seconds"
RUNS_HELD = "runs_held"
RUN_WAIT_SECONDS = "run_queue_wait_seconds"
RUN_ATTEMPTS = "run_attempts_total"
RUNS_DISPLACED = "runs_displaced_total"
LEASES_LOST = "run_leases_lost_total"
POOL_WAIT_SECONDS = "pool_wait_seconds"
GRAPH_ARRIVALS = "graph_arrivals_total"
SOURCE_RESULTS = "source_results_total"
CACHE_REQUESTS = "cache_requests_total"
TOKEN_USAGE = "token_usage_total"  # noqa: S105  # no password
HTTP_SECONDS = "http_request_duration_seconds"
HEALTH_STATUS = "health_check_status"
CONFIG_INFO = "plumbline_config_info"
CONFIG_OVERRIDES = "plumbline_config_overrides"
CPU_USED = "plumbline_cpu_used_percent"
MEMORY_USED = "plumbline_memory_used_percent"
PROCESS_START = "process_start_time_seconds"
"""Metric names (OBS-02). HTTP_SECONDS has a `status`: without it Flagger sees no 5xx; CPU_USED and
MEMORY_USED are in percent of the container's limit, the readings of the health check; RUNS_WAITING
and RUN_OLDEST_WAIT_SECONDS are of the whole service's queue as each process last saw it: take the
greatest, not the sum."""

SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5, 8, 10, 20, 30, 60)
"""Upper bounds of the histograms, in seconds: OBS-02's, finer below for cached answers, beyond 30 s
above. A quantile never exceeds the last one, so neither may an alarm on it (PL048)."""

SAMPLES_OF_COUNTER = 2
SAMPLES_OF_HISTOGRAM = len(SECONDS_BUCKETS) + 4
"""Series of one set of labels: the total and when it began; every bucket and the one without bound,
count, sum, and when it began."""

HTTP_CALLS = 300
"""Sets of method, route and status that a process tells apart; later ones share a series for each
of STATUS_CLASSES, so that no caller can multiply them (PL046)."""

STATUS_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
"""Status of requests that share a series; Flagger's `5.*` matches the last."""

TOKEN_MODELS = 20
"""Models whose tokens a process tells apart; later ones share a series, so that a graph whose
callers name the model cannot multiply them (PL046)."""

RUN_STATUSES = ("success", "partial", "error", "timeout", "cancelled")
RUN_OUTCOMES = (
    "success", "error", "timeout", "interrupted", "rolled_back", "handed_over", "lost",
)  # fmt: skip
TOKEN_TYPES = ("input", "output")
NODES = ("parse_frame", "pubmed_search", "ctgov_search", "rag_search", "synthesizer")
NODE_STATUSES = ("ok", "failed")
CACHE_RESULTS = ("hit", "miss")
SOURCES = ("pubmed", "ctgov", "rag")
SOURCE_STATUSES = ("ok", "empty", "partial", "failed")
HEALTH_COMPONENTS = (
    "basic_functionality",
    "caching",
    "configuration",
    "database_connectivity",
    "external_apis",
    "graph_compilation",
    "resource_usage",
)
"""Values of the labels that the service's own code chooses. Nodes are the built-in graph's: those
of a langgraph.json are not timed apart. A graph's name is `graph.max_graphs`' affair."""

PROCESS_SERIES = 6
"""What prometheus_client tells of a process: CPU, memory (2), files (2), start."""

HEALTH_SEVERITIES = ("healthy", "degraded", "unhealthy", "critical")
"""What the values of HEALTH_STATUS mean, from 0 (HLT-01)."""

RECORDED_HEALTH_PATH = "/healthz"
"""Where the recorded-upstream server says that it has its records."""

RECORDED_START_SECONDS = 20.0
"""Most that a recorded-upstream server may take to start: a service that asks one waits for it."""

PUBMED_CALLS, CTGOV_CALLS, DOCUMENT_SEARCHES = 2, 1, 1
"""Calls that a run makes of each source at least: esearch and efetch, a page of studies, a search.
A question that finds little is asked again in wider words."""

EVIDENCE_HEADER = "X-Plumbline-Evidence"
"""Set by the recorded-upstream server: `sample` or `recorded`. The real services never send it."""
