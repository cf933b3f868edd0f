"""The schema of a whole stack file, and the comment by which an editor finds it."""

import json
import os
from pathlib import Path

from plumb.fields.catalogue import fields_of
from plumb.fields.schema import Schema, profile_schema
from plumb.project import stack_paths
from plumb.stackfile import PROFILE_KEY
from profiles.contract import PROJECT

SCHEMA_FILE = Path("schema", "stack.schema.json")
"""Where the project keeps the schema, below its folder."""

_COMMENT = "# yaml-language-server: $schema="
"""What editors look for in a YAML file; any other reader passes over it."""


def stack_schema() -> Schema:
    """Return the schema of a stack file: Pulumi's own keys, and the profile in its config."""
    config = {
        "type": "object",
        "description": "The stack's configuration, as Pulumi hands it to the program.",
        "properties": {
            PROFILE_KEY: {"description": "All that the stack decides."} | _with_hovers(),
            f"{PROJECT}:context": {
                "type": "string",
                "description": "Kubeconfig context that the stack is deployed to.",
            },
        },
        "patternProperties": {f"^(?!{PROJECT}:)[^:]+:.+$": True},
        "additionalProperties": False,
        "required": [PROFILE_KEY],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Stack file of Plumbline",
        "type": "object",
        "properties": {"config": config, **_PULUMIS_OWN},
        "additionalProperties": False,
        "required": ["config"],
    }


_PULUMIS_OWN: Schema = {
    "secretsprovider": {
        "type": "string",
        "description": "Pulumi's: what encrypts the stack's secrets.",
    },
    "encryptedkey": {"type": "string", "description": "Pulumi's: the encrypted data key."},
    "encryptionsalt": {"type": "string", "description": "Pulumi's: salt of a passphrase."},
    "environment": {"description": "Pulumi's: ESC environments that the stack imports."},
}


def _with_hovers() -> Schema:
    """Return the profile's schema with what an editor shows over a field.

    That is an extension of JSON Schema which editors share: they show no range by themselves.
    """
    schema = profile_schema()
    for field in fields_of(schema):
        default = field.schema.get("default")
        known = f"\n\nrecommended: `{json.dumps(default)}`" if "default" in field.schema else ""
        if not field.section:
            field.schema["markdownDescription"] = f"{field.meaning}\n\n{field.allowed}{known}"
    return schema


def schema_text() -> str:
    """Return the schema file's text."""
    return json.dumps(stack_schema(), indent=1, ensure_ascii=False) + "\n"


def schema_comment(stack_file: Path, root: Path) -> str:
    """Return the comment that names the schema to an editor, relative to the stack file."""
    target = os.path.relpath(root / SCHEMA_FILE, stack_file.resolve().parent)
    return f"{_COMMENT}{Path(target).as_posix()}"


def with_comment(text: str, comment: str) -> str:
    """Return a stack file's text with the comment on top, in place of an earlier one."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith(_COMMENT)]
    return f"{comment}\n{''.join(lines)}"


def write(root: Path) -> list[Path]:
    """Write the schema, and its comment into every stack file; return the paths that changed."""
    texts = {root / SCHEMA_FILE: schema_text()}
    for path in stack_paths(root).values():
        texts[path] = with_comment(path.read_text("utf-8"), schema_comment(path, root))
    changed = [path for path, text in texts.items() if not _holds(path, text)]
    (root / SCHEMA_FILE).parent.mkdir(exist_ok=True)
    for path in changed:
        path.write_text(texts[path], encoding="utf-8")
    return [path.relative_to(root) for path in changed]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text
