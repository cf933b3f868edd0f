"""What a benchmark cannot do without."""


class AbsentError(Exception):
    """A program is not installed; its message says which, and how to name it."""
