"""The core of the Agent Server API, as LangGraph's own clients speak it."""
