"""Rule on the checkpoints: what is kept of them fits the volume."""

from collections.abc import Iterator

from profiles.derive.number import Derived, Limit
from profiles.derive.storage import DATA_SHARE, kept_checkpoints
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related

_RETENTION = "checkpoints.retention_seconds"


def _retention_fits_the_volume(profile: Profile) -> Iterator[Comparison]:
    kept = kept_checkpoints(profile)
    if kept is not None and kept.limit is not None:
        yield _compared(profile, kept, kept.limit)


def _compared(profile: Profile, kept: Derived, limit: Limit) -> Comparison:
    holds, sign = related(kept.value, "<=", limit.value)
    checkpoints, size = profile.checkpoints, field_value(profile, limit.field)
    whole = checkpoints.retention_seconds + checkpoints.cleanup_interval_seconds
    fitting = int(whole * limit.value / kept.value) - checkpoints.cleanup_interval_seconds
    shorter = ((_RETENTION, fitting),) if fitting > 0 else ()
    fix = f"lower {_RETENTION} to {fitting}, or " if shorter else ""
    return Comparison(
        fields=(*kept.fields, limit.field),
        holds=holds,
        arithmetic=f"{kept.arithmetic} = {kept.value:.2f} GiB {sign} {DATA_SHARE} x {size} GiB "
        f"{limit.field}",
        fix=f"{fix}raise {limit.field}, with room for its backups",
        edit=shorter,
    )


RULES = (
    Rule(
        id="PL043",
        title="the checkpoints that are kept fit the volume",
        severity="warning",
        reason="A store that only grows fills its volume, and then no run can be taken up.",
        source="langgraphjs#1138; measured sizes",
        incident="langgraphjs#1138: checkpoints grew without bound, to 40 % of one deployment's "
        "database",
        compare=_retention_fits_the_volume,
    ),
)
