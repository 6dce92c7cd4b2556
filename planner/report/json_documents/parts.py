"""What several documents hold: a benefit, a sale, a window, warnings and input problems."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from planner.domain.errors import Caution, Problem
from planner.domain.plan import Benefit, Sale, Status, WashState, Window
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    Money,
    Quantity,
    TypedDict,
    in_cents,
    iso,
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


def benefit_document(benefit: Benefit) -> BenefitJson:
    return {
        "tax_saved": in_cents(benefit.tax_saved),
        "carryover_value": in_cents(benefit.carryover_value),
        "deferred_tax": in_cents(benefit.deferred_tax),
        "trading_cost": in_cents(benefit.trading_cost),
        "total": in_cents(benefit.total),
        "bound": in_cents(benefit.bound),
    }


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


def sale_document(sale: Sale) -> SaleJson:
    return {
        "lot_id": sale.lot_id,
        "account": sale.account,
        "symbol": sale.symbol,
        "asset_class": sale.asset_class.value,
        "date": iso(sale.date),
        "quantity": sale.quantity,
        "proceeds": in_cents(sale.proceeds),
        "basis": in_cents(sale.basis),
        "gain": in_cents(sale.gain),
        "character": sale.character.value,
        "disallowed_loss": in_cents(sale.disallowed_loss),
        "permanently_lost": in_cents(sale.permanently_lost),
        "reason": sale.reason,
        "rebuy_on": iso(sale.rebuy_on),
        "acquired": iso(sale.acquired),
        "price": sale.price,
        "whole_lot": sale.whole_lot,
        "long_term_on": iso(sale.long_term_on),
        "wash_state": None if sale.wash_state is None else sale.wash_state.value,
        "edge": sale.edge,
    }


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


def window_document(window: Window) -> WindowJson:
    return {
        "symbol": window.symbol,
        "first": iso(window.first),
        "last": iso(window.last),
        "safe_on": iso(window.safe_on),
        "because": window.because,
        "identical_to": window.identical_to,
        "sold": [iso(day) for day in window.sold],
        "accounts": list(window.accounts),
        "scheduled": [
            {
                "date": iso(planned.date),
                "account": planned.account,
                "symbol": planned.symbol,
                "quantity": planned.quantity,
                "costs": in_cents(planned.costs),
                "cancelable": planned.cancelable,
            }
            for planned in window.scheduled
        ],
    }


class CautionJson(TypedDict):
    """A warning; its codes are in docs/messages.md."""

    code: str
    text: str
    lot_id: str | None


def cautions_document(cautions: Iterable[Caution]) -> list[CautionJson]:
    return [{"code": caution.code, "text": caution.text, "lot_id": caution.lot_id} for caution in cautions]


class ProblemJson(TypedDict):
    """An input problem: where, what, and how to fix it."""

    where: str
    what: str
    remedy: str


def problem_documents(problems: Iterable[Problem]) -> list[ProblemJson]:
    return [{"where": each.where, "what": each.what, "remedy": each.remedy} for each in problems]
