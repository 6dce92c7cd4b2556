"""A page of text for a terminal: headings, paragraphs and tables as wide as asked, coloured or not. Uses rich."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

READABLE = 100  # prose is not set wider than this, however wide the terminal
NARROWEST = 20  # nor narrower than this
GAP = 2  # blanks between two columns
UNBOUNDED = 10_000  # rich crops what does not fit its console; a number or a name may never be cropped


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Numbers stand to the right and are never broken; text may go on in a further line."""

    heading: str
    number: bool = False
    rigid: bool = False  # text that is never broken either: a day, a symbol
    least: int = 12  # what text that may be broken gets at least


class Page:
    """Collects what is written and gives it back as one text."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self._text = StringIO()
        self._console = Console(
            file=self._text,
            width=UNBOUNDED,
            color_system="standard" if colour else None,
            force_terminal=colour,
            no_color=not colour,
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

    def say(self, text: str, *, indent: int = 0, hanging: int = 0, style: str = "") -> None:
        """A paragraph. `hanging` indents its second and further lines deeper."""
        room = max(min(self.width, READABLE) - indent - hanging, NARROWEST)
        for n, line in enumerate(Text(text, style=style).wrap(self._console, room, overflow="fold")):
            line.rstrip()
            self._console.print(Padding.indent(line, indent + (hanging if n else 0)))

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        notes: Sequence[str] = (),
        total: Sequence[str] | None = None,
        indent: int = 2,
    ) -> None:
        """Rows under their columns, each with its note below it, and at the end, set off, their total."""
        everything = [*rows, total] if total else rows
        widths = _widths(columns, everything, self.width - indent)
        rule = "─" * (sum(widths) + GAP * (len(widths) - 1))
        if any(column.heading for column in columns):
            self._row(columns, widths, [column.heading for column in columns], indent)
            self._console.print(Padding.indent(Text(rule), indent))
        for n, row in enumerate(rows):
            self._row(columns, widths, row, indent)
            if n < len(notes) and notes[n]:
                self.say(notes[n], indent=indent + 2, hanging=2)
        if total:
            self._console.print(Padding.indent(Text(rule), indent))
            self._row(columns, widths, total, indent, style="bold")

    def _row(
        self, columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str], indent: int, style: str = ""
    ) -> None:
        row = Table.grid(padding=(0, GAP, 0, 0))
        for column, width in zip(columns, widths, strict=True):
            row.add_column(width=width, justify="right" if column.number else "left", overflow="fold")
        row.add_row(*cells, style=style)
        self._console.print(Padding.indent(row, indent))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Each column as wide as its longest cell; text that may be broken shares what the others leave."""
    widths = [max(len(cell) for cell in (c.heading, *(row[n] for row in rows))) for n, c in enumerate(columns)]
    soft = sorted(
        (n for n, column in enumerate(columns) if not column.number and not column.rigid), key=widths.__getitem__
    )
    left = room - GAP * (len(widths) - 1) - sum(width for n, width in enumerate(widths) if n not in soft)
    for taken, n in enumerate(soft):
        share = left // (len(soft) - taken)
        widths[n] = min(widths[n], max(columns[n].least, share))
        left -= widths[n]
    return widths
