"""How many pods a drain must leave."""

from profiles.section import Count, section


@section
class Disruption:
    """The PodDisruptionBudget of what serves (INF-12)."""

    min_available: Count
    """Pods that a voluntary disruption must leave ready."""
