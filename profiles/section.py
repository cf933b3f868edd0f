"""What every section of a profile is made of: the dataclass form and the ranges of its numbers."""

from dataclasses import dataclass
from typing import Annotated, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field

Count = Annotated[int, Field(ge=1, le=100_000)]
"""A number of things, at least one."""

CountOrNone = Annotated[int, Field(ge=0, le=100_000)]
"""A number of things, possibly none."""

Seconds = Annotated[int, Field(ge=1, le=31_536_000)]
"""A duration in whole seconds, at most a year."""

SecondsOrZero = Annotated[int, Field(ge=0, le=86_400)]
"""A delay in whole seconds, at most a day."""

Milliseconds = Annotated[int, Field(ge=1, le=86_400_000)]
"""A duration in whole milliseconds, at most a day."""

Millicores = Annotated[int, Field(ge=10, le=256_000)]
"""CPU in thousandths of a core (Kubernetes' `m`)."""

Mebibytes = Annotated[int, Field(ge=1, le=4_194_304)]
"""Memory in MiB (Kubernetes' `Mi`)."""

Gibibytes = Annotated[int, Field(ge=1, le=65_536)]
"""Storage in GiB (Kubernetes' `Gi`)."""

Percent = Annotated[float, Field(gt=0, le=100)]
"""A share in percent of the thing that the field's docstring names."""

Fraction = Annotated[float, Field(ge=0, le=1)]
"""A share between 0 and 1."""

RatePerSecond = Annotated[float, Field(gt=0, le=10_000)]
"""Events a second."""

Name = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]{0,47}[a-z0-9])?$")]
"""A DNS label that leaves room for Flagger's `-primary` and the pods' own suffixes (RFC 1123)."""

Image = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._/:-]*(:[\w.-]+)(@sha256:[0-9a-f]{64})?$")]
"""A container image with its tag, and its digest where one is known."""

_HOST = r"(\[[0-9a-fA-F:.]+\]|[^\s/?#:@\[\]]+)"
_PORT = r"([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"

HttpUrl = Annotated[str, Field(pattern=rf"^https?://{_HOST}(:{_PORT})?(/[^\s?#]*)?$")]
"""An http or https address without query or password, the base that paths are appended to."""

Cron = Annotated[str, Field(pattern=r"^[0-9*]\S*( [0-9*]\S*){2} [0-9A-Za-z*]\S* [0-9A-Za-z*]\S*$")]
"""Five fields of a CronJob's schedule: minute, hour, day, month, weekday; in UTC."""

AbsolutePath = Annotated[str, Field(pattern=r"^/[^\s]*$")]
"""An absolute path inside the container, or of an HTTP request."""

T = TypeVar("T")

_CONFIG = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def section(cls: type[T]) -> type[T]:
    """Make a class a section: a frozen, slotted, keyword-only dataclass, closed to other keys."""
    cls.__pydantic_config__ = _CONFIG  # type: ignore[attr-defined]  # pydantic's documented hook
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def require(condition: bool, message: str) -> None:
    """Raise ValueError with the message unless the condition holds (for `__post_init__`)."""
    if not condition:
        raise ValueError(message)
