"""plumb diff: a secret that slipped into an object, or a file of one, is never shown."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from plumb.diff.document import as_json
from plumb.diff.markdown import markdown
from plumb.diff.report import Report, changed
from plumb.diff.terminal import print_reports
from tests.plumb.diff.parts import Body, config_map, pair, pod, version

TITLES = ("main", "this branch")
SECRET = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=16, max_size=24)


def places(secret: str) -> tuple[Body, ...]:
    """Return objects that carry a secret in every way that is known."""
    key = f"-----BEGIN EC PRIVATE KEY-----\n{secret}\n-----END EC PRIVATE KEY-----\n"
    return (
        pod(
            [
                {"name": "POSTGRES_PASSWORD", "value": secret},
                {"name": "DATABASE_URL", "value": f"postgresql://user:{secret}@db:5432/x"},
                {"name": "API_KEY", "value": secret},
            ],
            ["--requirepass", "$(REDIS_PASSWORD)", f"--password={secret}"],
        ),
        config_map(**{"app.ini": f"[x]\npassword = {secret}\n", "tls.key": key}),
        config_map("json", **{"x.json": json.dumps({"token": secret, "more": 1})}),
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "keys", "namespace": "here"},
            "stringData": {"one": secret},
        },
    )


def shown(report: Report) -> str:
    """Return everything that any form of the report says."""
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as capture:
        print_reports(console, TITLES, [report])
    return capture.get() + markdown(TITLES, [report]) + json.dumps(as_json(TITLES, [report]))


@settings(deadline=None, max_examples=20)
@given(old=SECRET, new=SECRET)
def test_a_secret_never_appears(old: str, new: str) -> None:
    """Neither the old nor the new value stands in any form of the report, whatever carries it."""
    report = changed(pair(version(objects=places(old)), version(objects=places(new))))
    said = shown(report)
    assert old not in said
    assert new not in said


def test_a_changed_secret_is_told_as_hidden() -> None:
    """That a secret differs is said, though not from what to what."""
    before, after = (version(objects=places(each)) for each in ("OLDSECRET", "NEWSECRET"))
    assert "(hidden) → (hidden)" in shown(changed(pair(before, after)))


@pytest.mark.parametrize(
    "arguments",
    [["--requirepass", "$(REDIS_PASSWORD)"], ["-c", "password_encryption=scram-sha-256"]],
)
def test_what_only_speaks_of_secrets_is_shown(arguments: list[str]) -> None:
    """A reference to a variable, and a setting about passwords, are no secrets."""
    report = changed(pair(version(objects=(pod([]),)), version(objects=(pod([], arguments),))))
    assert arguments[1] in shown(report)
