"""The texts that stand under the fields of a dataclass, which Python itself does not keep."""

import ast
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path


def field_docstrings(section: type) -> dict[str, str]:
    """Return the docstring under each field of a section, on one line, by the field's name."""
    body = _classes(sys.modules[section.__module__].__file__ or "")[section.__qualname__]
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


@cache
def _classes(file: str) -> dict[str, list[ast.stmt]]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}
