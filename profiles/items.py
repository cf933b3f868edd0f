"""How long the items of the long-term memory are kept."""

from profiles.section import Seconds, section


@section
class Items:
    """The store of the Agent Server API: what graphs and callers keep over threads (ORC-10)."""

    ttl_seconds: Seconds | None
    """Time that an item stays for which no `ttl` is asked, in seconds; null keeps it for ever."""
    refresh_on_read: bool
    """Whether a reader who does not say lets an item's time begin anew, as LangGraph has it."""
    sweep_interval_seconds: Seconds
    """Time between two removals of items whose time is over, in seconds; they are not seen from
    their end on."""
