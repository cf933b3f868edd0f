"""Engines that bring a cluster in step with a stack: Helm on the rendered chart, and Pulumi."""
