"""compose.yaml: the development stack for Docker alone, made from its Kubernetes objects."""

from plumb.compose.file import compose_json, compose_text

__all__ = ["compose_json", "compose_text"]
