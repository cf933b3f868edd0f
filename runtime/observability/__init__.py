"""What the service tells about itself: measurements, Prometheus series, resource use, logs."""

from runtime.observability.current import CurrentMetrics, NodeMetrics
from runtime.observability.http_metrics import HttpMetrics
from runtime.observability.logs import configure_logging
from runtime.observability.measurements import Measurements, MetricsCollector
from runtime.observability.metrics import Metrics
from runtime.observability.metrics_server import MetricsServer, metrics_app
from runtime.observability.recorders import LoadRecorder, Recorders
from runtime.observability.resources import ResourceMetrics, ResourceSampler

__all__ = [
    "CurrentMetrics",
    "HttpMetrics",
    "LoadRecorder",
    "Measurements",
    "Metrics",
    "MetricsCollector",
    "MetricsServer",
    "NodeMetrics",
    "Recorders",
    "ResourceMetrics",
    "ResourceSampler",
    "configure_logging",
    "metrics_app",
]
