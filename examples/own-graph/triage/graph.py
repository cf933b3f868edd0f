"""The graph: a message is sorted; who asks for money back waits for a person; all are answered.

sort ──┬─ refund ──► approve ──┬─► reply
       └─ all else ────────────┘
"""

import operator
import re
from typing import Annotated, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

Category = Literal["refund", "outage", "question"]

_WORDS: dict[Category, frozenset[str]] = {
    "refund": frozenset({"refund", "refunded", "money", "charged", "invoice"}),
    "outage": frozenset({"down", "broken", "error", "crash", "crashes", "fails"}),
}
"""Words that give a category away, the first that has one; without any it is a question."""

_REPLIES: dict[Category, str] = {
    "refund": "Your money is on its way back.",
    "outage": "We are looking into it now, and will write again within the hour.",
    "question": "Thank you for asking; a colleague answers by tomorrow.",
}


class State(TypedDict, total=False):
    """What a thread keeps. A key without a reducer holds the last value that was written."""

    message: str
    """What the customer wrote."""
    category: Category
    """What it is about."""
    approved: bool
    """What the person decided; left over from the last refund of the thread, if any."""
    reply: str
    """What the customer is told."""
    notes: Annotated[list[str], operator.add]
    """What was done, over all runs of the thread: the reducer appends."""


async def sort(state: State) -> State:
    """Find out what a message is about."""
    said = set(re.findall(r"[a-z]+", state["message"].lower()))
    found = (category for category, words in _WORDS.items() if words & said)
    category: Category = next(found, "question")
    return {"category": category, "notes": [f"sorted as {category}"]}


def next_of(state: State) -> Literal["approve", "reply"]:
    """Name the node after `sort`: only money needs a person."""
    return "approve" if state["category"] == "refund" else "reply"


async def approve(state: State) -> State:
    """Ask a person. The run ends here as `interrupted`; `command.resume` brings the decision.

    A resumed node runs again from its first line: nothing with an effect may stand before the
    interrupt.
    """
    approved = interrupt({"question": "Pay it back?", "message": state["message"]}) is True
    return {"approved": approved, "notes": ["approved" if approved else "declined"]}


async def reply(state: State) -> State:
    """Write to the customer."""
    declined = state["category"] == "refund" and not state["approved"]
    text = (
        "We cannot pay this back; reply to learn why." if declined else _REPLIES[state["category"]]
    )
    return {"reply": text, "notes": ["replied"]}


graph = StateGraph(State)
graph.add_node("sort", sort)
graph.add_node("approve", approve)
graph.add_node("reply", reply)
graph.add_edge(START, "sort")
graph.add_conditional_edges("sort", next_of)
graph.add_edge("approve", "reply")
graph.add_edge("reply", END)
