"""What a trade would do to losses taken and planned: the answer to `harvest ask`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Day = date  # a field is named `date`


class TradeAction(StrEnum):
    """What is asked about."""

    BUY = "buy"
    SELL = "sell"


class Answer(StrEnum):
    """Yes: nothing is lost by it. Unknown: what we were not shown, or what only the taxpayer can say, decides."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TradeAnswer:
    """The answer, and what it rests on. Losses are positive dollars, `tax_now` is what the year's tax changes by.

    `quantity` None: any quantity. `because` are sentences. `safe_on` is the first day on which the trade would touch no
    loss; None where it touches none, or no day is known.
    """

    action: TradeAction
    symbol: str
    quantity: Decimal | None
    account: str
    date: Day
    answer: Answer
    disallowed_loss: Decimal
    permanently_lost: Decimal
    tax_now: Decimal
    because: tuple[str, ...]
    safe_on: Day | None
