"""A real Kubernetes for a machine that has none: built from packages, run in namespaces."""
