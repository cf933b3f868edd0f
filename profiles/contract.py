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
DNS_PORT = 53
HTTPS_PORT = 443
"""Ports (INF-02, INF-14, INF-15, OBS-04); RECORDED_PORT is the recorded-upstream server's."""

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

CONFIG_DIRECTORY = "/etc/plumbline"
CONFIG_FILE = "service.json"
CONFIG_VARIABLE = "PLUMBLINE_CONFIG"
"""The ConfigMap's mount, its one key, and the variable that names the file."""

COMPONENT_LABEL = "app.kubernetes.io/component"
PART_OF_LABEL = "app.kubernetes.io/part-of"
PROJECT = "plumbline"
SERVICE_COMPONENT = "orchestrator"
DATABASE_COMPONENT = "database"
CACHE_COMPONENT = "cache"
RECORDED_COMPONENT = "recorded-upstreams"
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

PRIMARY_SUFFIX = "-primary"
CANARY_SUFFIX = "-canary"
"""What Flagger appends: pods and objects that serve are NAME-primary, the Service of a version
under analysis is NAME-canary."""

CONFIG_HASH_ANNOTATION = "plumbline.dev/config-hash"
SCALING_HASH_ANNOTATION = "plumbline.dev/scaling-hash"
"""Pod-template annotations: an edit of either rolls the pods, so that Flagger promotes it too."""

GRAPH_EXECUTIONS = "graph_executions_total"
GRAPH_SECONDS = "graph_execution_seconds"
GRAPH_ACTIVE = "graph_executions_active"
NODE_SECONDS = "graph_node_seconds"
SOURCE_RESULTS = "source_results_total"
CACHE_REQUESTS = "cache_requests_total"
HTTP_SECONDS = "http_request_duration_seconds"
HEALTH_STATUS = "health_check_status"
CONFIG_INFO = "plumbline_config_info"
"""Metric names (OBS-02). HTTP_SECONDS has a `status`: without it Flagger sees no 5xx."""

RECORDED_HEALTH_PATH = "/healthz"
"""Where the recorded-upstream server says that it has its records."""

EVIDENCE_HEADER = "X-Plumbline-Evidence"
"""Set by the recorded-upstream server: `sample` or `recorded`. The real services never send it."""
