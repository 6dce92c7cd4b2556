"""The real commands killed at random moments: every file that they write is whole or absent.

    make kills [KILLS=300] [SEED=1]

A command is run to its end twice, and then killed again and again: by SIGKILL, which no program can answer, or by
SIGTERM. After each, every file of the output is byte for byte that of the whole run or, where it was there before, the
one before; the household is as it was; after SIGTERM no temporary file is left. What a killed `batch` has done,
`--resume` completes to the same table. What does not hold is printed with its seed, and the counts.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = ["--as-of", "2026-12-08"]
FORMATS = ("trades", "letter", "json", "markdown", "ics", "txf", "form-8949", "xlsx", "html")


@dataclass(frozen=True)
class Command:
    """`words` with {household} and {out}; `before` a file that is there already, and must stay or be replaced whole."""

    name: str
    words: tuple[str, ...]
    before: str | None = None


COMMANDS = (
    Command("plan --out", ("plan", "{household}", *AS_OF, "--out", "{out}/plan")),
    *(Command(f"export {f}", ("export", "{household}", f, *AS_OF, "--output", f"{{out}}/file.{f}")) for f in FORMATS),
    Command(
        "export --force",
        ("export", "{household}", "json", *AS_OF, "--output", "{out}/old.json", "--force"),
        before="old.json",
    ),
    Command("batch", ("batch", "{household}", "{other}", *AS_OF, "--out", "{out}/all", "--jobs", "2")),
)
JOURNAL = "journal.jsonl"  # of a batch: written line by line, for --resume to read
OLD = b"what was there before\n"


@dataclass
class Tally:
    tried: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)  # what there was of the output when it was killed
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Whole:
    """What a command writes when it is not killed, and how long that takes; `unstable` differs from run to run."""

    files: dict[str, str]
    unstable: frozenset[str]
    seconds: float


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def started(command: Command, households: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    places = {"household": str(households / "household"), "other": str(households / "fifty-thousand-loss")}
    words = [word.format(**places, out=out) for word in command.words]
    return subprocess.Popen(
        [sys.executable, "-m", "planner", *words, *more],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def prepared(command: Command, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    if command.before:
        (out / command.before).write_bytes(OLD)


def whole(command: Command, households: Path, out: Path) -> Whole:
    runs = []
    for _ in range(2):
        prepared(command, out)
        began = time.monotonic()
        code = started(command, households, out).wait()
        assert code == 0, f"{command.name}: exit {code}"
        seconds = time.monotonic() - began
        runs.append(digests(out))
    first, second = runs
    assert first.keys() == second.keys(), command.name
    assert first, f"{command.name} writes nothing"
    return Whole(first, frozenset(name for name in first if first[name] != second[name]), seconds)


def after_a_kill(command: Command, households: Path, out: Path, known: Whole, seed: int, tally: Tally) -> None:
    chance = random.Random(seed)
    prepared(command, out)
    how = chance.choice((signal.SIGKILL, signal.SIGTERM))
    process = started(command, households, out)
    time.sleep(chance.uniform(0.0, 1.1 * known.seconds))
    ended = process.poll() is not None
    if not ended:
        os.killpg(process.pid, how)
    process.wait()
    left = digests(out)
    tally.tried[f"{command.name}, {how.name}"] += 1
    tally.moments["ended before" if ended else "nothing written" if not left else "something written"] += 1
    old = {command.before: hashlib.sha256(OLD).hexdigest()} if command.before else {}
    for name, digest in left.items():
        temporary = Path(name).name.startswith(".") or name not in known.files
        if temporary and how is signal.SIGKILL and not ended:
            continue  # no one could take it away, and it has not the name of an output
        if temporary:
            tally.wrong.append(f"seed {seed}, {command.name}, {how.name}: {name} is left behind")
        elif (
            Path(name).name != JOURNAL
            and digest not in (known.files[name], old.get(name))
            and name not in known.unstable
        ):
            tally.wrong.append(f"seed {seed}, {command.name}, {how.name}: {name} is torn")
    if command.name == "batch" and not ended:
        code = started(command, households, out, "--resume").wait()
        done = {name: digest for name, digest in digests(out).items() if name in known.files}
        stable = {name for name in known.files if name not in known.unstable}
        if code != 0 or any(done.get(name) != known.files[name] for name in stable):
            tally.wrong.append(f"seed {seed}: batch --resume ended with {code}, or another table")


def main(kills: int, seed: int) -> int:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="harvest-kills-") as folder:
        households, out = Path(folder, "households"), Path(folder, "out")
        shutil.copytree(ROOT / "examples", households)
        untouched = digests(households)
        known = {command.name: whole(command, households, out) for command in COMMANDS}
        for name, its in known.items():
            print(f"{name}: {its.seconds:.2f} s, {len(its.files)} files; unstable: {sorted(its.unstable)}", flush=True)
        for n in range(kills):
            command = COMMANDS[n % len(COMMANDS)]
            after_a_kill(command, households, out, known[command.name], seed + n, tally)
            if digests(households) != untouched:
                tally.wrong.append(f"seed {seed + n}, {command.name}: a file of the household is not as it was")
                break
            if n % 50 == 49:
                print(f"{n + 1} kills, {dict(tally.moments)}, {len(tally.wrong)} wrong", flush=True)
    print(f"{sum(tally.tried.values())} kills: {dict(tally.tried)}")
    print(f"{dict(tally.moments)}; wrong: {len(tally.wrong)}")
    print("\n".join(tally.wrong))
    return min(len(tally.wrong), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
