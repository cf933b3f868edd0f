"""The page at /: one file of ours, nothing from elsewhere."""

import json
import secrets
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from runtime.api.path import PAGE_PATH
from runtime.api.service import Service, service_of
from runtime.research.prose import EVIDENCE_NOTES

EXAMPLES = (
    "SGLT2 inhibitors in heart failure",
    "Metformin in type 2 diabetes with kidney disease",
    "Osimertinib in EGFR-mutated lung cancer",
)
"""Questions to begin with."""

_TEMPLATE = files("runtime.api").joinpath("page.html").read_text(encoding="utf-8")

_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)
"""The page may run its own script, talk to its own service, and nothing else."""

router = APIRouter(include_in_schema=False)


@router.get(PAGE_PATH)
async def page(service: Annotated[Service, Depends(service_of)]) -> HTMLResponse:
    """Return the page, its script and style allowed by a nonce of this answer."""
    nonce = secrets.token_urlsafe(16)
    values = {
        "nonce": nonce,
        "examples": json.dumps(EXAMPLES),
        "notes": json.dumps(dict(EVIDENCE_NOTES)),
        "header": json.dumps(service.core.settings.config.api.api_key_header),
    }
    text = _TEMPLATE
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
    return HTMLResponse(text, headers=headers)
