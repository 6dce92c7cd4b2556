"""Bytes to rows of text, each with its line: the one home of table readers.

Python's own `csv` module does this, not pandas: it is exact (no cell is ever anything but text, so `NA` stays a
ticker), it keeps real line numbers and ragged rows, and it needs no import of half a second. A workbook becomes the
text of its sheet first (`workbook.py`), so that whatever is read from one is read from the other.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, islice

from planner.domain.input_limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from planner.domain.visible_text import without_marks
from planner.loader.tables.unreadable import ARCHIVE, Unreadable
from planner.loader.tables.workbook import sheet_rows

_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password", "open it and save the sheet as CSV UTF-8"),
    (b"%PDF", "a PDF", "download the CSV form of it from your broker"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"7z\xbc\xaf", "a compressed file", "unpack it first"),
    (b"Rar!", "a compressed file", "unpack it first"),
    (b"BZh", "a compressed file", "unpack it first"),
    (b"{\\rtf", "a text document with formatting", "download the CSV form of it from your broker"),
    (b"\x89PNG", "a picture", "download the CSV form of it from your broker"),
    (b"\xff\xd8\xff", "a picture", "download the CSV form of it from your broker"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_declared = re.compile(
    rb'<\?xml[^>]{0,80}encoding=["\'](?P<xml>[\w-]+)|OFXHEADER:.{0,200}?CHARSET:(?P<ofx>\w+)', re.DOTALL
).search
_SINGLE_BYTE = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "1252": "cp1252"}
_declaration = re.compile(r"<\?xml[^>]*>", re.IGNORECASE).match
_first_tag_of_a_page = re.compile(r"<(?:!doctype\s+html|html|head|body|script|meta|title|table)\b", re.IGNORECASE).match
_BLANKS = re.compile(r"\s*").match
_CONTROL = [chr(code) for code in (*range(0x09), *range(0x0E, 0x20))]
_control_character = re.compile(f"[{''.join(_CONTROL)}]").search
_separator = re.compile(r"\s*\"?sep=(?P<sign>[,;\t|])\"?[,;\t|]*\s*?(?:\r\n|\r|\n)", re.IGNORECASE).match
_protected = re.compile(r"'(?=[-+=@'0-9$.(])|=\"").search

_FORMATS = (
    ("<", ">", "XML"),
    ("{", "}", "JSON"),
    ("[", "]", "JSON"),
    ("OFXHEADER", "", "OFX, which programs like Quicken read"),
    ("!Type:", "", "QIF, which programs like Quicken read"),
    ("!Account", "", "QIF, which programs like Quicken read"),
)

LINES_TO_JUDGE_BY = 60
AT_HAND = 500  # rows that are looked at together while they are still in the processor's cache
_NOT_TEXT = "save it as plain text, a table as CSV"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that hold anything: `lines[i]` is the line of the file on which `rows[i]` starts."""

    lines: list[int]
    rows: list[list[str]]


def trimmed_columns(rows: Sequence[Sequence[str]], places: Sequence[int]) -> list[list[str]]:
    """The trimmed cells of the columns at these places of rows of one length."""
    columns: list[list[str]] = [[] for _ in places]
    for begin in range(0, len(rows), AT_HAND):
        at_hand = list(zip(*rows[begin : begin + AT_HAND], strict=True))
        for column, place in zip(columns, places, strict=True):
            column += map(str.strip, at_hand[place])
    return columns


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16, or of a workbook's sheet, a line a row.

    Raises Unreadable where it is empty, binary, a web page or none of these.
    """
    if not content.strip():
        raise Unreadable(0, "the file is empty", "fill it in, or download it again")
    for start, kind, remedy in _MAGIC:
        if content.startswith(start):
            raise Unreadable(0, f"this is {kind}, despite its name", remedy)
    text = _workbook_text(content) if content.startswith(ARCHIVE) else _to_text(content)
    text = without_marks(text).rstrip("\x1a")
    if not text.strip():
        raise Unreadable(0, "the file is empty", "fill it in, or download it again")
    if _is_web_page(text):
        raise Unreadable(
            0,
            "this is a web page, despite its name",
            "log in and download the file again as CSV: your session had probably expired",
        )
    if any(map(text.__contains__, _CONTROL)) and (found := _control_character(text)):
        _refuse_control(text, found)
    return text


def _is_web_page(text: str) -> bool:
    """Whether the first tag is one of a web page, behind a declaration and comments. One pass, whatever there is."""
    at = _end(_BLANKS(text))
    if declaration := _declaration(text, at):
        at = _end(_BLANKS(text, declaration.end()))
    while text.startswith("<!--", at):
        closed = text.find("-->", at + 4)
        if closed < 0:
            return False
        at = _end(_BLANKS(text, closed + 3))
    return _first_tag_of_a_page(text, at) is not None


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _to_text(content: bytes) -> str:
    encoding = _encoding_without_mark(content)
    for bom, named in _BOMS:
        if content.startswith(bom):
            content, encoding = content[len(bom) :], named
            break
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or b"\0" in content:
            raise Unreadable(0, "this is a binary file, not text", _NOT_TEXT) from None
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            line,
            f"the byte 0x{content[error.start]:02X} here is not UTF-8 text",
            "save the file as `CSV UTF-8` (in Excel: Save As, CSV UTF-8)",
        ) from None


def _encoding_without_mark(content: bytes) -> str:
    """UTF-16 shows itself by the zeros in every other byte of plain text; XML and OFX may declare what they are in."""
    start = content[:2000]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if len(start) >= 4 and max(even, odd) > len(start) * 0.3 and min(even, odd) < len(start) * 0.05:
        return "utf-16-le" if odd > even else "utf-16-be"
    declared = _declared(start)
    word = (declared["xml"] or declared["ofx"]).decode("ascii").casefold() if declared else ""
    return _SINGLE_BYTE.get(word, "utf-8")


def _refuse_control(text: str, found: re.Match[str]) -> None:
    """A control character: one here and there is damage, many are no text."""
    if found[0] == "\0" and sum(map(str.isprintable, text[:2000])) > len(text[:2000]) * 0.8:
        raise Unreadable(
            text.count("\n", 0, found.start()) + 1,
            "a zero byte is here; the download may have been cut off",
            "download the file again",
        )
    raise Unreadable(0, "this is a binary file, not text", _NOT_TEXT)


def other_format(text: str) -> str | None:
    """What a text is that is not a table; None where nothing tells."""
    text = text.strip()
    for start, end, name in _FORMATS:
        if text.startswith(start) and text.endswith(end):
            return name
    return None


def read_table(text: str) -> Table:
    """The rows of comma- or tab-separated text, but for blank ones and Excel's own `sep=,`.

    Raises Unreadable where quotes do not match, or where semicolons separate the cells.
    """
    first, delimiter = _dialect(text)
    protected = ("'" in text or '="' in text) and _protected(text) is not None
    if first == 1 and (plain := _plain_rows(text, delimiter, protected=protected)) is not None:
        return plain
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    line, count = 1, 0
    try:
        for cells in reader:
            count += len(cells)
            if len(rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS or count > MOST_CELLS:
                raise _too_large(line)
            if line >= first and cells and (cells[0].strip() or any(map(str.strip, cells))):
                rows.append(_unprotected(cells) if protected else cells)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):  # a quotation mark left open swallows all that follows
            raise Unreadable(
                line,
                f"a cell in this row is longer than {csv.field_size_limit():,} characters",
                "close the quotation mark it starts with, or remove the cell",
            ) from None
        raise Unreadable(
            line,
            "a quotation mark in this row is never closed, or is inside a cell",
            "put the whole cell in quotes, and double any quote inside it",
        ) from None
    return Table(lines, rows)


def _plain_rows(text: str, delimiter: str, *, protected: bool = False) -> Table | None:
    """The rows where each is a line, and none of the limits is near; else None."""
    ends = text.count("\r")
    if text.count(delimiter) + text.count("\n") + ends >= MOST_CELLS:
        return None
    written: Iterable[str] = io.StringIO(text, newline="")
    if ends == text.count("\r\n"):  # no line ends otherwise: cut at once
        written = text.removesuffix("\n").split("\n")
    reader = csv.reader(written, delimiter=delimiter, skipinitialspace=True, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    count = 0
    try:
        while some := list(islice(reader, AT_HAND)):
            if max(map(len, some)) > MOST_COLUMNS:
                return None
            numbers: Iterable[int] = range(count + 1, count + 1 + len(some))
            count += len(some)
            filled = [bool(cells) and (bool(cells[0].strip()) or any(map(str.strip, cells))) for cells in some]
            if not all(filled):
                numbers, some = compress(numbers, filled), list(compress(some, filled))
            lines += numbers
            rows += map(_unprotected, some) if protected else some
    except csv.Error:
        return None
    return Table(lines, rows) if reader.line_num == count < MOST_ROWS else None


def _too_large(line: int) -> Unreadable:
    return Unreadable(
        line,
        f"the table goes beyond {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells here",
        "split the file, and list all parts",
    )


def _dialect(text: str) -> tuple[int, str]:
    """The first line of the table, and what separates its cells: a tab or a comma.

    Semicolons are refused, because they come with decimal commas (D-23).
    """
    stated = _separator(text)
    if stated and stated["sign"] != ";":
        return 2, stated["sign"]
    lines = [line for line in text[:20_000].splitlines()[:LINES_TO_JUDGE_BY] if line.strip()]
    if stated or (_mostly(";", lines) and sum(line.count(";") - line.count(",") for line in lines) > 0):
        raise Unreadable(
            0,
            "its cells are separated by semicolons, which usually means decimal commas: 1.234 may mean 1,234",
            "save it again with commas and decimal points (in Excel under the region United States), as CSV UTF-8",
        )
    return 1, "\t" if _mostly("\t", lines) else ","


def _mostly(sign: str, lines: list[str]) -> bool:
    """Whether most of the lines that are cut into cells at all are cut by this sign."""
    cut = [line for line in lines if any(other in line for other in ",;\t")]
    return 2 * sum(line.count(sign) >= 2 or (sign in line and "," not in line) for line in cut) > len(cut)


def _unprotected(cells: list[str]) -> list[str]:
    """Without what keeps a spreadsheet from computing with a cell: `'-5` and `="00123"`."""
    return [_bare(cell) if cell[:1] in ("'", "=") else cell for cell in cells]


def _bare(cell: str) -> str:
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell[1:].removesuffix("'") if cell.startswith("'") else cell


def _workbook_text(content: bytes) -> str:
    """A workbook's sheet as comma-separated text, a line a row, so that lines are the sheet's own row numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for cells in sheet_rows(content):
        writer.writerow([" ".join(cell.split()) if "\n" in cell or "\r" in cell else cell for cell in cells])
    return text.getvalue()
