"""Pulumi as an engine: the stack's own program, run by the Pulumi CLI through its Automation API.

Importing the SDK takes half a second, so only what uses this engine imports this package.
"""

from plumb.engine.pulumi.engine import PulumiEngine

__all__ = ["PulumiEngine"]
