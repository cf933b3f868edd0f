"""What a stack needs in its cluster beside Kubernetes: looked for, or installed, before it."""

from plumb.addons.preflight import Preflight, check, install

__all__ = ["Preflight", "check", "install"]
