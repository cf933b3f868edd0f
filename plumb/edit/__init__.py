"""`plumb edit`: changes single values of a stack file, and nothing else of its text."""

from plumb.edit.change import Change, Edit, changes_of, edited, save
from plumb.edit.text import stated, unstated

__all__ = ["Change", "Edit", "changes_of", "edited", "save", "stated", "unstated"]
