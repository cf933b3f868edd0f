"""Bounded load for a service whose address was given on purpose (OPS-07)."""

from runtime.load_test.load import load_test
from runtime.load_test.plan import Plan, Target, allowed_url
from runtime.load_test.result import LoadResult, result_json

__all__ = ["LoadResult", "Plan", "Target", "allowed_url", "load_test", "result_json"]
