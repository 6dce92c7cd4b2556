"""`giving` of `harvest.plan/1`: what to give to charity."""

from __future__ import annotations

from planner.domain.giving import Giving
from planner.report.json_documents.values import Day, Money, Quantity, TypedDict, in_cents, iso


class GivenLotJson(TypedDict):
    """Units of a lot, with what they are worth and have cost."""

    lot_id: str
    account: str
    symbol: str
    quantity: Quantity
    acquired: Day | None
    value: Money
    basis: Money
    gain: Money


class GivingJson(TypedDict):
    """What to give to charity, and what it spares; `deductible` and `carried` before the floor of § 170(b)(1)(I)."""

    charity: Money
    lots: list[GivenLotJson]
    value: Money
    gain: Money
    in_cash: Money
    tax_if_sold_instead: Money
    later_tax_spared: Money
    deduction: Money
    limit: Money
    deductible: Money
    carried: Money
    appraisal_needed: list[str]


def giving_document(giving: Giving) -> GivingJson:
    return {
        "charity": in_cents(giving.wanted),
        "lots": [
            {
                "lot_id": lot.lot_id,
                "account": lot.account,
                "symbol": lot.symbol,
                "quantity": lot.quantity,
                "acquired": iso(lot.acquired),
                "value": in_cents(lot.value),
                "basis": in_cents(lot.basis),
                "gain": in_cents(lot.gain),
            }
            for lot in giving.lots
        ],
        "value": in_cents(giving.value),
        "gain": in_cents(giving.gain),
        "in_cash": in_cents(giving.in_cash),
        "tax_if_sold_instead": in_cents(giving.tax_now),
        "later_tax_spared": in_cents(giving.tax_later),
        "deduction": in_cents(giving.deduction.base),
        "limit": in_cents(giving.deduction.limit),
        "deductible": in_cents(giving.deduction.deductible),
        "carried": in_cents(giving.deduction.carried),
        "appraisal_needed": list(giving.appraised),
    }
