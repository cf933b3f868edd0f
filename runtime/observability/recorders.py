"""One recorder that feeds the measurements and the Prometheus series alike."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from runtime.measure import NodeSample, Recorder, RunSample


class LoadRecorder(Recorder, Protocol):
    """A recorder that also sees what is asked for, what executes, and waits for connections.

    `graph` is the name of a registered graph, never a caller's text: it becomes a label.
    """

    def arrived(self, graph: str) -> None:
        """Take down that a run is asked for."""

    def running(self, graph: str) -> AbstractContextManager[None]:
        """Hold a run active while its graph executes in this task."""

    def pool_wait(self, waited_ms: float) -> None:
        """Take down how long a connection was waited for, in ms."""


class Recorders:
    """Passes everything to two recorders."""

    def __init__(self, first: LoadRecorder, second: LoadRecorder) -> None:
        """Take the two."""
        self._first = first
        self._second = second

    def arrived(self, graph: str) -> None:
        """Take down that a run is asked for."""
        self._first.arrived(graph)
        self._second.arrived(graph)

    @contextmanager
    def running(self, graph: str) -> Iterator[None]:
        """Hold a run active while its graph executes in this task."""
        with self._first.running(graph), self._second.running(graph):
            yield

    def node(self, sample: NodeSample) -> None:
        """Take one node's call down."""
        self._first.node(sample)
        self._second.node(sample)

    def run(self, sample: RunSample) -> None:
        """Take one run down."""
        self._first.run(sample)
        self._second.run(sample)

    def pool_wait(self, waited_ms: float) -> None:
        """Take down how long a connection was waited for, in ms."""
        self._first.pool_wait(waited_ms)
        self._second.pool_wait(waited_ms)
