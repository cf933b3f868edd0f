"""The Secrets that a stack names: made once, never shown, never kept by us."""
