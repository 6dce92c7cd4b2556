"""Mutation testing of one part of the house with mutmut: `make mutants PART=...`; without a part, all of them.

Each part is some files and the tests that are theirs: quick ones, since every mutant is met by each test that reaches
it. mutmut (BSD, kept up) lives in .venv-mutants, beside the tools of .venv, and works on a copy of the last commit in
build/mutants. What survives is printed as a diff. A survivor is a test that is missing, or a change that changes
nothing (an equivalent mutant): docs/decisions.md, D-167.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERIFY = "planner/optimizer/verify/"
BOUND = ("certificate", "contradiction", "year_bound", "offers", "group_terms", "ground")
PARTS: dict[str, tuple[list[str], list[str]]] = {
    "limits": (
        [f"{VERIFY}limits.py"],
        ["tests/planning/test_limits_verified.py", "tests/planning/test_limits_to_the_letter.py"],
    ),
    "figures": (
        [f"{VERIFY}{name}.py" for name in ("sale_figures", "evaluate", "wash_matching", "setting")],
        [
            "tests/planning/test_readings_in_plans.py",
            "tests/planning/test_past_losses.py",
            "tests/planning/test_special_lots.py",
            "tests/planning/test_january.py",
        ],
    ),
    "bound": (
        [f"{VERIFY}{name}.py" for name in BOUND],
        ["tests/oracle/test_contradictions.py", "tests/oracle/test_certificate.py", "tests/oracle/test_put_off.py"],
    ),
    "ledger": (
        [f"rules/ledger/{name}.py" for name in ("run", "lot_book", "sold_rows", "history", "outcomes")]
        + ["rules/wash_sale.py"],
        [
            "tests/law/test_ledger.py",
            "tests/law/test_ledger_conventions.py",
            "tests/law/test_wash_sale.py",
            "tests/law/test_wash_sale_corners.py",
            "tests/authority",
            "tests/planning/test_ledger_corners.py",
        ],
    ),
    "tax": (
        [f"rules/{name}.py" for name in ("liability", "netting", "rates", "net_investment_income", "holding_period")],
        ["tests/law/test_worksheets.py", "tests/law/test_worked_cases.py", "tests/authority"],
    ),
}
FEWER = "0.2"  # of the random households of the suite, for each mutant


def python_with_mutmut() -> Path:
    """.venv-mutants: mutmut, and all that .venv has."""
    folder = ROOT / ".venv-mutants"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "mutmut>=3.8,<4"]
        subprocess.run(pip, check=True)
        (site,) = (folder / "lib").glob("python*/site-packages")
        (site / "tools.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    return python


def copied(part: str) -> Path:
    """The last commit in a folder of its own, with mutmut's settings for a part."""
    folder = ROOT / "build" / "mutants" / part
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    files, tests = PARTS[part]
    settings = {
        "source_paths": [os.path.commonpath([str(Path(file).parent) for file in files])],
        "only_mutate": files,
        "also_copy": ["planner", "rules", "tests", "examples", "docs", "README.md", "CHANGELOG.md"],
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider", "--hypothesis-seed=1", "-k", "not printed"],
        "pytest_add_cli_args_test_selection": tests,
    }
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as toml:
        toml.write("\n[tool.mutmut]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
    return folder


def tried(python: Path, part: str) -> int:
    """How many mutants of a part survive; each is printed."""
    folder = copied(part)
    mutmut = [python, "-m", "mutmut"]
    words = ["env", f"HARVEST_MANY={FEWER}", *mutmut, "run", "--max-children", "1"]
    subprocess.run(words, cwd=folder, stdout=(folder / "mutmut.log").open("w"), stderr=subprocess.STDOUT)
    results = subprocess.run([*mutmut, "results"], cwd=folder, capture_output=True, text=True).stdout
    survived = [line.split(":")[0].strip() for line in results.splitlines() if line.endswith("survived")]
    for name in survived:
        print(subprocess.run([*mutmut, "show", name], cwd=folder, capture_output=True, text=True).stdout, flush=True)
    print(f"{part}: {len(survived)} survive", flush=True)
    return len(survived)


if __name__ == "__main__":
    with_mutmut = python_with_mutmut()
    sys.exit(min(1, sum(tried(with_mutmut, part) for part in sys.argv[1:] or PARTS)))
