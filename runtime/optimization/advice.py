"""What to do about a node, by its name (OPT-09)."""

from collections.abc import Mapping
from types import MappingProxyType

NODE_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "parse_frame": "compile the patterns once and keep them",
        "pubmed_search": "narrow the query's parameters and cache its results",
        "ctgov_search": "filter more narrowly, so that fewer studies are returned",
        "rag_search": "index the documents and search by vectors",
        "synthesizer": "keep rendered templates instead of building each answer anew",
    }
)
"""For the nodes of the built-in graph."""


def node_advice(node: str) -> str:
    """Return the advice for a slow node; one that is not known here needs a profile first."""
    return NODE_ADVICE.get(node, f"profile {node} to see where its time goes")
