"""What several documents hold: a benefit, a sale, a window, warnings and input problems."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from planner.domain.plan import Status, WashState
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    Money,
    Quantity,
    TypedDict,
    one_of,
)

StatusWord = Annotated[str, one_of(*Status)]


class BenefitJson(TypedDict):
    """The objective with its parts and its bound."""

    tax_saved: Money
    carryover_value: Money
    deferred_tax: Money
    trading_cost: Money
    total: Money
    bound: Money


class SaleJson(TypedDict):
    """A sale that the plan proposes. `gain` is before § 1091; `rebuy_on` is null where § 1091 does not apply."""

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClassWord
    date: Day
    quantity: Quantity
    proceeds: Money
    basis: Money
    gain: Money
    character: CharacterWord
    disallowed_loss: Money
    permanently_lost: Money
    reason: str
    rebuy_on: Day | None
    acquired: Day | None
    price: Decimal | None
    whole_lot: bool
    long_term_on: Day | None
    wash_state: Annotated[str, one_of(*WashState)] | None
    edge: bool


class ScheduledJson(TypedDict):
    """A planned purchase inside a window. `costs` is what it takes from `benefit.total`."""

    date: Day
    account: str
    symbol: str
    quantity: Quantity
    costs: Money | None
    cancelable: bool


class WindowJson(TypedDict):
    """The days, inclusive, on which a purchase would wash a loss sale of the days in `sold`."""

    symbol: str
    first: Day
    last: Day
    safe_on: Day
    because: str
    identical_to: str | None
    sold: list[Day]
    accounts: list[str]
    scheduled: list[ScheduledJson]


class CautionJson(TypedDict):
    """A warning; its codes are in docs/messages.md."""

    code: str
    text: str
    lot_id: str | None


class ProblemJson(TypedDict):
    """An input problem: where, what, and how to fix it."""

    where: str
    what: str
    remedy: str
