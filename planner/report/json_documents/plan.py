"""`harvest.plan/1`: the plan in the contract's keys and order. Keys beyond the contract are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from planner.domain.certificate import Certificate, ProvenBy
from planner.domain.plan import Edge, Plan, Sensitivity
from planner.report.json_documents.giving import (
    GivingJson,
    KeptWinnerJson,
    giving_document,
    kept_winner_document,
)
from planner.report.json_documents.parts import (
    BenefitJson,
    CautionJson,
    SaleJson,
    StatusWord,
    WindowJson,
)
from planner.report.json_documents.swaps import SwapsJson, swaps_document
from planner.report.json_documents.values import (
    Day,
    LineAmount,
    Money,
    Quantity,
    TypedDict,
    filled,
    line_amount,
    one_of,
    table,
)
from rules.liability import Liability


class YearJson(TypedDict):
    """A year's return. `net_short_term` and `net_long_term` are after carryovers and disallowed losses."""

    net_short_term: Money
    net_long_term: Money
    deductible_loss: Money
    taxable_income: Money
    income_tax: Money
    niit: Money
    state_tax: Money
    total_tax: Money
    carryover_short: Money
    carryover_long: Money
    agi: Money
    taxable_social_security: Money
    amt: Money
    medicare_surcharge: Money
    credits: Money


class HeldBackJson(TypedDict):
    """A lot that might have been sold and is not."""

    lot_id: str
    symbol: str
    gain: Money | None
    reason: str
    until: Day | None


class PieceJson(TypedDict):
    """Multipliers for one piece of the year. The sums and limits are named; their list may grow."""

    name: str
    multipliers: dict[str, Decimal]
    limits: dict[str, Decimal]
    weights: list[Decimal]
    sides: list[Decimal]


class CertificateJson(TypedDict):
    """What anyone needs to check the bound without a solver: plain numbers."""

    pieces: list[PieceJson]
    rounding: Money
    digests: dict[str, str]
    law: str
    version: str


def certificate_document(certificate: Certificate) -> CertificateJson:
    return {
        "pieces": [
            {
                "name": piece.name,
                "multipliers": _numbers(zip(certificate.sums, piece.prices, strict=True)),
                "limits": _numbers(zip(certificate.limits, piece.rents, strict=True)),
                "weights": [Decimal(repr(weight)) for weight in piece.weights],
                "sides": [Decimal(repr(side)) for side in piece.sides],
            }
            for piece in certificate.pieces
        ],
        "rounding": certificate.rounding,
        "digests": dict(certificate.sources.digests),
        "law": certificate.sources.law,
        "version": certificate.sources.version,
    }


def _numbers(named: Iterable[tuple[str, float]]) -> dict[str, Decimal]:
    return {name: Decimal(repr(number)) for name, number in named}


class JanuaryJson(TypedDict):
    """Sales on the first session of next year: what they net to, and what they are worth."""

    net_loss: Money
    net_gain: Money
    value: Money


class CancellationJson(TypedDict):
    """A planned purchase to cancel; `saves` is what that is worth in `benefit.total`."""

    date: Day
    account: str
    symbol: str
    quantity: Quantity
    saves: Money


class NearLongTermJson(TypedDict):
    """A lot kept that turns long-term soon."""

    lot_id: str
    symbol: str
    gain: Money | None
    long_term_on: Day


class CandidateJson(TypedDict):
    """What may be bought instead."""

    symbol: str
    name: str
    why: str


class ReplacementsJson(TypedDict):
    """What may be bought at once in place of a symbol sold at a loss, best first."""

    symbol: str
    candidates: list[CandidateJson]
    why_none: str | None


class DoubleUpJson(TypedDict):
    """A replacement bought by `buy_by` does not wash a sale on `sell_on`. § 1091(a)."""

    sell_on: Day
    buy_by: Day


class LineJson(TypedDict):
    """A line of a worksheet; null where it is left blank."""

    number: str
    label: str
    amount: LineAmount | None


class WorksheetJson(TypedDict):
    """A worksheet as the form numbers its lines."""

    name: str
    source: str
    lines: list[LineJson]


def _worksheets(liability: Liability) -> list[WorksheetJson]:
    return [
        filled(
            WorksheetJson,
            sheet,
            lines=table(LineJson, sheet.lines, amount=[line_amount(line.amount, line.unit) for line in sheet.lines]),
        )
        for sheet in liability.worksheets
    ]


class TwoYearsJson(TypedDict):
    """The worksheets of the year without the plan, and with it."""

    baseline: list[WorksheetJson]
    planned: list[WorksheetJson]


class LandingJson(TypedDict):
    """An edge of the tax that a price move of 1% would cross: `distance` above where the plan ends. `if_higher` and
    `if_lower`: by how much more the same sales are worth at prices 1% higher and lower."""

    edge: Annotated[str, one_of(*Edge)]
    at: Money
    distance: Money
    if_higher: Money
    if_lower: Money


class SensitivityJson(TypedDict):
    """An assumption that would change more than one lot. `value` null: the schedule of carryovers, or for
    `years_to_sale` never; `given` likewise. `sales` and `total` are those of the plan made with it."""

    key: str
    value: Decimal | None
    given: Decimal | None
    sales: int
    lots_changed: int
    total: Money


def _sensitivity(each: Sensitivity) -> SensitivityJson:
    return filled(
        SensitivityJson,
        each,
        key=f"assumptions.{each.key}",
        value=each.value if each.value is not None and each.value.is_finite() else None,
        given=each.given if each.given is not None and each.given.is_finite() else None,
        sales=each.lots,
        lots_changed=each.changed,
    )


class PlanJson(TypedDict):
    """What to sell, and why. A loss is negative; names ending in `_loss` and `carryover_…` hold positive amounts."""

    schema: Literal["harvest.plan/1"]
    tax_year: int
    as_of: Day
    scenario: str | None
    status: StatusWord
    proven_by: Annotated[str, one_of(*ProvenBy)] | None
    baseline: YearJson
    planned: YearJson
    benefit: BenefitJson
    sales: list[SaleJson]
    held_back: list[HeldBackJson]
    windows: list[WindowJson]
    cancellations: list[CancellationJson]
    cautions: list[CautionJson]
    sale_date: Day
    near_long_term: list[NearLongTermJson]
    replacements: list[ReplacementsJson]
    certified_bound: Money | None
    certificate: CertificateJson | None
    january: JanuaryJson | None
    giving: GivingJson | None
    if_in_january: JanuaryJson | None
    double_up: DoubleUpJson | None
    worksheets: TwoYearsJson
    sensitivities: list[SensitivityJson]
    landing: LandingJson | None
    swaps: SwapsJson | None
    kept_winners: list[KeptWinnerJson]


def plan_document(plan: Plan) -> PlanJson:
    landing = plan.landing
    return filled(
        PlanJson,
        plan,
        schema="harvest.plan/1",
        near_long_term=table(NearLongTermJson, plan.near_long_term, long_term_on=[n.on for n in plan.near_long_term]),
        certified_bound=plan.certified,
        certificate=certificate_document(plan.certificate) if plan.certificate else None,
        giving=giving_document(plan.giving) if plan.giving else None,
        worksheets=filled(TwoYearsJson, baseline=_worksheets(plan.baseline), planned=_worksheets(plan.planned)),
        sensitivities=[_sensitivity(each) for each in plan.sensitivities],
        swaps=swaps_document(plan.swaps) if plan.swaps else None,
        kept_winners=[kept_winner_document(winner) for winner in plan.kept_winners],
        landing=landing and filled(LandingJson, landing, if_higher=landing.higher, if_lower=landing.lower),
    )
