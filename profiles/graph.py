"""The orchestrator's graph: time budgets, parallelism and bounds of one run."""

from typing import Annotated

from pydantic import Field

from profiles.section import Count, Milliseconds, require, section

RESERVE_SHARE = 0.1
"""Share of what a run has left that its reserve may be, so that a small budget still searches."""

Retries = Annotated[int, Field(ge=0, le=10)]


@section
class Graph:
    """Budgets of one run (CFG-02, CFG-03, ORC-04)."""

    default_budget_ms: Milliseconds
    """Time a run has when the request names none, in ms."""
    max_budget_ms: Milliseconds
    """Most that a request may ask for, in ms."""
    node_timeout_ms: Milliseconds
    """Most that one node may take, in ms; the rest of the run's budget caps it further."""
    reserve_ms: Milliseconds
    """Time that the searches leave for the synthesizer and the last checkpoint, in ms; a tenth of
    what a run has left, where that is less."""
    max_parallel_nodes: Annotated[int, Field(ge=1, le=10)]
    """Nodes of one run that may work at the same time (RES-03: 1 to 10)."""
    max_retries: Retries
    """Retries of an upstream call after its first try, always inside the budget (CON-29)."""
    partial_results: bool
    """Answer with what is there when the budget ends, marked as partial."""
    recursion_limit: Count
    """Supersteps of a run after which LangGraph stops it."""
    max_iterations: Count
    """Node executions of a run after which it is stopped (CON-15)."""
    max_graphs: Count
    """Graphs that a langgraph.json may name; the service refuses to start with more, because each
    adds series to every process (PL046)."""
    debug_mode: bool
    """LangGraph's debug output."""

    def reserve_of(self, budget_ms: int) -> int:
        """Return what the searches of a run with this budget leave for its answer, in ms."""
        return min(self.reserve_ms, int(RESERVE_SHARE * budget_ms))

    def __post_init__(self) -> None:
        """Order the budgets."""
        require(
            self.node_timeout_ms <= self.default_budget_ms <= self.max_budget_ms,
            f"node_timeout_ms {self.node_timeout_ms} <= default_budget_ms "
            f"{self.default_budget_ms} <= max_budget_ms {self.max_budget_ms} does not hold",
        )
