"""Addresses of the API beside the probes', for those who serve them and those who ask."""

from profiles import contract

INVOKE_PATH = contract.INVOKE_PATH
STREAM_PATH = "/invoke/stream"
INFO_PATH = "/info"
OPTIMIZATION_PATH = "/optimization"
OPENAPI_PATH = "/openapi.json"
OK_PATH = "/ok"
PAGE_PATH = "/"
