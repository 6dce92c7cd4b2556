"""What every example is expected to say and what the documentation shows, kept as text: a change is read as text.

`make golden` rewrites them; `git diff` is then the review.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from typer.testing import CliRunner

from planner.cli import app
from tests.golden import schemas
from tests.golden.states_page import states_page
from tests.reporting.page_reading import plain_text, read_page

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-12-08"
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/household.toml"))
OUTPUTS = {
    "plan.txt": ["plan"],
    "plan-full.txt": ["plan", "--full"],
    "plan.json": ["plan", "--json"],
    "compare.txt": ["compare"],
    "check.txt": ["check"],
    "check.json": ["check", "--json"],
}
EXPORTED = "household"  # the example whose plan is kept in every format
EXPORTS = {
    "trades.csv": ["trades"],
    "ibkr-basket.csv": ["ibkr", "--account", "Schwab"],
    "schwab-orders.json": ["schwab", "--account", "Schwab"],
    "lot-identification.txt": ["letter"],
    "form-8949.csv": ["form-8949"],
    "schedule-d.csv": ["schedule-d"],
    "form-8949.txf": ["txf"],
    "taxact.csv": ["taxact"],
    "reconciliation.csv": ["reconcile"],
    "records.csv": ["records"],
    "wash-sales.ics": ["ics"],
    "plan.md": ["markdown"],
    "plan.xlsx.txt": ["xlsx"],  # its cells, as text
    "report.html.txt": ["html"],  # what it says, as text
}
EXPLAINED = {  # of the same example: what is asked, and how many columns the page has
    "explain-vnq.txt": (["VNQ"], 80),
    "explain-vnq-wide.txt": (["VNQ"], 120),
    "explain-btc.txt": (["BTC"], 80),
    "explain-cost.txt": (["COST"], 80),
    "explain-tax.txt": (["--tax"], 80),
    "explain-tax-wide.txt": (["--tax"], 120),
    "explain-gld.json": (["GLD", "--json"], 80),
}
STATES = ROOT / "docs" / "states.md"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

SESSION = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^\$ ", re.MULTILINE)
SHOWN_FILE = re.compile(r"^`(my-household/[\w./-]+)`:?\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def expected(example: str, name: str) -> Path:
    """Where the expected output of an example stands."""
    return ROOT / "examples" / example / "expected" / name


def said(arguments: list[str], columns: int = 80) -> str:
    """What `harvest` prints, standard output and error together, as the user of so wide a page sees it."""
    return CliRunner().invoke(app, arguments, env={"COLUMNS": str(columns)}).output


def output_of(example: str, name: str) -> str:
    """One expected output made again, from the root of the repository."""
    command, *options = OUTPUTS[name]
    with working_in(ROOT):
        return said([command, f"examples/{example}", "--as-of", AS_OF, *options])


def comparable(name: str, text: str) -> str:
    """A plan without the numbers of its proof, of which the last digits are the machine's, and without digests."""
    if name != "plan.json":
        return text
    plan = json.loads(text, parse_float=Decimal)
    certificate = plan["certificate"]
    names = [piece["name"] for piece in certificate["pieces"]]
    plan["certificate"] = {**certificate, "pieces": names, "digests": sorted(certificate["digests"]), "law": ""}
    return json.dumps(plan, indent=2, default=str)


def explanation_of(name: str) -> str:
    """One expected explanation made again."""
    words, columns = EXPLAINED[name]
    with working_in(ROOT):
        return said(["explain", f"examples/{EXPORTED}", *words, "--as-of", AS_OF, "--time-limit", "3600"], columns)


def export_of(name: str) -> bytes:
    """One expected file made again."""
    kind, *options = EXPORTS[name]
    with tempfile.TemporaryDirectory() as folder, working_in(ROOT):
        output = Path(folder) / name
        said(["export", f"examples/{EXPORTED}", kind, "--output", str(output), "--as-of", AS_OF, *options])
        return AS_TEXT.get(kind, Path.read_bytes)(output)


def cells(path: Path) -> bytes:
    """A workbook cell by cell: a change is read as text."""
    book = load_workbook(BytesIO(path.read_bytes()))
    return "".join(
        f"{sheet.title}!{cell.coordinate}\t{cell.value!r}\t{cell.number_format}\n"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ).encode()


def words(path: Path) -> bytes:
    """What a page says: a change of its markup or its drawings is looked at, not read."""
    return plain_text(read_page(path.read_bytes())).encode()


AS_TEXT = {"xlsx": cells, "html": words}  # what is kept of an export that is no text, or not one to be read


def replayed(session: str, documentation: str) -> str:
    """A console session run again, among the examples and the files that the documentation shows."""
    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        for name, text in SHOWN_FILE.findall(documentation):
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return "".join(_step(step) for step in STEP.split(session)[1:])


def _step(step: str) -> str:
    """One `$ harvest …` with what it prints; a shown output that ends in `...` shows only how it begins."""
    command, _, shown = step.partition("\n")
    program, *arguments = shlex.split(command)
    if program != "harvest":
        raise ValueError(f"only harvest can be run in a session, not {program}")
    lines = said(arguments).splitlines(keepends=True)
    if shown.endswith("...\n"):
        lines = [*lines[: shown.count("\n") - 1], "...\n"]
    return f"$ {command}\n{''.join(lines)}"


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """The working directory for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main() -> None:
    for example in EXAMPLES:
        for name in OUTPUTS:
            path = expected(example, name)
            path.parent.mkdir(exist_ok=True)
            text = output_of(example, name)
            if not path.exists() or comparable(name, path.read_text("utf-8")) != comparable(name, text):
                path.write_text(text, "utf-8")
    for name in EXPLAINED:
        expected(EXPORTED, name).write_text(explanation_of(name), "utf-8")
    for name in EXPORTS:
        expected(EXPORTED, name).write_bytes(export_of(name))
    STATES.write_text(states_page(), "utf-8")
    schemas.main()
    for document in filter(Path.exists, DOCUMENTS):
        _rewrite(document)


def _rewrite(document: Path) -> None:
    text = document.read_text("utf-8")
    document.write_text(SESSION.sub(lambda found: replayed(found[1], text), text), "utf-8")


if __name__ == "__main__":
    main()
