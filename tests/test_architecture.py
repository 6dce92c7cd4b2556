"""The house rules that no linter knows. Each guard is also shown a breach, so that it cannot fall silent."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MOST_LINES = 400
MOST_LINES_OF_TESTS = 450  # a casebook is read a case at a time
CITATION = re.compile(r"§|\b(Rev\.|Pub\.|Reg\.|P\.L\.|Notice \d)")
NETWORK = {"aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket"}
NETWORK |= {"socketserver", "ssl", "urllib", "urllib3", "webbrowser", "websockets", "xmlrpc"}
CLOCK = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime", "ctime", "fromtimestamp"}
IMPORTED_AS = {
    "vl-convert-python": "vl_convert",
    "python-calamine": "python_calamine",
    "typing-extensions": "typing_extensions",
}  # where a distribution and its module differ in name
CLOCK_OWNERS = {"date", "datetime", "time", "dt"}
SOLVER_NAMES = re.compile(r"^(highs.*|\w+_(CMD|PY|DLL)|getSolver|listSolvers)$", re.IGNORECASE)
MACHINE_PATH = re.compile(
    r"(?<![\w./~*-])/(?:work|tmp|root|home|Users|opt|mnt)/\w|\.\./shared\b|files\.pythonhosted|pypi\.org"
)


@dataclass(frozen=True)
class Source:
    """A file of the repository: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"

    def imports(self) -> Iterator[tuple[ast.AST, str, tuple[str, ...]]]:
        """Each import: where, the module's dotted name, and the names taken from it."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name, ()
            elif isinstance(node, ast.ImportFrom):
                yield node, node.module or "", tuple(alias.name for alias in node.names)


def sources(*folders: str) -> list[Source]:
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]


def top(module: str) -> str:
    return module.partition(".")[0]


# --- the guards: each yields a line for everything it objects to in one file ---


def the_law_uses_the_standard_library_only(source: Source) -> Iterator[str]:
    for node, module, _ in source.imports():
        if top(module) != "rules" and top(module) not in sys.stdlib_module_names:
            yield source.at(node, f"imports {module}")


def the_law_is_exact(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield source.at(node, f"the float {node.value}: write Decimal('{node.value}')")
        elif isinstance(node, ast.Name) and node.id == "float":
            yield source.at(node, "float: the law is reckoned in Decimal")


def the_law_cites_its_source(source: Source) -> Iterator[str]:
    if source.text.strip() and not CITATION.search(source.text):
        yield f"{source.path}:1: cites no law (§, Rev., Pub., Reg., P.L.)"


def public_names_of_the_law_are_explained(source: Source) -> Iterator[str]:
    for node in source.tree.body:
        named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if named and not ast.get_docstring(node):
            yield source.at(node, f"{node.name} has no docstring")


def nothing_reaches_the_network(source: Source) -> Iterator[str]:
    for node, module, _ in source.imports():
        if top(module) in NETWORK:
            yield source.at(node, f"imports {module}")


def clock_readings(source: Source) -> Iterator[str]:
    """Calls that read the day or the time of day. A stopwatch (`time.monotonic`) is no clock."""
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in CLOCK:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in CLOCK_OWNERS:
                yield source.at(node, f"{name}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (source.at(node, f"time.{a.name}") for a in node.names if a.name in CLOCK)


def the_clock_is_read_in_the_cli_only(source: Source) -> Iterator[str]:
    if source.path != "planner/cli/options.py":
        yield from clock_readings(source)


def only_the_cli_and_reports_print(source: Source) -> Iterator[str]:
    if source.path.startswith(("planner/cli/", "planner/report/")):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield source.at(node, "print")


def tables_have_one_door(source: Source) -> Iterator[str]:
    """A report may write a table; reading one, with all that brokers do to it, happens in one file."""
    doors = {"csv": "text_table.py", "python_calamine": "workbook.py"}
    for node, module, _ in source.imports():
        door = doors.get(top(module))
        if door and source.path != f"planner/loader/tables/{door}" and not source.path.startswith("planner/report/"):
            yield source.at(node, f"{module}: only planner/loader/tables/{door} reads such files")
    if source.path.startswith("planner/loader/tables/"):
        return
    for node in source.nodes:  # pandas holds tables everywhere; it reads files in one folder
        if isinstance(node, ast.Attribute) and node.attr.startswith("read_") and getattr(node.value, "id", "") == "pd":
            yield source.at(node, f"pd.{node.attr}: only planner/loader/tables/ reads files")


WRITES_PROGRAMS = frozenset(f"planner/optimizer/program/{name}.py" for name in ("build", "program", "wash_constraints"))


DOOR = frozenset(f"planner/optimizer/search/{name}.py" for name in ("solver", "engines"))


def the_solver_has_one_door(source: Source) -> Iterator[str]:
    """Only solver.py and its engines may choose or run a solver; the program's files build with pulp, no others."""
    if source.path in DOOR:
        return
    for node, module, names in source.imports():
        if top(module) == "highspy" or (top(module) == "pulp" and source.path not in WRITES_PROGRAMS):
            yield source.at(node, f"imports {module}")
        if top(module) == "pulp":
            yield from (source.at(node, f"imports pulp's {name}") for name in names if SOLVER_NAMES.match(name))
    for node in source.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        if SOLVER_NAMES.match(node.attr) and getattr(node.value, "id", "") == "pulp":
            yield source.at(node, f"pulp.{node.attr}")
        if node.attr == "solve" and source.path in WRITES_PROGRAMS:
            yield source.at(node, "runs the solver")


def reports_take_only_types_from_the_law(source: Source) -> Iterator[str]:
    """A report shows what the plan holds. Types and constants begin with a capital; a lower-case name would compute."""
    if not source.path.startswith("planner/report/"):
        return
    for node, module, names in source.imports():
        if top(module) == "rules" and module != "rules.terms":
            yield from (source.at(node, f"{module}.{name} computes") for name in names if not name[0].isupper())


def what_is_imported_is_declared(source: Source) -> Iterator[str]:
    """A third-party import is a dependency of pyproject.toml, not something that happens to come along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [named for extra, named in project["optional-dependencies"].items() if extra != "dev"]
    requirements = [*project["dependencies"], *(requirement for named in extras for requirement in named)]
    names = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in requirements}
    declared = {IMPORTED_AS.get(name, name) for name in names}
    for node, module, _ in source.imports():
        known = top(module) in sys.stdlib_module_names or top(module) in {"planner", "rules", *declared}
        if not known:
            yield source.at(node, f"imports {module}, which pyproject.toml does not name")


def a_reader_can_hold_the_file(source: Source) -> Iterator[str]:
    lines = source.text.count("\n")
    most = MOST_LINES_OF_TESTS if source.path.startswith("tests/") else MOST_LINES
    if lines > most:
        yield f"{source.path}: {lines} lines, of {most} at most"


def no_machine_is_named(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := MACHINE_PATH.search(line):
            yield f"{source.path}:{number}: {found.group()}"


LAW = ("rules",)
PROGRAM = ("rules", "planner")
EVERYTHING = ("rules", "planner", "tests", "benchmarks")

Guard = Callable[[Source], Iterator[str]]

# A guard, the folders it watches, and a breach (a path and a text) that it must notice.
GUARDS: list[tuple[Guard, tuple[str, ...], str, str]] = [
    (the_law_uses_the_standard_library_only, LAW, "rules/a.py", "import pandas"),
    (the_law_uses_the_standard_library_only, LAW, "rules/a.py", "from planner.domain.case import Case"),
    (the_law_is_exact, LAW, "rules/a.py", "RATE = 0.15"),
    (the_law_is_exact, LAW, "rules/a.py", "def tax(x): return float(x)"),
    (the_law_cites_its_source, LAW, "rules/a.py", "'''The limit.'''\nLIMIT = 3000"),
    (public_names_of_the_law_are_explained, LAW, "rules/a.py", "def tax(x):\n    return x"),
    (public_names_of_the_law_are_explained, LAW, "rules/a.py", "class Tax:\n    x = 1"),
    (nothing_reaches_the_network, PROGRAM, "planner/a.py", "from urllib.request import urlopen"),
    (nothing_reaches_the_network, PROGRAM, "planner/a.py", "def f():\n    import socket"),
    (the_clock_is_read_in_the_cli_only, PROGRAM, "planner/a.py", "date.today()"),
    (the_clock_is_read_in_the_cli_only, PROGRAM, "planner/a.py", "datetime.datetime.now(tz=UTC)"),
    (the_clock_is_read_in_the_cli_only, PROGRAM, "planner/a.py", "started = time.time()"),
    (the_clock_is_read_in_the_cli_only, PROGRAM, "planner/a.py", "field(default_factory=date.today)"),
    (the_clock_is_read_in_the_cli_only, PROGRAM, "planner/a.py", "from time import time"),
    (only_the_cli_and_reports_print, PROGRAM, "planner/a.py", "print('here')"),
    (tables_have_one_door, PROGRAM, "planner/loader/schwab.py", "import csv"),
    (tables_have_one_door, PROGRAM, "planner/loader/layouts/a.py", "pd.read_csv('lots.csv')"),
    (the_solver_has_one_door, PROGRAM, "planner/optimizer/program/build.py", "pulp.HiGHS(msg=False)"),
    (the_solver_has_one_door, PROGRAM, "planner/optimizer/program/build.py", "from pulp import PULP_CBC_CMD"),
    (the_solver_has_one_door, PROGRAM, "planner/optimizer/program/build.py", "problem.solve()"),
    (the_solver_has_one_door, PROGRAM, "planner/optimizer/program/build.py", "import highspy"),
    (the_solver_has_one_door, PROGRAM, "planner/optimizer/search/search.py", "import pulp"),
    (reports_take_only_types_from_the_law, PROGRAM, "planner/report/a.py", "from rules.liability import liability"),
    (what_is_imported_is_declared, PROGRAM, "planner/a.py", "import scipy.optimize"),
    (a_reader_can_hold_the_file, EVERYTHING, "planner/a.py", "x = 1\n" * (MOST_LINES + 1)),
    (a_reader_can_hold_the_file, EVERYTHING, "tests/a.py", "x = 1\n" * (MOST_LINES_OF_TESTS + 1)),
]


@pytest.mark.parametrize(("guard", "folders"), {guard: folders for guard, folders, _, _ in GUARDS}.items())
def test_house_rule(guard: Guard, folders: tuple[str, ...]) -> None:
    watched = sources(*folders)
    assert watched
    breaches = [line for source in watched for line in guard(source)]
    assert not breaches, "\n".join(["", *breaches])


@pytest.mark.parametrize(("guard", "path", "breach"), [(guard, path, text) for guard, _, path, text in GUARDS])
def test_a_guard_notices_a_breach(guard: Guard, path: str, breach: str) -> None:
    assert list(guard(Source(path, breach)))


def test_the_clock_is_read_once() -> None:
    words = ROOT / "planner" / "cli" / "options.py"
    readings = list(clock_readings(Source("planner/cli/options.py", words.read_text("utf-8"))))
    assert len(readings) == 1, readings


# --- the folders ---


def written_files() -> list[Path]:
    """Every file of the repository, without git: no caches, no environments, nothing built."""
    skipped = {"__pycache__", "build", "dist", "node_modules"}
    kept_hidden = {".ci", ".editorconfig", ".gitignore"}
    return [
        path
        for child in ROOT.iterdir()
        if child.name not in skipped and (not child.name.startswith(".") or child.name in kept_hidden)
        for path in ([child] if child.is_file() else sorted(child.rglob("*")))
        if path.is_file() and not skipped & set(path.parts) and path.suffix != ".pyc"
    ]


def test_no_machine_is_named() -> None:
    found = []
    for path in written_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:  # a broker's file in its own encoding, or a picture
            continue
        found += no_machine_is_named(Source(path.relative_to(ROOT).as_posix(), text))
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    "breach", ["see /" + "work/main", "open('/" + "tmp/x')", "cp .." + "/shared/a .", "/" + "home/me"]
)
def test_a_machine_would_be_noticed(breach: str) -> None:
    assert list(no_machine_is_named(Source("docs/a.md", breach)))


def test_tests_shadow_no_package() -> None:
    tests = ROOT / "tests"
    assert not list(tests.rglob("__init__.py")), "tests/ holds no packages: --import-mode=importlib"
    assert not [name for name in ("rules", "planner") if (tests / name).exists()]


def test_names_of_test_files_are_unique() -> None:
    counted = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, times in counted.items() if times > 1] == []


def test_one_class_name_has_one_meaning() -> None:
    """A reader who meets `Piece` must not ask which. Names with an underscore stay in their file."""
    named = Counter(
        node.name
        for folder in ("planner", "rules")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name for name, times in named.items() if times > 1} == set()
