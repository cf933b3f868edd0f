"""Quantities of memory, as Kubernetes writes them."""

import re
from decimal import Decimal

_FORM = re.compile(r"([0-9.]+)([eE][0-9]+)?([a-zA-Z]*)")
_FACTORS: dict[str, int] = {
    suffix: 1024**power for power, suffix in enumerate(("", "Ki", "Mi", "Gi", "Ti", "Pi"))
}
_FACTORS |= {suffix: 1000**power for power, suffix in enumerate(("", "k", "M", "G", "T", "P"))}


def octets(text: str | float) -> Decimal:
    """Return a quantity of memory in bytes, such as `2Gi`, `500M` or `1e9`; ValueError if none."""
    match = _FORM.fullmatch(str(text))
    if match is None or match[3] not in _FACTORS:
        raise ValueError(f"{text!r} is no quantity of memory")
    return Decimal(f"{match[1]}{match[2] or ''}") * _FACTORS[match[3]]
