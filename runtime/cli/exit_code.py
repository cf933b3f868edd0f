"""How the command line ends."""

FAILED, USAGE, INCOMPLETE = 1, 2, 3
"""It failed; it was asked wrongly; it answered in part or without evidence."""
