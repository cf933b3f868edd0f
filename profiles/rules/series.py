"""Rule on how many series a pod can show."""

from collections.abc import Iterator

from profiles.derive.series import series
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_CAP = "monitoring.max_series_per_pod"


def _series_within_cap(profile: Profile) -> Iterator[Comparison]:
    most, cap = series(profile), profile.monitoring.max_series_per_pod
    holds, sign = related(most.value, "<=", cap)
    yield Comparison(
        fields=(_CAP, *most.fields),
        holds=holds,
        arithmetic=f"{most.arithmetic} = {most.value:g} {sign} {cap} {_CAP}",
        fix=f"raise {_CAP} to at least {most.value:g}, or lower graph.max_graphs",
        edit=((_CAP, int(most.value)),),
    )


RULES = (
    Rule(
        id="PL046",
        title="a pod's series stay within what a scrape may have",
        severity="warning",
        reason="A scrape beyond its limit is dropped whole: alarms and analyses go blind; without "
        "one, labels that grow fill Prometheus' memory.",
        source="Prometheus' `sample_limit`; own arithmetic over the service's metrics",
        incident="",
        compare=_series_within_cap,
    ),
)
