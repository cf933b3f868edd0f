"""Benchmarks: side by side in one run, interleaved, reported as medians and ratios."""
