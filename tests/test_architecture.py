"""Who may import whom, and how large things may get."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "profiles": {"infra", "plumb", "runtime", "upstreams", "pulumi", "langgraph", "ruamel"},
    "infra": {"plumb", "runtime", "upstreams", "langgraph", "fastapi", "ruamel"},
    "runtime": {"infra", "plumb", "pulumi", "pulumi_kubernetes", "ruamel", "upstreams"},
    "upstreams": {"infra", "plumb", "runtime", "profiles", "pulumi", "langgraph"},
    "policy": {"infra", "plumb", "runtime", "upstreams", "langgraph", "pulumi_kubernetes"},
    "plumb": {"runtime", "upstreams", "langgraph", "fastapi"},
    "examples": {"infra", "plumb", "runtime", "profiles", "upstreams", "pulumi", "fastapi"},
}  # fmt: skip
"""For each package what it must not import: the runtime image carries no Pulumi, and so on."""

MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 250
SHORT_FUNCTION_LINES = 20
SHORT_SHARE = 0.85


def parsed(package: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the modules of a package with their syntax trees."""
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules(package: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Return the same of a package that several tests look at."""
    return tuple(parsed(package))


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the top-level names that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def function_lengths() -> Iterator[tuple[str, int]]:
    """Yield every function of the packages with its lines, its docstring left out."""
    for package in FORBIDDEN:
        for path, tree in modules(package):
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{path}:{node.lineno} {node.name}", _lines(node)


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    """INF-01: the program and the service meet in the cluster, not in each other's imports."""
    broken = {
        f"{path}: {name}"
        for path, tree in modules(package)
        for name in imported(tree)
        if name in FORBIDDEN[package]
    }
    assert not broken


def test_only_the_settings_read_the_environment() -> None:
    """The service's environment is read in one place, so that overrides can be reported."""
    readers = {
        str(path)
        for path, tree in modules("runtime")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers <= {"runtime/settings.py"}


def test_middleware_is_pure_asgi() -> None:
    """One BaseHTTPMiddleware costs two thirds of the throughput; none may slip in."""
    users = [
        str(path)
        for path, tree in modules("runtime")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "BaseHTTPMiddleware"
    ]
    assert not users


def test_functions_and_modules_stay_small() -> None:
    """Nobody has to scroll to read a function; a module has one subject."""
    lengths = dict(function_lengths())
    assert not {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES}
    short = sum(lines <= SHORT_FUNCTION_LINES for lines in lengths.values())
    assert short / len(lengths) >= SHORT_SHARE
    long_modules = {
        str(path): lines
        for package in FORBIDDEN
        for path, _ in modules(package)
        if (lines := len((ROOT / path).read_text().splitlines())) > MAX_MODULE_LINES
    }
    assert not long_modules


def test_every_test_says_in_a_sentence_what_it_proves() -> None:
    """The test suite reads as a specification."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in parsed("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent
