"""The upstream tests' server and Redis, for the research tests as well."""

from tests.runtime.upstream.conftest import redis_process, redis_url, sample_url, server

__all__ = ["redis_process", "redis_url", "sample_url", "server"]
