"""The built-in graph as a registered one."""

from typing import Any

from profiles.graph import Graph as Limits
from profiles.service import ServiceConfig
from runtime.api.admission import GRAPH_NAME
from runtime.budget import Deadline
from runtime.errors import BudgetError
from runtime.execution.graphs import RegisteredGraph
from runtime.execution.run import Json
from runtime.research.graph import Graph
from runtime.research.state import RunContext


def research_graph(config: ServiceConfig, graph: Graph) -> RegisteredGraph:
    """Return the built-in graph; its context may name `budget_ms`."""

    def context(given: Json | None) -> RunContext:
        return RunContext(deadline=Deadline.after_ms(budget_ms(config.graph, given)))

    return RegisteredGraph(name=GRAPH_NAME, graph=graph, context=context)


def budget_ms(limits: Limits, given: Json | None) -> int:
    """Return the budget that a context names, in ms; BudgetError where it is out of range."""
    asked: Any = (given or {}).get("budget_ms", limits.default_budget_ms)
    whole = isinstance(asked, int) and not isinstance(asked, bool)
    if not whole or not 1 <= asked <= limits.max_budget_ms:
        raise BudgetError(
            f"context.budget_ms {asked!r} is not a whole number from 1 to {limits.max_budget_ms}"
        )
    return int(asked)
