"""The question, a case made ready for the search, the proof and the warnings; and the question with its plan."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.ledger.replacement_purchases import HouseholdPurchases
from planner.ledger.year_to_date import YearSoFar
from planner.optimizer.candidates import Field
from planner.optimizer.giving import Gift
from planner.optimizer.sale_days import SaleDays
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.lot_terms import LotTerms
from planner.optimizer.verify.setting import Setting
from rules.liability import Liability
from rules.terms import ReplacementPurchase


@dataclass(frozen=True, slots=True)
class Question:
    """A case made ready: what may be sold, what it is judged against, and the year if nothing is."""

    case: Case
    field: Field
    setting: Setting
    purchases: HouseholdPurchases
    baseline: Liability
    days: SaleDays
    so_far: YearSoFar
    lot_terms: LotTerms
    every_day: bool = True  # the days offered are enough for every order of sales; else there were too many to weigh
    given: Gift = ()  # to charity: no lots of the plan
    cancelled: tuple[ReplacementPurchase, ...] = ()


@dataclass(frozen=True, slots=True)
class SolvedQuestion:
    """A plan, and what it was worked out from; `question` with the planned purchases that it cancels."""

    plan: Plan
    question: Question
    evaluation: Evaluation
