"""Long-term memory: items that graphs and callers keep over threads."""
