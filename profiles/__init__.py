"""The language that the cluster and the service share: typed deployment profiles.

`profiles` imports neither side (pydantic and the standard library only), so the runtime image
carries no Pulumi and `pulumi up` no LangGraph.
"""

from profiles.load import ProfileError, load_profile
from profiles.profile import Profile

__all__ = ["Profile", "ProfileError", "load_profile"]
