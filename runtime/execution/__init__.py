"""Durable runs: the `runs` table, who works on it, and what a run does."""
