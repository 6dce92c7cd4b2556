"""Lots as a table: a row a lot, kept as columns, with a `Holding` made only where a row is looked at.

Many questions are asked of every lot, and nearly all lots answer them by the same few figures: a value against a basis.
They are asked of the columns. Exact, as the lots are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from planner.domain.columns import Bools, Floats, InOrder, Ints, Places, alike, coded
from planner.domain.errors import file_of
from planner.domain.on_demand import OnDemand
from planner.domain.portfolio import Holding
from planner.domain.written_amounts import WrittenAmounts
from rules.terms import CENT, ZERO, AssetClass, Lot

LOT = tuple(Lot.__dataclass_fields__)
HOLDING = tuple(name for name in Holding.__dataclass_fields__ if name != "lot")
USUAL: dict[str, Any] = {
    "holding_since": None,
    "loss_basis": None,
    "inherited": False,
    "moved": ZERO,
    "name": "",
    "frozen": False,
    "purchased": None,
    "stated_value": None,
    "washed": False,
    "unnamed": False,
    "part_of": None,
    "unexplained": "",
    "bar": "",
    "worthless": False,
}
"""What nearly every lot has in these columns: one that is not there has this in every row."""
FEW = 2_000  # lots that are all made as soon as one is looked at: together a lot takes a tenth of the time
CENT_PLACES = 2  # decimal places
ROUNDING = 1e-15  # of the amounts that a gain is computed from: floats are off by less


class LotTable(OnDemand[Holding]):
    """Lots in an order that matters to no one. `columns` has the fields of `Lot` and `Holding` by name, a value a row.

    A column of `USUAL` values may be left out. `accounts`, `symbols` and the like are the columns' own lists.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns
        self._made: dict[int, Holding] = {}
        self._all: tuple[Holding, ...] | None = None
        self._numbers: dict[str, Floats] = {}
        self._coded: dict[str, tuple[list[Any], Ints]] = {}

    @classmethod
    def of(cls, holdings: Iterable[Holding]) -> LotTable:
        """The table of these lots; the same where it is one already."""
        if isinstance(holdings, LotTable):
            return holdings
        table = cls({})
        table._all = tuple(holdings)
        table.columns = _Columns(table._all)
        return table

    # --- a sequence of holdings ---

    def __len__(self) -> int:
        return len(self.columns["lot_id"]) if self._all is None else len(self._all)

    def at(self, number: int) -> Holding:
        made = self._made.get(number)
        if made is None:
            if self._all is not None or len(self) <= FEW:
                return self.every[number]
            row = range(len(self))[number]
            lot, rest = self._cells
            made = self._made[row] = Holding(Lot(*[cell(row) for cell in lot]), *[cell(row) for cell in rest])
        return made

    @cached_property
    def _cells(self) -> tuple[list[Callable[[int], Any]], list[Callable[[int], Any]]]:
        """How each field of a row's lot is looked up, and how each of its holding."""

        def lookup(name: str) -> Callable[[int], Any]:
            usual = USUAL.get(name)
            return self.columns[name].__getitem__ if name in self.columns else lambda _: usual

        return [lookup(name) for name in LOT], [lookup(name) for name in HOLDING]

    def __iter__(self) -> Iterator[Holding]:
        return iter(self.every)

    @property
    def every(self) -> tuple[Holding, ...]:
        """All rows as holdings: for what must look at each lot, and is not asked where there are very many."""
        if self._all is None:
            lots = map(Lot, *map(self.column, LOT))
            every = list(map(Holding, lots, *map(self.column, HOLDING)))
            for row, made in self._made.items():
                every[row] = made
            self._all = tuple(every)
        return self._all

    def column(self, name: str) -> Sequence[Any]:
        """What every row has under this name."""
        return self.columns[name] if name in self.columns else [USUAL[name]] * len(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (LotTable, tuple)):
            return self is other or self.every == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self):,} lots>"

    # --- columns ---

    @property
    def lot_ids(self) -> Sequence[str]:
        return self.columns["lot_id"]

    @property
    def accounts(self) -> Sequence[str]:
        return self.columns["account"]

    @property
    def symbols(self) -> Sequence[str]:
        return self.columns["symbol"]

    @property
    def asset_classes(self) -> Sequence[AssetClass]:
        return self.columns["asset_class"]

    @property
    def quantities(self) -> Sequence[Decimal]:
        return self.columns["quantity"]

    @property
    def prices(self) -> Sequence[Decimal | None]:
        return self.columns["price"]

    @property
    def bases(self) -> Sequence[Decimal | None]:
        return self.columns["basis"]

    @property
    def acquired(self) -> Sequence[date | None]:
        return self.columns["acquired"]

    @property
    def places(self) -> Sequence[str]:
        return self.columns["where"]

    def changed(self, **columns: Sequence[Any]) -> LotTable:
        """The same lots but for these columns."""
        return LotTable({**self.columns, **columns})

    def numbers(self, name: str) -> Floats:
        """A column of amounts as the nearest floating-point numbers; not a number where an amount is not known."""
        if name not in self._numbers:
            column = self.column(name)
            numbers = column.numbers if isinstance(column, InOrder) else None
            if numbers is None:
                numbers = np.fromiter(column, dtype=np.object_, count=len(self)).astype(np.float64)  # None becomes NaN
            self._numbers[name] = numbers
        return self._numbers[name]

    @cached_property
    def days(self) -> Ints:
        """The days of acquisition by their numbers (`date.toordinal`); 0 where there is none."""
        days, of_row = self.coded("acquired")
        return np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)[of_row]

    def coded(self, name: str) -> tuple[list[Any], Ints]:
        """The different values of a column in the order in which they come first, and of each row the number of its."""
        if name not in self._coded:
            column = self.column(name)
            self._coded[name] = column.coded() if isinstance(column, InOrder) else coded(column)
        return self._coded[name]

    def having(self, name: str, value: object) -> Bools:
        """The rows with this value in a column."""
        values, of_row = self.coded(name)
        return np.array([other == value for other in values], dtype=bool)[of_row]

    @cached_property
    def files(self) -> tuple[Sequence[str], Ints]:
        """The files of the rows by name, and of each row the number of its."""
        places = self.places
        return (places.files, places.of_row) if isinstance(places, Places) else coded(map(file_of, places))

    @cached_property
    def unusual(self) -> Bools:
        """The rows with anything but `USUAL` in any of those columns, names beside: what no column here tells."""
        found = np.zeros(len(self), dtype=bool)
        for name, usual in USUAL.items():
            if name in self.columns and name != "name":
                column = self.columns[name]
                if not all(value is usual for value in set(column)):
                    found |= np.fromiter((value is not usual and value != usual for value in column), bool, len(self))
        return found

    def with_value(self, name: str) -> list[int]:
        """The rows whose `name` is not the `USUAL` one."""
        if name not in self.columns:
            return []
        usual = USUAL[name]
        return [row for row, value in enumerate(self.columns[name]) if value != usual]

    # --- asked of all at once, each computed when first asked for ---

    @cached_property
    def values(self) -> list[Decimal | None]:
        """Of each lot what it is worth today, not rounded; None where its price is not known."""
        known = zip(self.prices, self.quantities, strict=True)
        return [None if price is None else price * quantity for price, quantity in known]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Each row by the id of its lot."""
        return dict(zip(self.lot_ids, range(len(self)), strict=True))

    @cached_property
    def kinds(self) -> dict[tuple[str, str, AssetClass], None]:
        """Each account with each security held in it, in the order of the lots."""
        rows = self.first_of_kind.tolist()
        return {(self.accounts[row], self.symbols[row], self.asset_classes[row]): None for row in rows}

    @property
    def kind(self) -> Ints:
        """Of each lot the number of its kind among `kinds`."""
        return self._kind[0]

    @property
    def first_of_kind(self) -> Ints:
        """The first lot of each kind."""
        return self._kind[1]

    @cached_property
    def class_of(self) -> dict[tuple[str, str], AssetClass]:
        """Of each security in each account the class: of its last lot, should its lots differ."""
        last = np.zeros(len(self.first_of_kind), dtype=np.int64)
        last[self.kind] = np.arange(len(self))
        rows = np.sort(last).tolist()
        return {(self.accounts[row], self.symbols[row]): self.asset_classes[row] for row in rows}

    @cached_property
    def _kind(self) -> tuple[Ints, Ints]:
        return alike([self.coded(name)[1] for name in ("account", "symbol", "asset_class")])

    @cached_property
    def in_cents(self) -> Bools:
        """The rows whose basis is known and has no part of a cent."""
        written = self.columns["basis"]
        written = written.column if isinstance(written, InOrder) else written
        if isinstance(written, WrittenAmounts) and written.places.max(initial=0) <= CENT_PLACES:
            return np.ones(len(self), dtype=bool)
        return np.array([basis is not None and not basis % CENT for basis in self.bases], dtype=bool)

    def gain_beyond(self, amount: Decimal) -> Floats:
        """Of each lot by how much value less basis is above an amount, its sign exact; NaN where it is not known."""
        value, basis = self.numbers("quantity") * self.numbers("price"), self.numbers("basis")
        found: Floats = value - basis - float(amount)
        near = np.abs(found) <= ROUNDING * (value + np.abs(basis) + float(abs(amount)))
        for row in np.flatnonzero(near).tolist():
            price, quantity, its_basis = (self.columns[name][row] for name in ("price", "quantity", "basis"))
            found[row] = float(price * quantity - its_basis - amount)
        return found

    def by_id(self, lot_id: str) -> Holding | None:
        """The lot of this id."""
        row = self.row_of.get(lot_id)
        return None if row is None else self[row]


class _Columns(Mapping[str, Sequence[Any]]):
    """The columns of holdings that are there already, each made when first asked for."""

    def __init__(self, holdings: tuple[Holding, ...]) -> None:
        self._holdings = holdings
        self._made: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._made:
            if name not in LOT and name not in HOLDING:
                raise KeyError(name)
            self._made[name] = list(map(attrgetter(f"lot.{name}" if name in LOT else name), self._holdings))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*LOT, *HOLDING))

    def __len__(self) -> int:
        return len(LOT) + len(HOLDING)
