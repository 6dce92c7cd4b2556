"""The files of a household's folder that might tell of an account, and what each that is left out seems to be.

A folder below that has a household.toml of its own is another household. What harvest writes is no one's account.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from planner.domain.errors import Caution
from planner.domain.household import Household
from planner.domain.input_limits import MOST_FILE_BYTES
from planner.loader.assembly.files import unpacked
from planner.loader.household.document import HOUSEHOLD_FILE
from planner.loader.reading.layout import ANY_BROKER, SourceFile, fitting
from planner.loader.tables.cells import normal_name
from planner.loader.tables.unreadable import Unreadable

DEEPEST = 3  # folders below the one given
MOST_ENTRIES = 5_000  # of a folder that no one meant, such as a home
LARGEST = MOST_FILE_BYTES
LARGEST_LOOKED_INTO = 16 * 1024 * 1024  # on the way to another answer
MOST_NAMED = 6
COLUMNS_OF_A_TABLE = 4
DATA = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".xls", ".xlsx", ".xlsm", ".xml", ".json", ".ofx", ".qfx", ".qbo", ".qif", ".zip"}
)
PAPER = frozenset({".pdf", ".numbers", ".ods", ".xlsb", ".gz", ".7z", ".rar", ".doc", ".docx"})
_KIND_WORD = {"lots": "lots", "positions": "positions", "transactions": "a history", "realized": "sales made"}

# Columns and beginnings of what harvest writes itself: docs/exports.md.
_OURS = (
    frozenset({"lot_identification", "wash_state", "estimated_proceeds"}),
    frozenset({"a_description", "b_acquired", "schedule_d_line"}),
    frozenset({"d_proceeds", "h_with_plan", "h_without_plan"}),
    frozenset({"wash sale", "reporting category", "long/short"}),
    frozenset({"broker_disallowed_loss", "f_codes", "what_to_do"}),
    frozenset({"units", "dollars", "source"}),
    frozenset({"baskettag", "orderref", "timeinforce"}),
    frozenset({"household", "exit_code", "benefit_total"}),
)
_OUR_JSON = re.compile(r'"schema"\s*:\s*"harvest\.').search
_OUR_LETTER = "Each part below goes to the broker it names"
_OUR_BOOK = b"<dc:creator>harvest</dc:creator>"
_MOST_PROPERTIES = 100_000  # bytes: more than any workbook says of who made it


def data_files(folder: Path) -> Iterator[Path]:
    """What may be a download, in the folder and up to three folders below it, hidden ones left out, and links to others
    of them, such as `latest.csv`."""
    entries, whole = 0, folder.resolve()
    for top, folders, names in os.walk(folder):
        depth = len(Path(top).relative_to(folder).parts)
        folders[:] = sorted(
            name
            for name in folders
            if depth < DEEPEST and not name.startswith(".") and not Path(top, name, HOUSEHOLD_FILE).exists()
        )
        entries += len(names)
        if entries > MOST_ENTRIES:
            return
        for name in sorted(names):
            path = Path(top, name)
            if not name.startswith((".", "~$")) and path.suffix.casefold() in DATA | PAPER and path.is_file():
                if path.is_symlink() and path.resolve().is_relative_to(whole):
                    continue
                yield path


def is_our_own(source: SourceFile) -> bool:
    """Whether harvest wrote this file: a trade list is not lots of an account."""
    opening = source.opening
    first = frozenset(normal_name(cell.strip('"\ufeff')) for cell in opening.split("\n", 1)[0].split(","))
    return (
        any(columns <= first for columns in _OURS)
        or _OUR_JSON(opening[:400]) is not None
        or opening.startswith(_OUR_LETTER)
        or (source.content[:2] == b"PK" and _is_our_workbook(source.content))
    )


def _is_our_workbook(content: bytes) -> bool:
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile
    from zlib import error as broken_off

    from planner.loader.tables.archive import member_bytes

    try:
        with ZipFile(BytesIO(content)) as archive:
            return _OUR_BOOK in member_bytes(archive, archive.getinfo("docProps/core.xml"), _MOST_PROPERTIES)
    except (BadZipFile, broken_off, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return False


def left_out(household: Household, listed: Sequence[Path], as_of: date) -> list[Caution]:
    """What lies in the household's folder and belongs to no account, each with what it is; nothing of it is counted.

    Until someone says `ignore`, or lists it: a purchase in an account that no one shows may wash a loss.
    """
    folder = household.path.parent
    known = {path.resolve() for path in listed}
    unread: list[tuple[str, str]] = []
    for path in data_files(folder):
        shown = path.relative_to(folder).as_posix()
        if path.resolve() in known or any(fnmatchcase(shown, pattern) for pattern in household.ignore):
            continue
        if what := _what_it_is(path, shown, as_of):
            unread.append((shown, what))
    if not unread:
        return []
    named = ", ".join(f"{shown} ({what})" for shown, what in unread[:MOST_NAMED])
    more = f" and {len(unread) - MOST_NAMED} more" if len(unread) > MOST_NAMED else ""
    one = len(unread) == 1
    count = "1 file of this folder belongs" if one else f"{len(unread)} files of this folder belong"
    names = ", ".join(f'"{shown}"' for shown, _ in unread[:MOST_NAMED])
    text = (
        f"{count} to no account and nothing in {'it' if one else 'them'} is counted: {named}{more}. A purchase there "
        "may wash a loss (§ 1091). `harvest init` adds the readable files to household.toml; if they do not matter, "
        f"add this line at its top: ignore = [{names}]"
    )
    return [Caution("files_left_out", text)]


def _what_it_is(path: Path, shown: str, as_of: date) -> str:
    """A few words; blank for what harvest wrote itself, and for a note."""
    try:
        if path.stat().st_size > LARGEST_LOOKED_INTO:
            return "not read"
        source = SourceFile(shown, path.read_bytes(), as_of)
        if is_our_own(source):
            return ""
        return described(source)
    except Unreadable as why:
        return "" if path.suffix.casefold() == ".txt" and _is_prose(source) else in_short(why)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _is_prose(source: SourceFile) -> bool:
    """Whether a text is a note, a letter or a screen that someone kept, and not a table."""
    lines = [line for line in source.opening.splitlines() if line.strip()]
    cut = [line for line in lines if max(line.count(sign) for sign in ",\t;|") >= COLUMNS_OF_A_TABLE - 1]
    return 2 * len(cut) < len(lines)


def in_short(why: Unreadable) -> str:
    """What an unread file is, in a few words."""
    return why.what.partition(";")[0].removeprefix("this is ").removesuffix(", despite its name")


def remedy_in_short(why: Unreadable) -> str:
    """What to do about it; the list of all that is read is a command of its own."""
    if "docs/input.md" in why.remedy:
        return (
            "`harvest formats` lists the known layouts; otherwise copy the figures into our own layout (docs/input.md)"
        )
    return why.remedy


def described(source: SourceFile) -> str:
    """What a file that can be read is: `a history of Kraken`. Raises Unreadable where it is nothing known."""
    kinds: dict[str, None] = {}
    for part in unpacked(source):
        try:
            kinds |= dict.fromkeys(_in_words(part))
        except Unreadable:
            if part is source:
                raise
    if not kinds:
        raise Unreadable(0, "a zip archive without a file that can be read here", "unpack it")
    return " and ".join(kinds)


def _in_words(source: SourceFile) -> Iterator[str]:
    for layout in fitting(source):
        of = "" if layout.broker == ANY_BROKER else f" of {layout.broker}"
        yield f"{_KIND_WORD.get(layout.kind, layout.kind)}{of}"
