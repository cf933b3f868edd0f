"""The orchestrator service: FastAPI around a LangGraph graph. Never imports pulumi."""
