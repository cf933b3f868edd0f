"""The service beside others that serve the same graph, under the same load in the same run.

wrk sends the load, over loopback. Programs are found by variables: BENCH_WRK (else `wrk` on PATH),
BENCH_LANGGRAPH (`langgraph` of langgraph-cli[inmem]), BENCH_AEGRA (a Python with aegra-api); what
is not there is left out, and the table says so.
"""
