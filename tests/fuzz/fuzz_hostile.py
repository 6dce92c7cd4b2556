"""Hostile input against the real commands: TOML, CSV, XML, JSON, OFX, workbooks and arguments.

    make fuzz-hostile [MINUTES=10] [SEED=1]

Each try is a household made from an example or from a broker's file, mutated, and one command on it, in a process of
its own that is forked from this one. What must hold: an exit code of the contract and never 70, no traceback, nothing
printed that a terminal obeys, JSON that is JSON, and no more seconds or memory than stated. What does not hold is kept
in build/fuzz-hostile, with its words, and the counts are printed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "tests" / "loading" / "fixtures"
EXAMPLES = ROOT / "examples"
RUN = ROOT / "build" / "fuzz-hostile"
MOST_SECONDS = 30  # of CPU, for one command
MOST_BYTES = 2 * 2**30  # of memory
FORMATS = ("trades", "letter", "json", "markdown", "ics", "txf", "form-8949", "xlsx", "taxact", "schedule-d", "records")
OUTPUTS = ("out", "lots.csv", "household.toml", "x" * 250)
CODES = {0, 1, 2, 3, 4}
NASTY = [
    "\x1b]0;x\x07",
    "\x9b31m",
    "\u202e",
    "\u200b",
    "\u00ad",
    "\ufe0f",
    "\uffff",
    "\x00",
    "\x7f",
    "\r",
    "\n",
    "\t",
    "Κ",
    "К",
    "=1+1",
    "＝1",
    "@x",
    "-",
    "'",
    '"',
    "''",
    '"""',
    ",",
    ";",
    "<!-- -->" * 40,
    "<!--",
    "-->",
    "<!DOCTYPE html>",
    "<![CDATA[",
    "&l9;",
    "]]>",
    "{",
    "[",
    "}" * 50,
    "[" * 3000,
    "{a=" * 40,
    "a." * 60 + "a",
    "1e999999999",
    "1e-30000000",
    "1e15",
    "1e12",
    "999999999999",
    "0.000000000000000000000000000001",
    "NaN",
    "-inf",
    "inf",
    "9" * 5000,
    "0x" + "f" * 3000,
    "1,000",
    "(5)",
    "$-5",
    "5-",
    "1.234,56",
    "12/13/2026",
    "13/12/2026",
    "0001-01-01",
    "9999-12-31",
    "2026-02-29",
    "1921-03-02",
    "Various",
    "N/A",
    "--",
    "x" * 40_000,
    "e\u0301\u0316" * 2000,
    "\ufdfa" * 200,
    "ß" * 50,
    "null",
    "true",
    "false",
    "../../etc/passwd",
    "/dev/zero",
    "/dev/stdin",
    ".",
    "",
    " ",
    "\ufeff",
    "sep=;",
    "%s%n",
    "${HOME}",
    "`id`",
    "con",
    "a\\b",
    "\\x1b",
    "\\u001b",
    "\\U0010ffff",
]
ARGUMENTS = [
    ["--as-of", "{}"], ["--scenario", "{}"], ["--time-limit", "{}"], ["--json"], ["--full"], ["--{}"], ["{}"],
]  # fmt: skip


def mutated_text(text: str, dice: random.Random) -> str:
    """Lines, cells and signs moved, doubled, taken out and made nasty."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        lines = text.split("\n")
        at = dice.randrange(len(lines))
        match dice.randrange(9):
            case 0:
                lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)] + dice.choice(NASTY)
            case 1:
                cells = lines[at].split(",")
                cells[dice.randrange(len(cells))] = dice.choice(NASTY)
                lines[at] = ",".join(cells)
            case 2:
                lines[at:at] = [lines[at]] * dice.choice((1, 2, 50, 3000))
            case 3:
                del lines[at]
            case 4:
                other = dice.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 5:
                key, sign, _ = lines[at].partition("=")
                lines[at] = f"{key}{sign or '='}{dice.choice(NASTY)}"
            case 6:
                where = dice.randrange(len(text) + 1)
                lines = (text[:where] + dice.choice(NASTY) + text[where:]).split("\n")
            case 7:
                where = dice.randrange(len(text) + 1)
                lines = (text[:where] + text[where + dice.randrange(200) :]).split("\n")
            case 8:
                lines.insert(at, dice.choice(NASTY) * dice.choice((1, 1, 20)))
        text = "\n".join(lines)[:3_000_000]
    return text


def mutated_bytes(content: bytes, dice: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(dice.choice((1, 2, 10))):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(4):
            case 0:
                made[at:at] = dice.randbytes(dice.choice((1, 4, 100)))
            case 1:
                del made[at : at + dice.choice((1, 10, 1000))]
            case 2:
                made[at : at + 4] = dice.randbytes(4)
            case 3:
                made[at:at] = made[at : at + 1000]
    return bytes(made)


def mutated_workbook(content: bytes, dice: random.Random) -> bytes:
    """A part changed within the archive, or the archive itself."""
    if dice.random() < 0.2:
        return mutated_bytes(content, dice)
    rows = [b'<row r="%d"/>' % dice.choice((2, 1_048_576, 40_000_000)), b"<row/>" * dice.choice((10, 100_000))]
    cells = [b'<c r="XFD1"/>', b'<c r="ZZZZ9"/>', b"<c/>" * 50_000, b'<c t="s"><v>-1</v></c>', b'<c t="d"><v>x</v></c>']
    saved = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as plain, ZipFile(saved, "w", ZIP_DEFLATED) as made:
        chosen = dice.choice(plain.namelist())
        for member in plain.infolist():
            part = plain.read(member)
            if member.filename.startswith("xl/worksheets/") and dice.random() < 0.6:
                part = part.replace(
                    b"</sheetData>", dice.choice(rows) + b"<row>" + dice.choice(cells) + b"</row></sheetData>"
                )
            elif member.filename == chosen:
                part = mutated_text(part.decode("utf-8", "replace"), dice).encode("utf-8", "replace")
            made.writestr(member.filename, part)
    return saved.getvalue()


def mutated(content: bytes, dice: random.Random) -> bytes:
    if content.startswith(b"PK\x03\x04"):
        try:
            return mutated_workbook(content, dice)
        except (BadZipFile, ValueError, OSError):
            return mutated_bytes(content, dice)
    if dice.random() < 0.15:
        return mutated_bytes(content, dice)
    return mutated_text(content.decode("utf-8", "replace"), dice).encode("utf-8", "surrogatepass")


def as_workbook(text: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for line in text.split("\n")[:200]:
        book.active.append([cell for cell in line.split(",") if cell.isprintable()])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def household(folder: Path, dice: random.Random) -> str:
    """A mutated household in a folder; its kind, for the counts."""
    taxpayer = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
    kind = dice.choice(("toml", "csv", "file", "file", "workbook", "arguments"))
    if kind == "file":
        files = [path for path in sorted(FIXTURES.iterdir()) if not path.name.endswith(".expected.json")]
        ending = dice.choice((".csv", dice.choice(sorted({path.suffix for path in files}))))
        path = dice.choice([path for path in files if path.suffix == ending])
        key = dice.choice(("lots", "transactions", "realized"))
        (folder / path.name).write_bytes(mutated(path.read_bytes(), dice))
        listed = f'[[accounts]]\nname = "B"\n{key} = {json.dumps(path.name)}\n'
        (folder / "household.toml").write_text(taxpayer + listed, "utf-8")
        return path.suffix.lstrip(".") or "file"
    example = dice.choice([path.parent for path in EXAMPLES.glob("*/household.toml")])
    for path in example.iterdir():
        if path.suffix in (".toml", ".csv"):
            shutil.copy(path, folder)
    files = sorted(folder.glob("*.csv"))
    if kind == "toml":
        file = folder / "household.toml"
        text = mutated_text(file.read_text("utf-8"), dice)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
    elif kind == "csv" and files:
        file = dice.choice(files)
        file.write_bytes(mutated(file.read_bytes(), dice))
    elif kind == "workbook" and files:
        file = dice.choice(files)
        file.write_bytes(mutated(as_workbook(file.read_text("utf-8")), dice))
    return kind


def saved_plan(folder: Path, dice: random.Random) -> str:
    """The path of an example's plan.json, mutated."""
    saved = dice.choice(sorted(EXAMPLES.glob("*/expected/plan.json")))
    path = folder / "saved-plan"
    path.write_bytes(mutated(saved.read_bytes(), dice) if dice.random() < 0.9 else saved.read_bytes())
    return str(path)


def command(folder: Path, kind: str, dice: random.Random) -> list[str]:
    quantity = dice.choice(([], ["3"], [dice.choice(NASTY)]))
    words = dice.choice(
        (
            ["check", str(folder)], ["check", str(folder), "--json"], ["windows", str(folder)],
            ["plan", str(folder), "--time-limit", "2"], ["plan", str(folder), "--json", "--time-limit", "2"],
            ["export", str(folder), dice.choice(FORMATS), "--output", str(folder / dice.choice(OUTPUTS))],
            ["explain", str(folder), dice.choice(("VTI", "NKE", dice.choice(NASTY)))],
            ["ask", str(folder), dice.choice(("buy", "sell")), dice.choice(("VTI", dice.choice(NASTY))), *quantity],
            ["init", str(folder), "--yes", *dice.choice(([], ["--force"]))],
            ["close", str(folder), "--output", str(folder / dice.choice(OUTPUTS)), "--as-of", "2027-02-03"],
            ["verify", str(folder), saved_plan(folder, dice)], ["follow", str(folder), saved_plan(folder, dice)],
        )
    )  # fmt: skip
    if words[0] not in ("verify", "close"):
        words += ["--as-of", "2026-12-08"] if dice.random() < 0.9 else []
    if words[0] == "follow":
        words += ["--time-limit", "2"]
    if kind == "arguments":
        nasty = dice.choice(NASTY).replace("\x00", "")[:20_000]
        words += [word.replace("{}", nasty) for word in dice.choice(ARGUMENTS)]
        if dice.random() < 0.3:
            span = f"{dice.choice(NASTY)}:{dice.choice(NASTY)}:{dice.choice(('3', nasty))}".replace("\x00", "")
            words = ["compare", str(folder), "--sweep", f"plan.max_turnover={span[:50_000]}", "--time-limit", "1"]
    return words


def in_a_process(work: Callable[[], int], out: Path) -> tuple[int, float, int]:
    """Runs it in a child that may take so much: its exit code, or minus a signal; CPU seconds; peak bytes."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES + 2**30, MOST_BYTES + 2**30))
            handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, 1)
            os.dup2(os.open(f"{out}.err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(20 * MOST_SECONDS)  # of the clock, on a machine that has other work
    _, status, usage = os.wait4(child, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def run(words: list[str]) -> int:
    from planner.cli import app

    try:
        app(words, prog_name="harvest")
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def faults(code: int, seconds: float, peak: int, words: list[str], out: Path) -> list[str]:
    from planner.domain.visible_text import unseen

    said, complained = (Path(f"{out}{ending}").read_bytes().decode("utf-8", "replace") for ending in ("", ".err"))
    wrong = []
    if code not in CODES:
        wrong.append(f"exit code {code}")
    if "Traceback" in complained:
        wrong.append("a traceback")
    hidden = [unseen(text.replace("\n", "")) for text in (said, complained)]
    wrong += [f"{found} was printed" for found in hidden if found]
    if "--json" in words and code == 0:
        try:
            json.loads(said)
        except ValueError:
            wrong.append("no JSON")
    if seconds > MOST_SECONDS - 1:
        wrong.append(f"{seconds:.0f} seconds")
    if peak > MOST_BYTES:
        wrong.append(f"{peak // 2**20} MB")
    if any(path.name.startswith(".harvest-") for path in out.parent.glob("*/.*")):
        wrong.append("a temporary file")
    return wrong


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def warmed() -> None:
    """All modules imported and the layouts read, once before all forks: a try costs what its command costs."""
    import planner

    for module in pkgutil.walk_packages(planner.__path__, "planner."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    example = str(EXAMPLES / "household")
    with contextlib.redirect_stdout(io.StringIO()):
        for name in ("check", "windows"):
            run([name, example, "--as-of", "2026-12-08"])
    gc.freeze()


def main(seconds: float, seed: int) -> int:
    warmed()
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True)
    ends = time.monotonic() + seconds
    said = time.monotonic()
    tried, codes, failed = Counter[str](), Counter[int](), Counter[str]()
    slowest, largest, number = 0.0, 0, 0
    while time.monotonic() < ends:
        number += 1
        dice = random.Random(f"{seed}:{number}")
        folder = RUN / "now" / "h"
        folder.mkdir(parents=True)
        kind = household(folder, dice)
        words = command(folder, kind, dice)
        words = [word.encode("utf-8", "replace").decode() for word in words]
        given = contents(folder)
        code, took, peak = in_a_process(lambda words=words: run(words), folder.parent / "out")  # type: ignore[misc]
        tried[kind] += 1
        codes[code] += 1
        slowest, largest = max(slowest, took), max(largest, peak)
        wrong = faults(code, took, peak, words, folder.parent / "out")
        if words[0] != "init" and any(contents(folder).get(name) != was for name, was in given.items()):
            wrong.append("a file of the household was written")
        if wrong:
            failed.update(wrong)
            (folder.parent / "words.json").write_text(json.dumps([words, wrong]), "utf-8")
            print(f"{number}: {'; '.join(wrong)}: {words[0]}", flush=True)
            shutil.move(folder.parent, RUN / str(number))
        else:
            shutil.rmtree(folder.parent)
        if time.monotonic() > said + 60 or time.monotonic() > ends:  # as it goes: what is stopped has its counts
            said = time.monotonic()
            print(f"{number:,} tried with seed {seed}: {dict(tried.most_common())}")
            print(f"exit codes {dict(codes.most_common())}; slowest {slowest:.1f} s CPU; largest {largest // 2**20} MB")
            print(f"failed: {dict(failed.most_common()) or 'none'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
