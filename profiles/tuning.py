"""Rhythms and sizes of background work."""

from profiles.section import Count, CountOrNone, Seconds, section


@section
class Tuning:
    """Background work (CFG-09); `tests/test_fields.py` names what nothing reads yet."""

    max_concurrent_tasks: Count
    """Background tasks at once."""
    cache_ttl_seconds: Seconds
    """Lifetime of what background tasks cache, in seconds."""
    resource_check_interval_seconds: Seconds
    """Time between two samples of CPU and memory, in seconds."""
    task_timeout_hours: Count
    """Most that a background task may take, in hours."""
    max_retry_attempts: CountOrNone
    """Retries of a background task after its first try."""
    file_operation_batch_size: Count
    """Files handled together."""
    metrics_aggregation_interval_seconds: Seconds
    """Time between two aggregations of the measurements, in seconds."""
