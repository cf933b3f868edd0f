"""The graph: parse_frame -> three searches side by side -> synthesizer (ORC-01, ORC-02)."""

from collections.abc import Mapping
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Checkpointer

from profiles.service import ServiceConfig
from runtime.measure import Recorder
from runtime.research.error import GraphLimitError
from runtime.research.evidence import SourceName
from runtime.research.node import FrameNode, SearchNode, SynthesisNode
from runtime.research.sources import Sources
from runtime.research.state import OrchestratorState, QuestionInput, ResearchOutput, RunContext

PARSE_FRAME = "parse_frame"
SYNTHESIZER = "synthesizer"
SEARCHES: Mapping[SourceName, str] = {
    SourceName.PUBMED: "pubmed_search",
    SourceName.CTGOV: "ctgov_search",
    SourceName.RAG: "rag_search",
}
"""Names of the nodes, which the optimizer's advice goes by (OPT-09)."""
NODES = (PARSE_FRAME, *SEARCHES.values(), SYNTHESIZER)
"""Every node; each runs exactly once a run, as no edge leads back."""
SUPERSTEPS = 4
"""Steps of a run: the searches are one, and LangGraph counts the one that finds nothing left."""

Graph = CompiledStateGraph[OrchestratorState, RunContext, QuestionInput, ResearchOutput]


def build_orchestrator_graph(
    config: ServiceConfig,
    sources: Sources,
    recorder: Recorder,
    checkpointer: Checkpointer = None,
) -> Graph:
    """Return the compiled graph; run it with `context=RunContext(deadline=…)`.

    Raises GraphLimitError where the configured limits are lower than what a run needs.
    """
    _check_limits(config)
    builder = StateGraph(
        OrchestratorState,
        context_schema=RunContext,
        input_schema=QuestionInput,
        output_schema=ResearchOutput,
    )
    builder.add_node(PARSE_FRAME, FrameNode(PARSE_FRAME, recorder))
    builder.add_node(SYNTHESIZER, SynthesisNode(SYNTHESIZER, config.graph, recorder))
    for source in sources.all:
        node = SEARCHES[source.name]
        builder.add_node(node, SearchNode(node, source, config.graph, recorder))
        builder.add_edge(PARSE_FRAME, node)
    builder.add_edge(START, PARSE_FRAME)
    builder.add_edge([*SEARCHES.values()], SYNTHESIZER)
    builder.add_edge(SYNTHESIZER, END)
    compiled = builder.compile(checkpointer=checkpointer, debug=config.graph.debug_mode)
    return compiled.with_config(_run_config(config))


def _run_config(config: ServiceConfig) -> Any:
    return {
        "recursion_limit": config.graph.recursion_limit,
        "max_concurrency": config.graph.max_parallel_nodes,
    }


def _check_limits(config: ServiceConfig) -> None:
    """Compare with what a run needs: the graph has no loop, so that is known before it runs."""
    graph = config.graph
    needs = (
        ("max_iterations", graph.max_iterations, len(NODES)),
        ("recursion_limit", graph.recursion_limit, SUPERSTEPS),
    )
    for field, limit, need in needs:
        if limit < need:
            raise GraphLimitError(
                f"graph.{field} {limit} is below {need}, which one run needs; raise it"
            )
