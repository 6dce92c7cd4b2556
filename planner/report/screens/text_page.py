"""A page of text for a terminal: headings, paragraphs and tables as wide as asked, colored or not. Uses rich."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.domain.visible_text import visible
from planner.report.words import in_plain_signs

READABLE = 100  # prose is not set wider than this, however wide the terminal
NARROWEST = 20  # nor narrower than this
GAPS = (2, 1)  # blanks between two columns: with room to spare, and without
INSET = 2  # how far numbers are in below their text, where they cannot be beside it
UNBOUNDED = 10_000  # rich crops what does not fit its console; a number or a name may never be cropped


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of a table. Numbers are aligned right and never broken; text may go on in a further line."""

    heading: str
    number: bool = False
    rigid: bool = False  # text that is never broken either: a day, a symbol
    least: int = 12  # what text that may be broken gets at least

    @property
    def soft(self) -> bool:
        """Whether it holds text that may be broken."""
        return not self.number and not self.rigid


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the rows of one table are set: how wide each column, with how many blanks between two, how wide in all."""

    columns: Sequence[TextColumn]
    widths: Sequence[int]
    gap: int
    across: int
    stacked: bool = False


class TextPage:
    """Collects what is written and gives it back as one text; `plain` signs are put in before lines are measured."""

    def __init__(self, width: int, color: bool, plain: bool = False) -> None:
        self.width = width
        self._signs = (lambda text: in_plain_signs(visible(text))) if plain else visible
        self._text = StringIO()
        self._console = Console(
            file=self._text,
            width=UNBOUNDED,
            height=1,  # with both given it asks neither the terminal nor COLUMNS
            color_system="standard" if color else None,
            force_terminal=color,
            no_color=not color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )

    @property
    def text(self) -> str:
        """Everything written so far, without the blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._text.getvalue().split("\n"))

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def heading(self, text: str) -> None:
        """A section begins."""
        self.blank()
        self.say(text, style="bold")

    @property
    def lines(self) -> int:
        """How many lines are written so far."""
        return self._text.getvalue().count("\n")

    def say(self, text: str, *, indent: int = 0, hanging: int = 0, style: str = "", most: int | None = None) -> None:
        """A paragraph. `hanging` indents its second and further lines deeper; after `most` lines it is cut off with a
        sign that it goes on."""
        room = max(min(self.width, READABLE) - indent - hanging, NARROWEST)
        wrapped = Text(self._signs(text), style=style).wrap(self._console, room, overflow="fold")
        for n, line in enumerate(wrapped[:most]):
            line.rstrip()
            if n + 1 == most and len(wrapped) > n + 1:
                line.truncate(room - 4)
                line.append(self._signs(" …"))
            self._console.print(Padding.indent(line, indent + (hanging if n else 0)))

    def table(
        self,
        columns: Sequence[TextColumn],
        rows: Sequence[Sequence[str]],
        *,
        notes: Sequence[str] = (),
        total: Sequence[str] | None = None,
        indent: int = 2,
    ) -> None:
        """Rows under their columns, each with its note below it, and at the end, set off, their total.

        Columns that do not fit the page are set closer; if that is not enough, the text of a row that may be broken
        is above its numbers.
        """
        head = [self._signs(column.heading) for column in columns]
        body = [[self._signs(cell) for cell in row] for row in rows]
        foot = [self._signs(cell) for cell in total or ()]
        shape = _shape(columns, [head, *body, *([foot] if foot else [])], self.width - indent)
        rule = Text(self._signs("─" * shape.across))
        if any(head):
            self._row(shape, head, indent)
            self._console.print(Padding.indent(rule, indent))
        for n, row in enumerate(body):
            self._row(shape, row, indent)
            if n < len(notes) and notes[n]:
                self.say(notes[n], indent=indent + 2, hanging=2)
        if foot:
            self._console.print(Padding.indent(rule, indent))
            self._row(shape, foot, indent, style="bold")

    def _row(self, shape: _Shape, cells: Sequence[str], indent: int, style: str = "") -> None:
        """One row, or where the table is stacked its text on lines of its own and the rest below."""
        if shape.stacked:
            above = "  ".join(cell for column, cell in zip(shape.columns, cells, strict=True) if column.soft and cell)
            if above:
                self.say(above, indent=indent, hanging=2, style=style)
            indent += INSET
        row = Table.grid(padding=(0, shape.gap, 0, 0))
        below = []
        for column, width, cell in zip(shape.columns, shape.widths, cells, strict=True):
            if not (shape.stacked and column.soft):
                row.add_column(width=width, justify="right" if column.number else "left", overflow="fold")
                below.append(cell)
        row.add_row(*below, style=style)
        self._console.print(Padding.indent(row, indent))


def _shape(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]], room: int) -> _Shape:
    for gap in GAPS:
        widths = _widths(columns, rows, room, gap)
        across = sum(widths) + gap * (len(widths) - 1)
        if across <= room:
            return _Shape(columns, widths, gap, across)
    below = [width for column, width in zip(columns, widths, strict=True) if not column.soft]
    across = max(INSET + sum(below) + GAPS[-1] * (len(below) - 1), min(room, across))
    return _Shape(columns, widths, GAPS[-1], across, stacked=True)


def _widths(columns: Sequence[TextColumn], rows: Sequence[Sequence[str]], room: int, gap: int) -> list[int]:
    """Each column as wide as its longest cell; text that may be broken shares what the others leave."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(columns))]
    soft = sorted((n for n, column in enumerate(columns) if column.soft), key=widths.__getitem__)
    left = room - gap * (len(widths) - 1) - sum(width for n, width in enumerate(widths) if n not in soft)
    for taken, n in enumerate(soft):
        share = left // (len(soft) - taken)
        widths[n] = min(widths[n], max(columns[n].least, share))
        left -= widths[n]
    return widths
