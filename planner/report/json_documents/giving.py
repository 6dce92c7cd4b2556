"""`giving` and `kept_winners` of `harvest.plan/1`: what to give to charity, and what to keep for a step-up."""

from __future__ import annotations

from planner.domain.giving import Giving, KeptWinner
from planner.report.json_documents.values import CharacterWord, Day, Money, Quantity, TypedDict, filled


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
    """What to give to charity, and what it spares. `limit` of § 170(b)(1)(C) with (A) and (G), `floor` of (I),
    `deductible` after both, `deduction_saves` of this year's tax, which no figure of the plan counts;
    `sales_save_with_it`: `tax_saved` if it were counted."""

    charity: Money
    lots: list[GivenLotJson]
    value: Money
    gain: Money
    in_cash: Money
    tax_if_sold_instead: Money
    later_tax_spared: Money
    deduction: Money
    limit: Money
    floor: Money
    deductible: Money
    deduction_saves: Money
    sales_save_with_it: Money
    carried: Money
    cash_deducted: Money
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
        sales_save_with_it=giving.sales_save[1],
        floor=giving.deduction.floor,
        deductible=giving.deduction.deductible,
        carried=giving.deduction.carried,
        appraisal_needed=giving.appraised,
    )


class KeptWinnerJson(TypedDict):
    """A winner that the plan keeps: at death its gain is never taxed. `tax_if_sold`: this
    year's tax beside the plan, and the carried loss used up."""

    lot_id: str
    symbol: str
    quantity: Quantity
    value: Money
    gain: Money
    character: CharacterWord
    tax_if_sold: Money
    may_be_given: bool


def kept_winner_document(winner: KeptWinner) -> KeptWinnerJson:
    return filled(KeptWinnerJson, winner, tax_if_sold=winner.tax, may_be_given=winner.givable)
