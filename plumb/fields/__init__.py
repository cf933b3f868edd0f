"""What a stack file may state: every field with its meaning and range, and the JSON Schema."""

from plumb.fields.catalogue import Field, catalogue, near
from plumb.fields.schema import profile_schema

__all__ = ["Field", "catalogue", "near", "profile_schema"]
