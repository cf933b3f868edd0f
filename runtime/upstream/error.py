"""Why an upstream gave no answer: one tree, each with the reason that the coverage shows."""


class UpstreamError(Exception):
    """An upstream call that gave nothing usable."""

    retryable = False
    """Whether the same request may succeed when it is sent again."""
    blames_upstream = True
    """Whether the breaker counts it: the upstream is at fault, not our budget or our pace."""

    def __init__(self, upstream: str, reason: str) -> None:
        """Name the upstream and the reason."""
        super().__init__(f"{upstream}: {reason}")
        self.upstream = upstream
        self.reason = reason


class UpstreamConnectionError(UpstreamError):
    """No connection, or one that broke off: DNS, refused, TLS, reset."""

    retryable = True


class UpstreamTimeoutError(UpstreamError):
    """The try's time, or the call's, ended before the answer did."""

    def __init__(
        self, upstream: str, reason: str, *, blames_upstream: bool, retryable: bool = False
    ) -> None:
        """Blame the upstream only where it had a fair time; try again where there is time left."""
        super().__init__(upstream, reason)
        self.blames_upstream = blames_upstream
        self.retryable = retryable


class UpstreamStatusError(UpstreamError):
    """An HTTP status other than 200."""

    def __init__(
        self, upstream: str, reason: str, *, status: int, retry_after_seconds: float | None
    ) -> None:
        """Keep the status, and how long the upstream asks to wait."""
        super().__init__(upstream, reason)
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.retryable = status == 429 or status >= 500
        self.blames_upstream = status >= 500


class UpstreamTooLargeError(UpstreamError):
    """An answer that holds more than the profile allows, before or after decompression."""


class UpstreamContentError(UpstreamError):
    """An answer that is not what the interface promises: HTML, cut off, another shape."""


class UpstreamPaceError(UpstreamError):
    """The rate limit had no room within the call's time; nothing was sent."""

    blames_upstream = False


class CircuitOpenError(UpstreamError):
    """The upstream failed too often in a row and is left alone for a moment; nothing was sent."""

    blames_upstream = False
