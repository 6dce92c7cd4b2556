"""What a key of `[plan]` is: one declaration of its name, its type, its words, and its meaning in one of three forms.

* `WhichLots` and `WhichDays`: which lots it bars, and the days between which anything may be sold;
* `SumOfSales`: a sum over the sales that it limits, from above or from below;
* `Duties`: sales that it asks for.

The loader, the candidates, the program, the verifier, the screens and the rules of thumb all read these declarations,
and none of them knows a key by name. Costs are not limits: they are in `[assumptions]` (`planner.domain.household`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Generic, TypeVar

from rules.quickly_made import quickly_made
from rules.terms import ZERO, AssetClass, Lot

V = TypeVar("V")

IN_SILENCE = ""  # barred, and not listed among the lots held back


class Kind(Enum):
    """How a value is written in household.toml."""

    FLAG = "true or false"
    DAY = "a day of the tax year"
    LAST_DAY = "a day of the tax year, or of the January after it"
    LOTS = "symbols or lot ids"
    AMOUNT = "dollars, not negative"
    WHOLE = "a whole number, not negative"
    SALES = "symbols, lot ids, or tables {lot, quantity, date}"
    SELECTED_LIMITS = "tables of its own: [[limits]]"


class SumOf(StrEnum):
    """What is added up over the sales of a plan."""

    PROCEEDS = "proceeds"
    LOTS = "lots sold"


@quickly_made
@dataclass(frozen=True, slots=True)
class LotFacts:
    """What a bar on lots may look at. `gain` is that of the whole lot on the day of its sale, None before it is known;
    `sold_gain` that of what is sold of it."""

    lot: Lot
    gain: Decimal | None = None
    sold_gain: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The lots that a sum is taken over: of one symbol, account or asset class, or all of them."""

    symbol: str | None = None
    account: str | None = None
    asset_class: AssetClass | None = None

    def covers(self, lot: Lot) -> bool:
        return (
            (self.symbol is None or lot.symbol == self.symbol)
            and (self.account is None or lot.account == self.account)
            and (self.asset_class is None or lot.asset_class is self.asset_class)
        )

    def __str__(self) -> str:
        stated = {"symbol": self.symbol, "account": self.account, "asset_class": self.asset_class}
        return ", ".join(f"{key} = {value}" for key, value in stated.items() if value is not None)

    def contains(self, other: Selection) -> bool:
        """Whether this covers every lot that the other covers, to the extent their words tell."""
        return (
            self.symbol in (None, other.symbol)
            and self.account in (None, other.account)
            and self.asset_class in (None, other.asset_class)
        )


EVERY_LOT = Selection()


@dataclass(frozen=True, slots=True)
class SumLimit:
    """A sum over the sales of a plan, at most `amount` (or at least). `name` is the key as the household writes it."""

    name: str
    of: SumOf
    amount: Decimal
    at_least: bool = False
    where: Selection = EVERY_LOT

    def total(self, sales: Iterable[tuple[Lot, Decimal]]) -> Decimal:
        """The sum over these sales, each a lot and its proceeds."""
        covered = [(lot.lot_id, proceeds) for lot, proceeds in sales if self.where.covers(lot)]
        if self.of is SumOf.LOTS:
            return Decimal(len({lot_id for lot_id, _ in covered}))
        return sum((proceeds for _, proceeds in covered), ZERO)

    def missed(self, sales: Iterable[tuple[Lot, Decimal]]) -> Decimal:
        """By how much these sales break the limit; not above zero where they keep it."""
        total = self.total(sales)
        return self.amount - total if self.at_least else total - self.amount


@dataclass(frozen=True)
class WhichLots(Generic[V]):
    """Lots that may not be sold: `bars` gives the reason, `IN_SILENCE`, or None for a lot that may be.

    `spares_duties`: a lot that the plan must sell is not barred. `by_gain`: bars none of which the gain is not known.
    """

    bars: Callable[[V, LotFacts], str | None]
    spares_duties: bool = False
    by_gain: bool = False


@dataclass(frozen=True)
class WhichDays(Generic[V]):
    """The first and the last day on which anything may be sold; None: no such day."""

    first: Callable[[V], date | None] = lambda _: None
    last: Callable[[V], date | None] = lambda _: None


@dataclass(frozen=True)
class SumOfSales(Generic[V]):
    """Limits on sums: `limits` of a value, and the value with other amounts in them, in the same order."""

    limits: Callable[[V], tuple[SumLimit, ...]]
    with_amounts: Callable[[V, Sequence[Decimal]], V]


@dataclass(frozen=True, slots=True)
class Duty:
    """A sale that the plan has to make: of a lot, by its id or with all lots of its symbol (`named`).

    `quantity` is the least to be sold, None for the whole lot; `day` the day of the sale, where it is fixed; `where`
    the place that asks for it. `lot_id` is empty until the lots are known (`planner.domain.duties`). `supposed`: no
    household asks for it, a what-if does.
    """

    named: str
    quantity: Decimal | None = None
    day: date | None = None
    lot_id: str = ""
    where: str = ""
    supposed: bool = False


@dataclass(frozen=True)
class Duties(Generic[V]):
    """Sales that the plan has to make."""

    of: Callable[[V], tuple[Duty, ...]]


Meaning = WhichLots[V] | WhichDays[V] | SumOfSales[V] | Duties[V]


@dataclass(frozen=True)
class PlanKey(Generic[V]):
    """A key of `[plan]`. `place` orders the keys wherever all of them are listed.

    `label` names it on the screen of assumptions (none: no row there), `words` is said of a value (`{}`), or a pair of
    what is said of true and false; `unset` where the key is at its default. `only_if_set`: there is no row then.
    `freest` is the value that limits nothing.
    """

    name: str
    kind: Kind
    default: V
    meaning: Meaning[V]
    place: int
    freest: V
    label: str = ""
    words: str | tuple[str, str] = "{}"
    unset: str = ""
    only_if_set: bool = False

    @property
    def without(self) -> str:
        """What a household would write, or leave out, for the key to limit nothing."""
        return f"{self.name} = {str(self.freest).lower()}" if self.kind is Kind.FLAG else f"without {self.name}"


def one_sum(name: str, of: SumOf, *, at_least: bool = False) -> SumOfSales[Decimal | None]:
    """The meaning of a key whose value is the amount of one limit over all sales."""

    def limits(value: Decimal | None) -> tuple[SumLimit, ...]:
        given = value is not None and (value > 0 or not at_least)
        return (SumLimit(name, of, Decimal(value), at_least),) if given and value is not None else ()

    def with_amounts(value: Decimal | None, amounts: Sequence[Decimal]) -> Decimal | None:
        if not amounts:
            return value
        return max(amounts[0], ZERO) if at_least else amounts[0]

    return SumOfSales(limits, with_amounts)
