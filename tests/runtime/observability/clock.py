"""A clock that moves when told to."""


class FakeClock:
    """Monotonic seconds in the test's hand."""

    def __init__(self, now_seconds: float = 1000.0) -> None:
        """Start anywhere but at zero, as real ones do."""
        self.now_seconds = now_seconds

    def __call__(self) -> float:
        """Return the time."""
        return self.now_seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_seconds += seconds
