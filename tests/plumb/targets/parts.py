"""Small stand-ins for the programs that a target calls: they record their words and answer."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = """\
#!{python}
import json, sys
from pathlib import Path
words = [Path(sys.argv[0]).name, *sys.argv[1:]]
with open({record!r}, "a") as record:
    record.write(json.dumps(words) + "\\n")
said = " ".join(words)
for beginning, answer in json.loads(Path({answers!r}).read_text()).items():
    if said.startswith(beginning):
        out, err, code = answer
        sys.stdout.write(out)
        sys.stderr.write(err)
        sys.exit(code)
"""

Answer = tuple[str, str, int]
"""What a program prints, what it complains of, and its exit code."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of programs for PATH; what they have no answer for succeeds in silence."""

    folder: Path
    """Holds the programs, their answers, and the record of their calls."""

    def install(self, *names: str) -> None:
        """Put programs of these names into the folder."""
        for name in names:
            program = self.folder / name
            record, answers = str(self.folder / "calls.jsonl"), str(self.folder / "answers.json")
            text = _PROGRAM.format(python=sys.executable, record=record, answers=answers)
            program.write_text(text)
            program.chmod(0o755)
        if not (self.folder / "answers.json").exists():
            self.answer({})

    def answer(self, answers: Mapping[str, Answer]) -> None:
        """Say what a call that begins with these words is answered with; the first match counts."""
        (self.folder / "answers.json").write_text(json.dumps(dict(answers)))

    def calls(self) -> list[str]:
        """Return every call so far, words joined by spaces."""
        record = self.folder / "calls.jsonl"
        lines = record.read_text().splitlines() if record.exists() else []
        return [" ".join(json.loads(line)) for line in lines]
