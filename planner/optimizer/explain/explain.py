"""Why a lot is sold or not: its part in the plan, dollar by dollar, and every answer that another supposition gives."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.analysis.explanation import BreakEven, Decision, Explanation, LotExplained, Supposition, WhatIf
from planner.domain.case import Case
from planner.domain.errors import Caution, InputError
from planner.domain.portfolio import Holding
from planner.ledger import household_ledger
from planner.ledger.results import Disposition
from planner.optimizer.annotate.cautions import cautions_of_sales
from planner.optimizer.annotate.reasons import REST
from planner.optimizer.explain import what_if
from planner.optimizer.explain.citations import with_sources
from planner.optimizer.explain.lot_contribution import LotInPlan
from planner.optimizer.explain.lot_lookup import lots_named, refuse_given
from planner.optimizer.explain.what_if import Replanning, WhatIfUnfinished, break_even
from planner.optimizer.joint_giving import with_the_gift_of
from planner.optimizer.pipeline import SECONDS, answer_case
from planner.optimizer.question import SolvedQuestion
from rules.substantially_identical import spelling
from rules.terms import ZERO, AccountKind

IN_FULL = 10  # lots of one symbol, the largest gains and losses first; the others are named

_OUTSIDE = {
    AccountKind.IRA: "it is in an IRA, whose gains and losses are not reported on a return (§ 408(e)(1))",
    AccountKind.ROTH_IRA: (
        "it is in a Roth IRA, whose gains and losses are not reported on a return (§§ 408A(a), 408(e)(1))"
    ),
    AccountKind.PLAN_401K: "it is in a 401(k), whose gains and losses are not reported on a return (§ 501(a))",
    AccountKind.HSA: "it is in an HSA, whose gains and losses are not reported on a return (§ 223(e)(1))",
    AccountKind.PLAN_529: "it is in a 529 plan, whose gains and losses are not reported on a return (§ 529(a))",
}
_GAIN = "it has a gain, and [plan] sell_gains is false"
_NOT_SELLING = "plan.sell = false: nothing is sold"
_NEITHER = "it has neither a gain nor a loss, so selling it changes no tax"
_GAIN_NOT_WORTH = "realizing the gain now costs more than it saves later"


def explain_case(case: Case, word: str | None = None, *, seconds: float = SECONDS) -> Explanation:
    """The plan, and if a lot or symbol is named, everything there is to say about it.

    `seconds` are for the plan, and as many again for all that is planned again. Raises as `answer_case` does, and
    Refused where the word names nothing.
    """
    answer = answer_case(case, seconds=seconds)
    if word is None:
        return Explanation(answer.plan, case, None)
    sold, windows = _sold_so_far(case), answer.plan.windows
    holdings = answer.question.case.holdings
    refuse_given(word, answer.question.given, holdings)
    asked = lots_named(word, holdings, [*(d.symbol for d in sold), *(w.symbol for w in windows)])
    symbols = {spelling(holding.lot.symbol) for holding in asked} or {spelling(word)}
    ordered = sorted(asked, key=lambda holding: (-abs(_gain(holding)), holding.lot.lot_id))
    replanning = Replanning(with_the_gift_of(case, answer.plan), answer.plan, time.monotonic() + seconds)
    explained = [_Explained.of(answer, replanning, holding) for holding in ordered[:IN_FULL]]
    return Explanation(
        answer.plan,
        case,
        word,
        lots=tuple(each.lot for each in explained),
        more=tuple(holding.lot.lot_id for holding in ordered[IN_FULL:]),
        windows=tuple(window for window in windows if spelling(window.symbol) in symbols),
        sold=tuple(disposition for disposition in sold if spelling(disposition.symbol) in symbols),
        cautions=tuple(_cautions(answer, explained)),
    )


def _cautions(answer: SolvedQuestion, explained: Sequence[_Explained]) -> Iterator[Caution]:
    """The plan's about these lots, and what must be said of selling them."""
    lot_ids = {each.holding.lot.lot_id for each in explained}
    yield from (caution for caution in answer.plan.cautions if caution.lot_id in lot_ids)
    sales = [each.within.sale for each in explained if each.within is not None]
    yield from cautions_of_sales(answer.question.case, answer.question.setting, sales)


def _gain(holding: Holding) -> Decimal:
    if holding.price is None or holding.lot.basis is None:
        return ZERO
    return holding.price * holding.lot.quantity - holding.lot.basis


def _sold_so_far(case: Case) -> tuple[Disposition, ...]:
    """The year's sales so far, as the ledger has them; none where the history does not explain itself."""
    if not case.transactions and not case.realized:
        return ()
    try:
        ledger = household_ledger(case)
    except InputError:
        return ()
    return tuple(d for d in ledger.dispositions if d.sold.year == case.household.taxpayer.tax_year)


@dataclass(frozen=True, slots=True)
class _Explained:
    """The explanation of one lot of a plan; `within` is its part in it, None where no sale of it can be computed."""

    answer: SolvedQuestion
    replanning: Replanning
    holding: Holding
    within: LotInPlan | None

    @classmethod
    def of(cls, answer: SolvedQuestion, replanning: Replanning, holding: Holding) -> _Explained:
        return cls(answer, replanning, holding, LotInPlan.of(answer, holding))

    @property
    def lot(self) -> LotExplained:
        decision, reason = self._decision()
        held = next((h for h in self.answer.plan.held_back if h.lot_id == self.holding.lot.lot_id), None)
        what_ifs, even, unfinished = self._planned_again(decision)
        explained = LotExplained(
            self.holding,
            decision,
            reason,
            rest=held.reason.removeprefix(REST) if held and decision is Decision.SOLD_IN_PART else "",
            until=held.until if held else None,
            what_ifs=what_ifs,
            break_even=even,
            unfinished=unfinished,
            put_off=any(
                sale.lot_id == self.holding.lot.lot_id and sale.date.year > self.answer.plan.tax_year
                for sale in self.answer.plan.sales
            ),
        )
        if self.within is not None:
            explained = self.within.shown_in(explained)
        return with_sources(explained, self.answer.question.setting)

    def _decision(self) -> tuple[Decision, str]:
        """What becomes of the lot, and the plan's own word on it where it has one."""
        plan, question = self.answer.plan, self.answer.question
        lot = self.holding.lot
        kind = next((a.kind for a in question.case.household.accounts if a.name == lot.account), AccountKind.TAXABLE)
        if kind is not AccountKind.TAXABLE:
            return Decision.OUTSIDE, _OUTSIDE[kind]
        sale = next((sale for sale in plan.sales if sale.lot_id == lot.lot_id), None)
        if sale is not None:
            return Decision.SOLD if sale.whole_lot else Decision.SOLD_IN_PART, sale.reason
        held = next((held for held in plan.held_back if held.lot_id == lot.lot_id), None)
        candidate = next((c for c in question.field.candidates.firsts if c.lot_id == lot.lot_id), None)
        if held is not None:
            return Decision.HELD if candidate is not None else Decision.BARRED, held.reason
        if not question.case.household.plan_limits.sell:
            return Decision.BARRED, _NOT_SELLING
        if candidate is not None:
            return Decision.HELD, _GAIN_NOT_WORTH if candidate.whole.gain > 0 else _NEITHER
        return Decision.GAIN, _GAIN

    # --- planned again ---

    def _planned_again(self, decision: Decision) -> tuple[tuple[WhatIf, ...], BreakEven | None, bool]:
        """What other suppositions give, the price at which the answer turns, and whether time ran out before that."""
        found: list[WhatIf] = []
        duty = self.answer.question.case.household.plan_limits.duties.get(self.holding.lot.lot_id)
        if duty is not None:  # whatever else is planned, it is sold
            much = "all" if duty.quantity is None else f"{duty.quantity.normalize():,f}"
            found.append(WhatIf(Supposition.KEPT, None, no_plan=f"`must_sell` requires the sale of {much} of it"))
        try:
            for change, case in self._suppositions(decision):
                found.append(self.replanning.what_if(change, case, self.holding.lot.lot_id))
            if self.within is not None and decision is not Decision.BARRED:
                return tuple(found), break_even(self.replanning, self.holding, self.within.price_to_try), False
        except WhatIfUnfinished:
            return tuple(found), None, True
        return tuple(found), None, False

    def _suppositions(self, decision: Decision) -> Iterator[tuple[Supposition, Case]]:
        case, holding = self.replanning.case, self.holding
        plan_limits, lot = case.household.plan_limits, holding.lot
        match decision:
            case Decision.SOLD | Decision.SOLD_IN_PART:
                if lot.lot_id not in self.answer.question.case.household.plan_limits.duties:
                    yield Supposition.KEPT, what_if.kept(case, lot.lot_id)
                if decision is Decision.SOLD_IN_PART:
                    yield Supposition.SOLD, what_if.must_be_sold(case, lot.lot_id)
                    yield from what_if.limits_lifted(case)
            case Decision.HELD:
                yield Supposition.SOLD, what_if.must_be_sold(case, lot.lot_id)
                yield from what_if.limits_lifted(case)
            case Decision.GAIN:
                yield Supposition.SOLD, what_if.must_be_sold(case, lot.lot_id)
                yield Supposition.SELL_GAINS, what_if.selling_gains(case)
            case Decision.BARRED if not plan_limits.sell:
                yield Supposition.SELL, what_if.selling(case)
            case Decision.BARRED if lot.symbol in plan_limits.keep or lot.lot_id in plan_limits.keep:
                yield Supposition.KEEP, what_if.not_kept(case, holding)
            case Decision.BARRED if holding.frozen:
                yield Supposition.FROZEN, what_if.thawed(case, lot.lot_id)
            case Decision.BARRED if plan_limits.minimum_loss > 0:
                yield Supposition.MINIMUM_LOSS, what_if.without_minimum_loss(case)
