"""The examples planned with the newest or the lowest versions that pyproject.toml allows, held to the expected JSON.

A solver of another version may say other things, print other things, or find another plan of the same worth: what is
held to is that standard output is one JSON document, that the plan is proven, and that it is worth the same to a cent a
lot sold.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-12-08"
EXAMPLES = ("household", "fifty-thousand-loss", "eight-thousand-loss", "bitcoin-loss")
CENT = 0.01


def lowest(requirement: str) -> str:
    """The requirement as its lowest version alone."""
    name, floor = re.match(r"([\w.-]+)>=([\w.]+)", requirement).groups()  # type: ignore[union-attr]
    return f"{name}=={floor}"


def environment(which: str) -> Path:
    """A fresh environment with this program and such versions of what it needs."""
    folder = ROOT / f".venv-{which}"
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    wanted = [lowest(need) for need in needs] if which == "lowest" else needs
    pip = [folder / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--upgrade"]
    subprocess.run([*pip, *wanted], check=True)
    return folder / "bin" / "python"


def quiet(python: Path, name: str, which: str) -> bool:
    """Whether the other commands that solve print their document and nothing else."""
    household = ROOT / "examples" / name
    with tempfile.TemporaryDirectory(prefix="harvest-") as out:
        for words in (["compare", household], ["batch", household, "--out", out]):
            line = [python, "-m", "planner", *words, "--as-of", AS_OF, "--json"]
            run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
            try:
                json.loads(run.stdout)
            except json.JSONDecodeError:
                print(f"{which} {name}: {words[0]} --json is not one document:\n{run.stdout[:300]}{run.stderr[-300:]}")
                return False
    return True


def main(which: str) -> int:
    python = environment(which)
    failed = 0
    for name in EXAMPLES:
        words = [python, "-m", "planner", "plan", ROOT / "examples" / name, "--as-of", AS_OF, "--json"]
        run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        expected = json.loads((ROOT / "examples" / name / "expected" / "plan.json").read_text("utf-8"))
        try:
            found = json.loads(run.stdout)
        except json.JSONDecodeError:
            print(f"{which} {name}: standard output is not one JSON document:\n{run.stdout[:300]}{run.stderr[-300:]}")
            failed += 1
            continue
        apart = abs(found["benefit"]["total"] - expected["benefit"]["total"])
        fine = found["status"] == "proven" and apart <= CENT * (1 + len(expected["sales"]))
        print(
            f"{which} {name}: {found['status']}, worth {found['benefit']['total']}, {apart:.2f} from what is expected"
        )
        failed += not fine
        failed += not quiet(python, name, which)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
