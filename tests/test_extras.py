"""Each side installs and starts without the other's libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SIDES = {
    "plumb": (["infra.stack", "plumb.cli"], ["langgraph", "fastapi"]),
    "runtime": (["runtime.app", "runtime.cli"], ["pulumi", "ruamel"]),
    "upstreams": (["upstreams.app"], ["pulumi", "langgraph"]),
}
"""For each requirements file what must import with it alone, and what must not be there."""


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
def test_a_side_works_with_its_own_requirements_alone(side: str, tmp_path: Path) -> None:
    """CFG-01: the runtime installs without Pulumi, the program without LangGraph."""
    wanted, absent = SIDES[side]
    uv = Path(sys.executable).with_name("uv")
    python = tmp_path / "bin" / "python"
    requirements = ROOT / "requirements" / f"{side}.txt"
    install = ("pip", "sync", "--quiet", "--require-hashes", "--python", str(python))
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, tmp_path], check=True)
    subprocess.run([uv, *install, requirements], check=True, timeout=300)
    script = f"""
import importlib, importlib.util, sys
sys.path.insert(0, {str(ROOT)!r})
for name in {wanted!r}:
    importlib.import_module(name)
print([name for name in {absent!r} if importlib.util.find_spec(name)])
"""
    answer = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "[]"
