"""The history server: result sets kept under a WebEnv and a query key."""

from collections import OrderedDict
from secrets import token_hex

from upstreams.text import whole_number

_MOST_ENVIRONMENTS = 1000
"""The oldest environment goes when another comes, so that a long test run stays small."""


class History:
    """Result sets (lists of PMIDs) by WebEnv, numbered from 1 in each."""

    def __init__(self) -> None:
        self._environments: OrderedDict[str, list[list[str]]] = OrderedDict()

    def keep(self, pmids: list[str], environment: str = "") -> tuple[str, str]:
        """Store a set, in a known environment or a new one; (WebEnv, query key)."""
        if environment not in self._environments:
            environment = f"MCID_{token_hex(12)}"
            self._environments[environment] = []
        self._environments[environment].append(pmids)
        while len(self._environments) > _MOST_ENVIRONMENTS:
            self._environments.popitem(last=False)
        return environment, str(len(self._environments[environment]))

    def recall(self, environment: str, query_key: str) -> list[str] | None:
        """Give a stored set; None when the environment or the key is unknown."""
        sets = self._environments.get(environment, [])
        number = whole_number(query_key)
        return sets[number - 1] if number and number <= len(sets) else None
