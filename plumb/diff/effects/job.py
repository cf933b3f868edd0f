"""Jobs by schedule: an edit of one is read by its next run."""

from collections.abc import Iterator

from plumb.diff.cause import causes
from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair
from plumb.diff.words import listed


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield when changed CronJobs take effect, together."""
    twins = tuple(pair.twins_of("CronJob"))
    if not twins:
        return
    fields = dict.fromkeys(field for twin in twins for field in causes(pair, twin))
    names = [twin.name for twin in twins]
    yield Consequence(
        level="note",
        text=f"The next run of {listed(names)} is by the new values; one that runs now is not.",
        object=twins[0].identity,
        fields=tuple(fields),
    )
