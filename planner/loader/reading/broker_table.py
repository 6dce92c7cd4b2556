"""A broker's layout as data: which column is which field, which rows are none, where account and total are.

Columns are found by name in each section's own header. What is no row of the table is skipped, with its line and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from functools import cached_property

from planner.domain.case import SkippedRow
from planner.domain.errors import Problem
from planner.loader.reading.broker_history import Actions, read_history
from planner.loader.reading.derived_figures import total_cautions, total_checks, unit_price
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.reading.realized import read_realized
from planner.loader.reading.records import LotRecord, read_lots
from planner.loader.reading.stated_period import stated_period
from planner.loader.tables.cells import BadCell, normal_name, parse_amount, parse_symbol
from planner.loader.tables.sections import Cutter, Section
from planner.loader.tables.sheet import Sheet
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable
from rules.option_contracts import looks_like_an_option, option_underlying
from rules.terms import CENT, ZERO

Names = str | tuple[str, ...]
"""A column's name, or several where a broker has renamed it: the first that is there counts. `Value*` begins so."""

ESSENTIAL = {
    "lots": ("symbol", "quantity"),
    "positions": ("symbol", "quantity"),
    "transactions": ("date", "action"),
    "realized": ("symbol", "quantity", "sold", "proceeds", "basis"),
}
ADD_UP = {
    "lots": ("quantity", "basis", "market_value"),
    "positions": ("basis", "market_value"),
    "realized": ("quantity", "proceeds", "basis", "gain", "short_gain", "long_gain", "disallowed_loss"),
}
ZERO_WHERE_BLANK = frozenset({"short_gain", "long_gain", "disallowed_loss"})  # a sale has one term, and often no loss
NO_ACTIONS = Actions({})
DOLLARS = frozenset({"", "usd", "$", "us dollar", "us dollars"})


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are left out: those whose whole cell under `column` (a broker's name) fits `pattern`, in any case."""

    column: Names
    pattern: str
    why: str


@dataclass(frozen=True)
class BrokerTable:
    """How to read one layout; it is the `read` of a Layout.

    `columns`: our field to the broker's column. Beside the columns of our own layouts there may be `purchased` (the
    real purchase, where `acquired` is the tacked start of a holding period), `market_value`, `gain` and `unit_basis`
    (from which a basis or value that is not printed follows), `short_gain` and `long_gain` (which of them is filled
    tells the term), `box` (of Form 8949: the term, and whether it is a digital asset), `price` (of a transaction too),
    `commission` (beside `fees`), `accrued` (interest within an amount), `group`, `parent`, `ratio`, `basis_share` and
    `value` (of a corporate action), `stated_basis` and `term` (of a sale in a history), `cusip` (where there is no
    symbol), `account_name` (beside its number), `as_of`, `currency`.
    `rewrite`: a field whose cells are written unusually, and what makes the usual text of them.
    `stamps`: of an exchange, whose dates are moments: the zone of those that name none.
    `actions`, `asset_classes`: a broker's words to ours; a class that is not there is left to our own list.
    `tickers`: False where what stands for the symbol is none: a broker's own code, a description. (Where a file
    names nothing at all, that is seen by itself.)
    `header`: what the header of a section has, where that may be less than the layout's signature.
    `titles`, `other_tables`, `footer`: see `Cutter`.
    `totals`: what else the total row is compared in than the usual, and the column in which it states that.
    `rows`: makes a table of a file that is none, or fixes one whose rows belong together; or the one section of it.
    """

    columns: Mapping[str, Names]
    skip: tuple[Skip, ...] = ()
    rewrite: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    stamps: tzinfo | None = None
    actions: Actions = NO_ACTIONS
    asset_classes: Mapping[str, str] = field(default_factory=dict)
    tickers: bool = True
    header: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    other_tables: Mapping[frozenset[str], str] = field(default_factory=dict)
    footer: str = ""
    totals: Mapping[str, Names] = field(default_factory=dict)
    rows: Callable[[SourceFile, Findings], Table | Section] | None = None

    def __call__(self, layout: Layout, source: SourceFile) -> Findings:
        """What is in a file of this layout."""
        found = Findings()
        table = self.rows(source, found) if self.rows else source.table
        cutter = Cutter(self.header or layout.signature, self.titles, self.other_tables, self.footer)
        sections = [table] if isinstance(table, Section) else list(cutter.sections(table))
        if not (cutter.found_table or isinstance(table, Section)):
            raise Unreadable(0, f"this looks like {layout.name}, but has none of its rows", "download it again")
        for section in sections:
            self._read(layout.kind, source, section, cutter, found)
        if not self.tickers:
            found.unnamed |= {row.symbol for row in found.lots} | {row.symbol for row in found.realized}
            found.unnamed |= {row.symbol for row in found.transactions if row.symbol}
            found.unnamed = {symbol for symbol in found.unnamed if option_underlying(symbol) is None}
        if layout.kind == "realized":  # a description: no other file can be searched for purchases of it
            found.unnamed |= {row.symbol for row in found.realized if _is_description(row.symbol)}
        found.skipped += cutter.skipped
        found.parts += cutter.parts
        found.as_of = min(cutter.days, default=found.as_of)
        if layout.kind == "transactions":
            found.covers = found.covers or stated_period(source)
        return found

    def _read(self, kind: str, source: SourceFile, section: Section, cutter: Cutter, found: Findings) -> None:
        """Add a section's records to what was found, and its total beside them."""
        names = {name: title for name, wanted in self.columns.items() if (title := column_of(section.header, wanted))}
        if "symbol" not in self.columns and not any("<symbol>" in title for title in self.titles):
            section.said["symbol"] = parse_symbol(source.shown.rpartition("/")[2])
            found.unnamed.add(section.said["symbol"])
        if missing := [name for name in ESSENTIAL[kind] if name not in names and name not in section.said]:
            place = f"{source.shown}:{section.line}"
            found.problems.append((section.line, Problem(place, *self._why_unusable(missing))))
            return
        sheet = Sheet(
            source.shown,
            source.as_of,
            section.header,
            section.lines,
            section.rows,
            names,
            given=section.said,
            stamps=self.stamps,
            rewrite={"asset_class": self._asset_class, **self.rewrite},
            problems=found.problems,
            skipped=found.skipped,
            owed=found.owed,
            columns=section.columns,
            amounts_at_hand=section.amounts,
        )
        self._leave_out(sheet)
        if kind == "transactions":
            found.transactions += read_history(sheet, self.actions, found.cautions)
        elif kind == "realized":
            found.realized += read_realized(sheet)
        else:
            assert isinstance(found.lots, list)
            found.lots += map(_as_held, read_lots(sheet))
        if names.get("account_name") != names.get("account"):
            called = zip(sheet.texts("account"), sheet.texts("account_name"), strict=True)
            found.account_names |= {number: name for number, name in called if number and name}
        found.refused += sheet.refused_names()
        cutter.days += [day for day in sheet.dates("as_of") if day is not None]
        if section.total is not None:
            self._compare_total(kind, sheet, section, found)

    def _compare_total(self, kind: str, sheet: Sheet, section: Section, found: Findings) -> None:
        """Hold a section's total row against the rows above it, and list it as skipped with the outcome."""
        assert section.total is not None
        names = sheet.names
        columns: dict[str, Names] = {name: names[name] for name in ADD_UP.get(kind, ()) if name in names}
        columns |= {name: title for name, title in self.totals.items() if name in names or name in LotRecord._fields}
        stated = {name: _total(section, column_of(section.header, wanted)) for name, wanted in columns.items()}
        rows = {
            name: _summands(sheet, name, found, blank_is_zero=kind == "transactions" or name in ZERO_WHERE_BLANK)
            for name in columns
        }
        symbol = section.said.get("symbol")
        if symbol is None and len(set(filter(None, sheet.cells("symbol")))) > 1:
            stated.pop("quantity", None)  # a sum of units of several securities means nothing
        elsewhere = {_known(cell.strip()) for cell in section.total[1]}
        for name, amount in list(stated.items()):
            if amount is not None and _moved(amount, rows[name], elsewhere):
                stated[name] = None  # the figure is in another cell than under its title: a customized view
        checks = total_checks(stated, rows, of=f" of {symbol}" if symbol else "")
        cautions = total_cautions(f"{sheet.file}:{section.total[0]}", checks)
        where = "below" if section.total_first else "above"
        agrees = f", {'differs from' if cautions else 'agrees with'} the rows {where}" if checks else ""
        found.skipped.append(SkippedRow(section.total[0], f"total row{agrees}"))
        found.checks += checks
        found.cautions += cautions

    def _why_unusable(self, missing: Sequence[str]) -> tuple[str, str]:
        """Why a table without these fields cannot be read, and the remedy."""
        if "symbol" in missing and "symbol" not in self.columns:
            what = "these lots have no title line, so neither their symbol nor their account is known"
            return what, "keep the first line of each download, such as `VTI Lot Details for ...123 as of ...`"
        wanted = ", ".join(f"`{_first(self.columns.get(name, name))}`" for name in missing)
        what = f"this table has no column {wanted}, which such a download always has"
        return what, "download it again with all its columns, and leave the header as it is"

    def _leave_out(self, sheet: Sheet) -> None:
        """Skip the rows that are none, and refuse those in another currency."""
        for rule in self.skip:
            fits = re.compile(rule.pattern, re.IGNORECASE).fullmatch
            cells = sheet.column(column_of(sheet.header, rule.column))
            out = set(filter(fits, set(cells)))
            for index in [index for index, cell in enumerate(cells) if cell in out] if out else ():
                if index not in sheet.skipped_rows:
                    sheet.skip(index, rule.why)
        currencies = sheet.cells("currency") if "currency" in sheet.names else []
        foreign = {cell for cell in set(currencies) if cell.casefold() not in DOLLARS}
        for index, cell in enumerate(currencies if foreign else ()):
            if cell in foreign:
                what = f"`{sheet.name('currency')}` is {cell}: only dollars are read, and nothing is converted"
                sheet.refuse(index, what, "enter it in our own layout, in dollars at the rate of each day")

    @cached_property
    def _asset_class(self) -> Callable[[str], str]:
        words = {normal_name(word): ours for word, ours in self.asset_classes.items()}
        return lambda cell: words.get(normal_name(cell), "")


def column_of(header: Sequence[str], wanted: Names) -> str:
    """The title in a header that a column goes by; blank where it has none of its names."""
    for name in (wanted,) if isinstance(wanted, str) else wanted:
        sought = normal_name(name.removesuffix("*"))
        for title in header:
            found = normal_name(title)
            if found == sought or (name.endswith("*") and found.startswith(sought)):
                return title
    return ""


def _is_description(symbol: str) -> bool:
    """`FORD MOTOR CO`, and not `BRK B` or an option."""
    return " " in symbol and re.fullmatch(r"[A-Z]{1,5} [A-Z]{1,2}", symbol) is None and not looks_like_an_option(symbol)


def _as_held(record: LotRecord) -> LotRecord:
    """A lot by its real purchase date, its holding period tacked where a wash sale moved the start back, § 1223(3)."""
    price = unit_price(record.symbol, record.quantity, record.price, record.market_value)
    start, bought = record.acquired, record.purchased
    if bought is None:
        return record if price == record.price else record._replace(price=price)
    if start is None or start == bought:
        return record._replace(price=price, acquired=bought, purchased=None)
    if start < bought:
        return record._replace(price=price, acquired=bought, holding_since=start)
    return record._replace(price=price)


def _total(section: Section, title: str) -> Decimal | None:
    """The figure that a section's total row states under a title; None where it is `--` or no amount."""
    assert section.total is not None
    cells = dict(zip(section.header, section.total[1], strict=False))
    return _known(cells.get(title, "").strip())


def _summands(sheet: Sheet, name: str, found: Findings, *, blank_is_zero: bool) -> list[Decimal | None]:
    """What the rows above a total say of a field, rows left out among them; where it has no column, what was found."""
    if name not in sheet.names:
        lines = set(sheet.lines)
        return [getattr(record, name) for record in found.lots if record.line in lines]
    amounts = sheet.amounts_read.get(name) or [_known(cell) for cell in sheet.cells(name)]
    return [
        ZERO if amount is None and (blank_is_zero or index in sheet.skipped_rows) else amount
        for index, amount in enumerate(amounts)
    ]


def _moved(stated: Decimal, amounts: Sequence[Decimal | None], elsewhere: Collection[Decimal | None]) -> bool:
    """Whether a total row states what its rows sum to in another cell, and not in the one under the title."""
    if None in amounts:
        return False
    total, rounding = sum(filter(None, amounts), ZERO), CENT * max(len(amounts), 1)
    found = [amount for amount in elsewhere if amount is not None and abs(amount - total) <= rounding]
    return abs(stated - total) > rounding and bool(found) and total != 0


def _known(cell: str) -> Decimal | None:
    try:
        return parse_amount(cell)
    except BadCell:
        return None


def _first(names: Names) -> str:
    return names if isinstance(names, str) else names[0]
