"""profiles.thresholds and profiles.service: what the service is told follows from the profile."""

from typing import Any

import pytest

from profiles import ProfileError
from profiles.service import (
    config_hash,
    dump_service_config,
    load_service_config,
    service_config,
)
from profiles.thresholds import alarm_thresholds, thresholds
from tests.profiles.build import profile


def test_thresholds_come_from_the_profiles_own_values() -> None:
    """CFG-01: infrastructure and thresholds derive from the same fields."""
    held = thresholds(
        profile(
            health={"cpu_degraded_percent": 60, "check_interval_seconds": 7},
            objectives={"mean_latency_ms": 1500},
            workload={"resources": {"memory_limit_mib": 3000}},
        )
    )
    assert held.health.cpu_degraded_percent == 60
    assert held.health.memory_limit_mib == 3000
    assert held.health.stale_after_seconds == 21
    assert held.optimizer.mean_latency_ms == 1500


def test_a_node_may_take_half_of_the_runs_mean_latency() -> None:
    """OPT-06: the node threshold is half of the latency threshold."""
    assert (
        thresholds(profile(objectives={"mean_latency_ms": 1500})).optimizer.node_mean_latency_ms
        == 750
    )


def test_defaults_are_the_documents_thresholds() -> None:
    """OPT-02, HLT-05, HLT-08: 2000/4000 ms, 30 %, 1/s; 1000 ms; 70/90 %."""
    held = thresholds(profile())
    assert (held.optimizer.mean_latency_ms, held.optimizer.p95_latency_ms) == (2000, 4000)
    assert (held.optimizer.cache_hit_rate_min, held.optimizer.throughput_min_per_second) == (0.3, 1)
    assert held.health.database_degraded_ms == 1000
    assert (held.health.cpu_degraded_percent, held.health.cpu_critical_percent) == (70, 90)


def test_the_service_reads_back_what_the_stack_wrote() -> None:
    """The file in the ConfigMap and the service's settings are the same thing."""
    config = service_config(profile("embedded"))
    assert load_service_config(dump_service_config(config)) == config


def test_a_file_that_was_tampered_with_is_refused_by_name() -> None:
    """A wrong value in the file names its path and the value."""
    text = dump_service_config(service_config(profile()))
    with pytest.raises(ProfileError, match=r"graph\.max_retries = 99"):
        load_service_config(text.replace('"max_retries": 3', '"max_retries": 99'))


def test_the_hash_changes_with_any_setting_and_only_then() -> None:
    """The hash tells configurations apart, and is the same wherever it is computed."""

    def hashed(**sections: Any) -> str:
        return config_hash(dump_service_config(service_config(profile(**sections))))

    assert hashed() == hashed()
    assert hashed() != hashed(objectives={"p95_latency_ms": 3999})
    assert hashed() == hashed(scaling={"max_replicas": 9}), "scaling is none of the service's"


def test_alarms_speak_at_the_objectives_and_the_documents_bounds() -> None:
    """ALR-01: CPU 90 %, memory 85 %, 15 runs, efficiency 60 %; ALR-03: the objectives' rates."""
    held = alarm_thresholds(profile(objectives={"p95_latency_ms": 3999}))
    assert (held.cpu_critical_percent, held.memory_high_percent) == (90, 85)
    assert (held.active_runs, held.efficiency_low) == (15, 0.6)
    assert (held.error_rate_max, held.failed_requests_percent) == (0.01, 1.0)
    assert (held.mean_latency_ms, held.p95_latency_ms) == (2000, 3999)


def test_a_pod_with_few_places_alarms_before_all_are_taken_for_good() -> None:
    """An alarm above 15 runs would never fire in a pod that refuses the seventh (PL048)."""
    assert alarm_thresholds(profile("embedded")).active_runs == 5


def test_an_alarm_is_none_of_the_services_settings() -> None:
    """An edit of what a person is told rolls no pods: the service judges none of it yet."""
    edited = profile(monitoring={"alarms": {"hold_seconds": 60}})
    assert service_config(edited) == service_config(profile())
