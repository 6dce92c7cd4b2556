"""`giving` of `harvest.plan/1`: what to give to charity."""

from __future__ import annotations

from planner.domain.giving import Giving
from planner.report.json_documents.values import Day, Money, Quantity, TypedDict, filled


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
    return filled(
        GivingJson,
        giving,
        charity=giving.wanted,
        tax_if_sold_instead=giving.tax_now,
        later_tax_spared=giving.tax_later,
        deduction=giving.deduction.base,
        limit=giving.deduction.limit,
        deductible=giving.deduction.deductible,
        carried=giving.deduction.carried,
        appraisal_needed=giving.appraised,
    )
