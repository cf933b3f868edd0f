"""`plumb render`: the program's objects as YAML, as a Helm chart, or as JSON."""
