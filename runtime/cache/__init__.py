"""The cache: a bounded tier in this process, Redis behind it, and one load for equal requests."""
