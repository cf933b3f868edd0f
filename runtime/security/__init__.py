"""Who calls, how often, and what the environment keeps secret."""
