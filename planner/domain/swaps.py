"""What may be held instead of what is sold, and what is bought with a plan's proceeds until it may be bought again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.terms import ZERO, AssetClass

HIGHER = Decimal("0.10")
"""How much higher the replacement is supposed to stand on the day of the swap back: a question, not a forecast."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A candidate: `why` it keeps the exposure and is not identical, and the number of the reading that rests on.

    `holds` is what it holds, in a few words; empty where we do not know or it is what was sold.
    """

    symbol: str
    name: str
    why: str
    interpretation: str | None = None
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Replacements:
    """What may be bought at once in place of a symbol sold at a loss, best first; `why_none` only where nothing."""

    symbol: str
    candidates: tuple[Replacement, ...]
    why_none: str | None = None


@dataclass(frozen=True, slots=True)
class SwapBack:
    """Selling the replacement on `on`, the first trading day on which what was sold may be bought again.

    At `HIGHER` prices that is a short-term gain of `gain`, which costs `tax`: this year's rates, after the losses
    carried, and what those would have been worth later. `dividends` are qualified dividends expected of the replacement
    that are none if it is sold that day (§ 1(h)(11)(B)(iii)), at a cost of `dividend_tax`. All in dollars.
    """

    on: date
    gain: Decimal
    tax: Decimal
    dividends: Decimal = ZERO
    dividend_tax: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Swap:
    """What is bought with the proceeds of one symbol sold in one account on one day.

    `dollars` are the proceeds less what is kept in cash. `instead` None: nothing is bought, and `why_none` says why;
    its symbol is the one sold where § 1091 does not reach the sale. `price` is of one unit, None where no file has it,
    and then `quantity` is None too. `accounts` are those in which buying it washes no loss, the seller first.
    `back` None: there is nothing to swap back. `dividends_from`: sold on that day or later, the replacement has been
    held for more than 60 days.
    """

    symbol: str
    account: str
    day: date
    proceeds: Decimal
    dollars: Decimal
    instead: Replacement | None
    sold_class: AssetClass
    asset_class: AssetClass  # of what is bought
    why_none: str = ""
    price: Decimal | None = None
    quantity: Decimal | None = None
    accounts: tuple[str, ...] = ()
    back: SwapBack | None = None
    dividends_from: date | None = None

    @property
    def cost(self) -> Decimal | None:
        """What the units bought cost at today's price; None where the price is not known."""
        return None if self.price is None or self.quantity is None else self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Exposed:
    """Dollars at today's prices, before the plan, until the swap back, and after it. `name` None: cash."""

    name: str | None
    before: Decimal
    during: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Swaps:
    """All that is bought back, and the portfolio by symbol, by asset class, and by what the table of replacements knows
    of it (`by_holding`: of a fund what it holds, of a stock its sector; else the symbol itself).

    `cash_kept` is `cash_needed`, of the proceeds. `not_priced`: lots without a price, in none of the sums.
    """

    swaps: tuple[Swap, ...]
    by_symbol: tuple[Exposed, ...]
    by_asset_class: tuple[Exposed, ...]
    by_holding: tuple[Exposed, ...]
    cash_kept: Decimal = ZERO
    not_priced: int = 0

    @property
    def total(self) -> Decimal:
        return sum((row.before for row in self.by_holding), ZERO)

    @property
    def drift(self) -> Decimal:
        """Dollars that are exposed to something else until the swap back than before."""
        return sum((max(row.before - row.during, ZERO) for row in self.by_holding), ZERO)

    @property
    def back_on(self) -> date | None:
        """The last day of a swap back; None where nothing is swapped."""
        return max((swap.back.on for swap in self.swaps if swap.back is not None), default=None)
