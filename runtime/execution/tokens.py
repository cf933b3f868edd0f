"""Counts what models read and write in durable runs, whichever graph asks them (OBS-03)."""

from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult

UNNAMED = "unknown"
"""Model of an answer that does not say which model gave it."""

CountTokens = Callable[[str, str, int], None]
"""Told the model, `input` or `output`, and how many tokens."""


class TokenCount(BaseCallbackHandler):
    """Counts each model call as it ends, so that a run which fails later is counted too.

    What LangChain's own UsageMetadataCallbackHandler adds up is known at a run's end alone, and
    leaves out models without a name.
    """

    run_inline = True
    """No thread is taken for a counter."""
    ignore_chain = ignore_agent = ignore_retriever = ignore_retry = ignore_chat_model = True
    """Nothing is told of nodes and tools, and nothing of what a model is asked."""

    def __init__(self, count: CountTokens) -> None:
        """Take who counts."""
        self._count = count

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        """Count an answer; one without `usage_metadata` is not guessed at."""
        for message in _messages(response):
            if usage := message.usage_metadata:
                model = str(message.response_metadata.get("model_name") or UNNAMED)
                self._count(model, "input", usage["input_tokens"])
                self._count(model, "output", usage["output_tokens"])


def _messages(response: LLMResult) -> Iterator[AIMessage]:
    """Yield an answer to each question: where there are several, each has the usage of all."""
    for choices in response.generations:
        if choices and isinstance(choices[0], ChatGeneration):
            message = choices[0].message
            if isinstance(message, AIMessage):
                yield message
