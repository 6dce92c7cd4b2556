"""Records as columns, a record made only where one is looked at: what is asked of every row is asked of its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import compress
from typing import Any, Generic, NamedTuple, TypeVar

from planner.domain.on_demand import OnDemand

Record = TypeVar("Record", bound=NamedTuple)
MANY = 1_000  # records from which on memory is spared


class RecordTable(OnDemand[Record], Generic[Record]):
    """The records of a kind that have these columns: one for each field of it, a value a row."""

    def __init__(self, kind: type[Record], columns: Sequence[Sequence[Any]]) -> None:
        if len(columns) != len(kind._fields):
            raise TypeError(f"{len(columns)} columns for the {len(kind._fields)} of {kind.__name__}")
        self.kind = kind
        self.columns = dict(zip(kind._fields, columns, strict=True))
        if len(columns[0]) >= MANY:
            blank: list[Any] = [None] * len(columns[0])  # one for all columns in which nothing is said
            self.columns = {n: blank if isinstance(c, list) and c == blank else c for n, c in self.columns.items()}

    @classmethod
    def of(cls, kind: type[Record], records: Sequence[Record]) -> RecordTable[Record]:
        """The table of these records; the same where it is one already."""
        if isinstance(records, RecordTable):
            return records
        table = cls(kind, list(zip(*records, strict=True)) or [()] * len(kind._fields))
        table.__dict__["every"] = records
        return table

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def at(self, number: int) -> Record:
        return self.every[number]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.every)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, (RecordTable, list)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def every(self) -> Sequence[Record]:
        """All rows as records: for what must look at each."""
        rows = zip(*self.columns.values(), strict=True)
        return list(map(partial(tuple.__new__, self.kind), rows))  # `_make` without a call in Python for each

    def kept(self, keep: Sequence[bool]) -> RecordTable[Record]:
        """The rows that are to be kept."""
        return RecordTable(self.kind, [list(compress(column, keep)) for column in self.columns.values()])
