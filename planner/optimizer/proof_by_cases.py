"""A proof by cases of the plan in hand: docs/model.md, "The certificate".

The document of the plan has the undivided certificate alone, so that a proof by cases counts as one by the solver.
"""

from __future__ import annotations

import numpy as np

from planner.domain.errors import InternalError
from planner.optimizer.proof import Proof, by_search, ground_of, threshold
from planner.optimizer.question import Question
from planner.optimizer.search.cases import MOST_LOTS, DividedAt, PartOfPlans, bound_by_cases
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.limits import finest_unit
from rules.terms import CENT


def proven_by_cases(question: Question, evaluation: Evaluation, proof: Proof, deadline: float) -> Proof:
    """The proof, tighter where cases and the time allow it. What is proven stays as it is."""
    if proof.is_proven or proof.certificate is None or proof.certified is None:
        return proof
    if len(question.field.candidates.firsts) > MOST_LOTS:
        return proof
    whole = PartOfPlans(ground_of(question), proof.certificate, proof.certified)
    total = evaluation.benefit.total
    enough = total + threshold(total, len(evaluation.sales)) / 4
    bound = bound_by_cases(whole, units_sold(question, evaluation), enough, deadline)
    if total > bound + CENT * (len(evaluation.sales) + 1):
        raise InternalError(f"the plan is worth {total:.2f}, and its cases allow {bound:.2f}")
    return by_search(proof, evaluation, bound) if bound < proof.bound else proof


def units_sold(question: Question, evaluation: Evaluation) -> DividedAt:
    """What this plan sells."""
    sold = {sale.order.holding.lot.lot_id: float(sale.order.quantity) for sale in evaluation.sales}
    accounts = {account.name: account for account in question.case.household.accounts}
    firsts = question.field.candidates.firsts
    whole = [
        first.portion is None and finest_unit(first.holding, accounts.get(first.holding.lot.account)) == 1
        for first in firsts
    ]
    return DividedAt(np.array([sold.get(first.lot_id, 0.0) for first in firsts]), np.array(whole, dtype=bool))
