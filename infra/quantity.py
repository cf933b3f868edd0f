"""Amounts as Kubernetes writes them itself, so that no comparison sees a difference of form."""

_MILLICORES = 1000
_STEP = 1024
_UNITS = ("Mi", "Gi", "Ti", "Pi")


def cpu(millicores: int) -> str:
    """Return CPU: whole cores where they are whole, millicores otherwise."""
    cores, rest = divmod(millicores, _MILLICORES)
    return f"{millicores}m" if rest else str(cores)


def memory(mebibytes: int) -> str:
    """Return memory or storage in the largest unit in which it is whole."""
    amount, unit = mebibytes, 0
    while amount % _STEP == 0 and unit < len(_UNITS) - 1:
        amount, unit = amount // _STEP, unit + 1
    return f"{amount}{_UNITS[unit]}"


def storage(gibibytes: int) -> str:
    """Return the size of a claim."""
    return memory(gibibytes * _STEP)
