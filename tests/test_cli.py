"""The command line as a shell sees it: exit codes, what goes to which stream, how soon, and on which terminals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from planner import __version__, cli
from planner.cli.output import INTERRUPTED
from planner.domain.errors import ExitCode, InputError, InternalError, NoPlan, Problem, UnsupportedLaw
from rules.tax_year import YEARS_HELD

ROOT = Path(__file__).resolve().parent.parent
HOUSEHOLD = str(ROOT / "examples" / "household")
PLAN = ["plan", HOUSEHOLD, "--as-of", "2026-12-08"]
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
HEAVY = {"pandas", "numpy", "pulp", "highspy", "rich", "icalendar"}
HEAVY |= {"planner.loader", "planner.optimizer", "rules.liability"}


def invoke(*arguments: str, **environment: str | None) -> Result:
    return CliRunner().invoke(cli.app, arguments, env={"COLUMNS": None, "HARVEST_DEBUG": None, **environment})


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "planner", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)


def household(folder: Path, text: str) -> str:
    (folder / "household.toml").write_text(text, "utf-8")
    return str(folder)


# --- light and soon ---


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys\nfrom planner.cli import app\n"
        "for words in (['--help'], ['--version'], ['plan', '--help']):\n"
        "    try: app(words)\n    except SystemExit as left: assert left.code == 0, left\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("\n[]\n")


def test_a_plan_is_made_ready_without_pydantic_pandas_and_pulp() -> None:
    """typer's own reading of an option imports it, which takes as long as the plan of a small household."""
    code = (
        "import sys\nfrom planner.cli import app\n"
        "try: app(['check', 'nowhere', '--as-of', '2026-12-08'])\nexcept SystemExit as left: print(left.code)\n"
        "import planner.optimizer\n"  # nor PuLP, which a plan that prices prove does not ask
        "print({'pydantic', 'pandas', 'pulp', 'highspy'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == f"{ExitCode.REFUSED:d}\nset()\n"


def test_version() -> None:
    assert invoke("--version").output == f"harvest {__version__}\n"


def test_the_commands_are_those_that_work() -> None:
    listed = [line for line in invoke("--help").output.partition("Commands:")[2].split("\n") if line.strip()]
    names = [line.split()[0] for line in listed]
    assert {"plan", "compare", "check", "windows", "explain", "export", "init", "formats", "law", "batch"} <= set(names)
    assert set(names) <= {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    assert all(invoke(name, "--help").exit_code == 0 for name in names)
    assert "..." not in "".join(listed)


# --- exit codes ---


def test_done_when_there_is_something_to_sell() -> None:
    assert invoke(*PLAN).exit_code == ExitCode.DONE


def test_done_when_there_is_nothing_to_sell(tmp_path: Path) -> None:
    answer = invoke("plan", household(tmp_path, TAXPAYER))
    assert answer.exit_code == ExitCode.DONE
    assert "Nothing to sell" in answer.stdout


@pytest.mark.parametrize("command", ["plan", "check"])
def test_input_refused_all_at_once_on_stderr(tmp_path: Path, command: str) -> None:
    text = TAXPAYER.replace("100_000", '"much"') + "[plann]\n"
    answer = invoke(command, household(tmp_path, text), "--json")
    assert answer.exit_code == ExitCode.REFUSED
    assert answer.stdout == ""
    assert "ordinary_income" in answer.stderr
    assert "plann" in answer.stderr
    assert answer.stderr.count("fix: ") >= 2


def test_a_missing_household_is_refused(tmp_path: Path) -> None:
    assert invoke("plan", str(tmp_path / "nowhere")).exit_code == ExitCode.REFUSED


def test_a_missing_scenario_is_refused_with_those_there_are() -> None:
    answer = invoke(*PLAN, "--scenario", "Nope")
    assert answer.exit_code == ExitCode.REFUSED
    assert "Wait for next year" in answer.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["plan"],
        ["plann", HOUSEHOLD],
        ["plan", HOUSEHOLD, "--as-of", "12/08/2026"],
        ["plan", HOUSEHOLD, "--time-limit", "-1"],
        ["plan", HOUSEHOLD, "--nope"],
        ["law", "twenty"],
    ],
)
def test_a_wrong_command_line(words: list[str]) -> None:
    answer = invoke(*words)
    assert answer.exit_code == ExitCode.USAGE
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan"], "'PATH'. A household's folder, or its household.toml.\n`harvest init FOLDER` makes one from"),
        (["explain"], "`harvest explain -h` has examples."),
        (["ask", "h"], "'buy|sell'. The kind of trade."),
        (["follow", "h"], "'PLAN.json'. A saved plan"),
        (["export", "h"], "'FORMAT'. One of: trades, ibkr, schwab,"),
        (["batch"], "'FOLDER...'. Folders that contain households."),
    ],
)
def test_what_is_missing_is_said_with_where_it_comes_from(words: list[str], said: str) -> None:
    result = invoke(*words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_a_command_in_a_household_without_its_path_is_pointed_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(household(tmp_path, TAXPAYER))
    assert "This folder is one: write . as PATH." in invoke("check").stderr


def test_constraints_that_no_plan_keeps(tmp_path: Path) -> None:
    answer = invoke("plan", household(tmp_path, TAXPAYER + "[plan]\ncash_needed = 5\n"))
    assert answer.exit_code == ExitCode.NO_PLAN
    assert "cash_needed" in answer.stderr


@pytest.mark.parametrize("day", ["2026-13-08", "12/08/2026", "today", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_said_plainly_with_how_to_write_one(day: str) -> None:
    answer = invoke(*PLAN[:-1], day)
    assert answer.exit_code == ExitCode.USAGE
    assert f"`{day}` is not a day. Write year-month-day, such as 2026-12-08." in answer.stderr


def test_the_law_of_a_year_that_is_not_held_names_those_that_are() -> None:
    first, last = YEARS_HELD[0], YEARS_HELD[-1]
    assert invoke("law", str(last + 1)).stderr.splitlines() == [
        f"harvest law {last + 1}: harvest holds no figures for {last + 1}, only for {first} to {last}",
        "  fix: ask for one of these years",
    ]


@pytest.mark.parametrize("year", ["2031", "1999"])
def test_law_not_covered(tmp_path: Path, year: str) -> None:
    planned = invoke("plan", household(tmp_path, TAXPAYER.replace("2026", year)))
    asked = invoke("law", year)
    for answer in (planned, asked):
        assert answer.exit_code == ExitCode.LAW_NOT_COVERED
        assert f"{year}" in answer.stderr
        assert answer.stdout == ""


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (InputError([Problem("a.toml:1", "is wrong", "mend it")]), ExitCode.REFUSED),
        (NoPlan([Problem("a.toml", "cannot be", "relax it")]), ExitCode.NO_PLAN),
        (UnsupportedLaw([Problem("a.toml", "is not held", "wait")]), ExitCode.LAW_NOT_COVERED),
        (InternalError("the model and the law disagree"), ExitCode.OUR_FAULT),
        (ZeroDivisionError("division by zero"), ExitCode.OUR_FAULT),
        (KeyboardInterrupt(), INTERRUPTED),
    ],
)
def test_whatever_is_raised_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("planner.loader.load_case", fail)
    answer = invoke(*PLAN)
    assert answer.exit_code == code
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr


def test_our_fault_says_so_and_shows_its_traceback_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("planner.loader.load_case", fail)
    assert "internal error" in invoke(*PLAN).stderr
    assert "Traceback" in invoke(*PLAN, HARVEST_DEBUG="1").stderr


def test_an_unproven_plan_is_printed_with_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace
    from decimal import Decimal

    from planner import optimizer
    from planner.domain.plan import Status

    def unproven(*words: Any, **named: Any) -> Any:
        plan = real(*words, **named)
        benefit = replace(plan.benefit, bound=plan.benefit.total + Decimal("812.00"))
        return replace(plan, status=Status.UNPROVEN, benefit=benefit)

    real = optimizer.plan_with_sensitivities
    monkeypatch.setattr("planner.optimizer.plan_with_sensitivities", unproven)
    shown, written = invoke(*PLAN), invoke(*PLAN, "--json")
    for answer in (shown, written):
        assert answer.exit_code == ExitCode.NO_PLAN
        assert "no plan was proven optimal" in answer.stderr
    assert "by at most $812.00" in " ".join(shown.stdout.split())
    assert json.loads(written.stdout)["status"] == "unproven"


# --- what is passed on ---


def test_what_was_asked_reaches_the_loader_and_the_day_defaults_to_today(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[date, str | None, bool]] = []

    def load_case(path: Path, *, as_of: date, scenario: str | None, planning: bool, **_: object) -> None:
        asked.append((as_of, scenario, planning))
        raise InputError([])

    monkeypatch.setattr("planner.loader.load_case", load_case)
    days = [date.today()]
    invoke("plan", HOUSEHOLD, "--scenario", "Another")
    days.append(date.today())
    invoke("plan", HOUSEHOLD, "--as-of", "2026-12-08")
    invoke("check", HOUSEHOLD, "--as-of", "2026-12-08")
    assert asked[0][0] in days
    assert asked[0][1:] == ("Another", True)
    assert asked[1:] == [(date(2026, 12, 8), None, True), (date(2026, 12, 8), None, False)]


def test_the_time_limit_reaches_the_optimizer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def plan_case(_: object, *, seconds: float) -> None:
        asked.append(seconds)
        raise NoPlan([])

    monkeypatch.setattr("planner.optimizer.plan_with_sensitivities", plan_case)
    invoke(*PLAN)
    invoke(*PLAN, "--time-limit", "2.5")
    assert asked == [30.0, 2.5]


# --- streams and terminals ---


def test_json_is_one_document_and_nothing_else() -> None:
    for command in (PLAN, ["check", *PLAN[1:]]):
        ran = run(*command, "--json")
        assert ran.stderr == b""
        assert json.loads(ran.stdout)["schema"].startswith("harvest.")
        assert ran.stdout.endswith(b"}\n")


def test_a_pipe_gets_80_columns_and_no_colour() -> None:
    text = run(*PLAN, COLUMNS="", FORCE_COLOR="1").stdout.decode()
    assert "\x1b" not in text
    assert "…" not in run(*PLAN, "--full").stdout.decode()  # there nothing is cut
    assert 72 < max(len(line) for line in text.split("\n")) <= 80


def test_a_pipe_obeys_columns() -> None:
    longest = {columns: max(map(len, invoke(*PLAN, COLUMNS=str(columns)).stdout.split("\n"))) for columns in (80, 100)}
    assert longest[80] <= 80 < longest[100] <= 100


def test_an_ascii_terminal_is_spoken_to_in_ascii() -> None:
    ran = run(*PLAN, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert b"Sec. 1091" in ran.stdout
    assert ran.stdout.isascii()


@pytest.mark.parametrize("command", ["plan", "check"])
def test_signs_are_made_plain_before_lines_are_measured(command: str) -> None:
    text = run(command, *PLAN[1:], PYTHONIOENCODING="ascii", COLUMNS="80").stdout.decode("ascii")
    assert max(map(len, text.split("\n"))) <= 80


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [PLAN, [*PLAN, "--json"], ["law", "2026"], ["--help"], ["--version"]])
def test_a_full_disk_is_not_our_fault(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "planner", *words], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == ExitCode.REFUSED
    assert ran.stderr.decode().splitlines() == [
        "harvest: the output could not be written: No space left on device",
        "  fix: check the free space there, or write to another place",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="no shell to close a stream")
def test_a_closed_standard_output_is_not_our_fault() -> None:
    shell = ["bash", "-c", f"{sys.executable} -m planner law 2026 >&-"]
    ran = subprocess.run(shell, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == ExitCode.REFUSED
    assert ran.stderr.startswith("harvest: the output could not be written: standard output is closed\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_without_standard_error_the_exit_code_still_says_it(where: str) -> None:
    shell = ["bash", "-c", f"{sys.executable} -m planner law 2031 {where}"]
    for surroundings in (None, {"PATH": os.defpath}):  # without a locale the stream holds on to what it could not write
        ran = subprocess.run(shell, cwd=ROOT, capture_output=True, check=False, env=surroundings)
        assert ran.returncode == ExitCode.LAW_NOT_COVERED


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m planner plan {HOUSEHOLD} --as-of 2026-12-08 --json; echo $? >&2"
    piped = ["bash", "-c", f"({command}) | true"]
    ran = subprocess.run(piped, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stderr == "0\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("environment", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_is_coloured_unless_it_asks_not_to_be(environment: dict[str, str], colored: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    base = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "law", "2026"],
        cwd=ROOT, env={**base, "TERM": "xterm", **environment}, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    assert process.returncode == 0
    assert (b"\x1b[" in shown) is colored


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other side is closed
        return b""


# --- law ---


def test_law_shows_every_section_with_its_source() -> None:
    from rules.tax_year import tax_year

    text = " ".join(invoke("law", "2026", COLUMNS="100").stdout.split())
    for section in tax_year(2026).sections:
        assert section.law in text
        assert section.source in text
    assert "married jointly: $24,800, $100,800, $211,400, $403,550, $512,450, $768,700" in text
    assert "rate: 3.8%" in text
