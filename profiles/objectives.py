"""What the service promises: the objectives that canary and optimizer hold it to."""

from profiles.section import Count, Fraction, Milliseconds, Percent, RatePerSecond, Seconds, section


@section
class Objectives:
    """Service-level objectives (OPT-02, PERF-01, CON-12, CON-13)."""

    mean_latency_ms: Milliseconds
    """Mean time of a run, in ms."""
    p95_latency_ms: Milliseconds
    """95th percentile of a run's time, in ms."""
    success_rate_min_percent: Percent
    """Smallest share of runs that end well, in percent."""
    error_rate_max: Fraction
    """Share of failed runs, or node calls, from which the optimizer speaks."""
    cache_hit_rate_min: Fraction
    """Hit rate below which the cache is worth a look."""
    node_cache_hit_rate_min: Fraction
    """The same for one node (OPT-07)."""
    throughput_min_per_second: RatePerSecond
    """Completed runs a second below which offered load is not met."""
    evidence_age_max_seconds: Seconds
    """Oldest that a source's result may be in an answer, in seconds: the cache gives nothing older,
    whatever its lifetime (PL037)."""
    minimum_samples: Count
    """Observations below which nothing is said."""
    window_seconds: Seconds
    """Length of the sliding window that is judged, in seconds."""
