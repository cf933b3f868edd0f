"""How long checkpoints are kept."""

from profiles.section import Seconds, section


@section
class Checkpoints:
    """Retention of the runs' states (CON-06)."""

    retention_seconds: Seconds
    """Age after which a thread that has not moved is removed, in seconds."""
    cleanup_interval_seconds: Seconds
    """Time between two clean-ups, in seconds."""
