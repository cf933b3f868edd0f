"""What can go wrong in the service: one tree, with the HTTP status on the class."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

RETRY_SECONDS = 1
"""When a caller that found no place may come again: the smallest wait that HTTP can name."""


class ServiceError(Exception):
    """Base of every expected failure; its message is for the user and carries no secret."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    """HTTP status of the answer."""
    kind: ClassVar[str] = "internal"
    """Last part of the problem's type, stable for programs to compare."""
    title: ClassVar[str] = "Internal error"
    """Short summary of the kind, the same for each occurrence."""

    def __init__(self, detail: str, *, retry_after_seconds: int | None = None) -> None:
        """Keep the sentence for this occurrence, and when to come again."""
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail)

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers that go with the answer."""
        if self.retry_after_seconds is None:
            return {}
        return {"Retry-After": str(self.retry_after_seconds)}


class SettingsError(ServiceError):
    """The configuration cannot be used; the service does not start."""

    kind = "settings"
    title = "Unusable settings"


class AddressError(ServiceError):
    """An address to listen on cannot be had."""

    kind = "address"
    title = "Address unavailable"


class StartError(ServiceError):
    """The service could not start for a reason that its log explains."""

    kind = "start"
    title = "Not started"


class StoreError(ServiceError):
    """The store of the checkpoints cannot be opened or does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "store-unavailable"
    title = "Checkpoint store unavailable"


class StoreLostError(StoreError):
    """The database does not answer now, and may in a moment."""

    def __init__(self) -> None:
        """Say when to come again."""
        detail = "the database does not answer; Retry-After says when to come again"
        super().__init__(detail, retry_after_seconds=RETRY_SECONDS)


class UnauthorizedError(ServiceError):
    """The request carries no key that the service knows (SEC-01)."""

    status = HTTPStatus.UNAUTHORIZED
    kind = "unauthorized"
    title = "API key required"


class ForbiddenError(ServiceError):
    """The caller is known, and may not do this (SEC-01)."""

    status = HTTPStatus.FORBIDDEN
    kind = "forbidden"
    title = "Not allowed"


class RateLimitError(ServiceError):
    """The caller has used up its window (SEC-01)."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind = "rate-limited"
    title = "Too many requests"


class BudgetError(ServiceError):
    """The request asks for more time than a run may have (ORC-04)."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind = "budget-out-of-range"
    title = "Budget out of range"


class QuestionRefusedError(ServiceError):
    """The question names nothing that can be searched for."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind = "question-refused"
    title = "Question cannot be answered"


class SourcesLostError(ServiceError):
    """A source failed, and the profile allows no partial answer."""

    status = HTTPStatus.BAD_GATEWAY
    kind = "sources-lost"
    title = "Sources unavailable"


class ThreadBusyError(ServiceError):
    """Another run is moving the same thread."""

    status = HTTPStatus.CONFLICT
    kind = "thread-busy"
    title = "Thread is busy"


class NotFoundError(ServiceError):
    """There is no such thing, or it is another owner's, which is the same to the caller."""

    status = HTTPStatus.NOT_FOUND
    kind = "not-found"
    title = "Not found"


class RunEndedError(ServiceError):
    """The run has ended, and what is asked for needs one that has not."""

    status = HTTPStatus.CONFLICT
    kind = "run-ended"
    title = "Run has ended"


class DamagedError(ServiceError):
    """What is kept of a thread cannot be read any more."""

    kind = "checkpoint-damaged"
    title = "Checkpoint damaged"


class ExistsError(ServiceError):
    """A thing of that name is there already."""

    status = HTTPStatus.CONFLICT
    kind = "exists"
    title = "Already there"


class LeaseLostError(ServiceError):
    """The run is another worker's by now; what this one still writes is refused."""

    status = HTTPStatus.CONFLICT
    kind = "lease-lost"
    title = "Run taken over"


class RequestError(ServiceError):
    """The request asks for something that cannot be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind = "bad-request"
    title = "Bad request"


class NotSupportedError(ServiceError):
    """The Agent Server API has this; the service has it not yet."""

    status = HTTPStatus.NOT_IMPLEMENTED
    kind = "not-there-yet"
    title = "Not there yet"


class HandedOverError(ServiceError):
    """The process ends; what was asked for goes on in another one."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "handed-over"
    title = "Handed over"


class OverloadedError(ServiceError):
    """As many runs as the service may hold are running."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "overloaded"
    title = "Too many runs at once"

    def __init__(self, detail: str, *, retry_after_seconds: int = RETRY_SECONDS) -> None:
        """Keep the sentence for this occurrence, and when to come again."""
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class ExhaustedError(OverloadedError):
    """The container uses more of a resource than the stack allows for more work (WFO-01)."""

    kind = "out-of-resources"
    title = "Out of resources"


class ConnectionsError(OverloadedError):
    """The process has more connections than it may hold."""

    title = "Too many connections"


class RunTimeoutError(ServiceError):
    """The run was cancelled because the request's time was over (ORC-06)."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    kind = "run-timeout"
    title = "Run timed out"


class RunFailedError(ServiceError):
    """The graph raised; what it raised is in the log, never in the answer."""

    kind = "run-failed"
    title = "Run failed"
