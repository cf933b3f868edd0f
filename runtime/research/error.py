"""What can be wrong with a question or a graph; failures of a source are data, not errors."""


class ResearchError(Exception):
    """The graph cannot answer, and no retry with the same input will help."""


class QuestionError(ResearchError):
    """The question is empty, too long, or says nothing to search for."""


class GraphLimitError(ResearchError):
    """The configured limits are lower than what one run of the graph needs."""


class IncompleteAnswerError(ResearchError):
    """A source failed, and the profile allows no partial results."""
