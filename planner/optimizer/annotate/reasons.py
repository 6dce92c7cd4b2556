"""Why a lot is sold, and why not: figures that add up, in words."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.plan import HeldBack, Sale, WashState
from planner.domain.plan_limits import PlanLimits
from planner.optimizer.annotate.time_left import TimeLeft
from planner.optimizer.candidate import Candidate
from planner.optimizer.candidates import Field
from planner.optimizer.verify.evaluate import Evaluation, judge, recognized, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures
from planner.optimizer.verify.setting import Setting, of_each_security
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales, less_disallowed, replaced
from rules.holding_period import first_long_term_day
from rules.liability import Liability, liability
from rules.terms import ZERO, Character, Gains, ReplacementPurchase, to_cents
from rules.wash_sale import first_clean_day, first_safe_day

ACCOUNTED_ONE_BY_ONE = 2000  # beyond so many sales, a figure for each would cost more time than the plan
EXAMINED = 100  # lots held back whose sale is tried out
NOTHING_BOUGHT: tuple[str | None, date | None] = (None, None)
NEAR = 1e-6  # of a cent: so near to whole cents floats of an amount in cents are
REST = "the rest of a partly sold lot: "  # what begins the reason for what is left of one
NOT_WEIGHED = "time ran out before its sale was tried"
NOT_WORTH_MORE = "selling it too would not increase the net benefit"


@dataclass(frozen=True, slots=True)
class ReasonStep:
    """What one sale adds when the sales are taken in the order printed: the steps sum to the plan's own figures."""

    tax_saved: Decimal
    carryover: Decimal


def with_reasons(
    setting: Setting, evaluation: Evaluation, left: TimeLeft, *, all_shown: bool, asked: Container[str]
) -> tuple[Sale, ...]:
    """The sales as printed: largest loss first, each with what it adds to those before it.

    `all_shown`: every purchase that could wash a sale has been shown to us. `asked`: symbols of which it is a question
    whether something bought is substantially identical.
    """
    ordered = as_printed(evaluation.sales)
    steps = _steps(setting, ordered, left) if len(ordered) <= ACCOUNTED_ONE_BY_ONE else None
    by_identity = _by_identity(setting, evaluation)
    around = of_each_security(setting)
    recent = {purchase.lot_id: its for its in around.values() for purchase in its.purchases}
    allowed_by = _allowed_by(setting)
    return tuple(
        as_sale(
            setting,
            sold,
            _reason(
                sold,
                next(steps) if steps is not None else None,
                _freed(sold, by_identity, recent),
                setting.assumptions.deferral_rate,
                setting.facts.law.year,
                allowed_by,
            ),
            all_shown=all_shown,
            asked=sold.order.holding.lot.symbol in asked,
        )
        for sold in ordered
    )


def as_printed(sales: Iterable[SaleFigures]) -> list[SaleFigures]:
    """The order in which a plan lists its sales, and computes what each adds: the largest loss first."""
    return sorted(sales, key=lambda sale: (float(sale.recognized_gain), sale.order.holding.lot.lot_id))


def _allowed_by(setting: Setting) -> str:
    """Of a disallowed loss: the state that allows it, where there is one."""
    state = setting.facts.state
    if state is None or state.figures is None or state.has_wash_sales:
        return ""
    return f", which {state.figures.file.name} allows (I-147)"


def _by_identity(setting: Setting, evaluation: Evaluation) -> dict[str | None, list[SaleFigures]]:
    groups: dict[str | None, list[SaleFigures]] = defaultdict(list)
    for sale in evaluation.sales:
        groups[setting.identity(sale.order.holding)].append(sale)
    return groups


def _freed(
    sold: SaleFigures, by_identity: dict[str | None, list[SaleFigures]], recent: Mapping[str | None, Setting]
) -> Decimal:
    """The loss of other lots that § 1091 would disallow if this lot, bought within the window, were kept: no more
    than its own shares replace, and not what a purchase disallows that would then replace others. `recent` has, of each
    such lot, the setting with what was bought of its security."""
    lot_id = sold.order.holding.lot.lot_id
    setting = recent.get(lot_id)
    if setting is None:
        return ZERO
    others = [s for s in by_identity[setting.identity(sold.order.holding)] if s is not sold]
    unsold = [sale.before_wash_sales for sale in others]
    matches = list(replaced(setting, unsold))
    own = {purchase.purchase_id for purchase in setting.purchases if purchase.lot_id == lot_id}
    by_it = sum((m.disallowed_loss for m in matches if m.purchase_id in own), ZERO)
    then = less_disallowed(unsold, matches)
    more = sum((s.disallowed_loss for s in then), ZERO) - sum((s.disallowed_loss for s in others), ZERO)
    return min(to_cents(by_it), more)


def _steps(setting: Setting, ordered: list[SaleFigures], left: TimeLeft) -> Iterator[ReasonStep | None]:
    so_far, before = Gains(), liability(setting.facts, setting.taken)
    for sold in ordered:
        if left.is_over():
            yield None
            continue
        if sold.order.sold.year > setting.facts.law.year:  # put off: it changes nothing of this year
            yield ReasonStep(ZERO, ZERO)
            continue
        so_far = so_far + recognized([sold])
        year = liability(setting.facts, setting.taken + so_far)
        yield ReasonStep(before.total_tax - year.total_tax, _carried(year) - _carried(before))
        before = year


def _carried(year: Liability) -> Decimal:
    return year.carryover_short + year.carryover_long


def as_sale(setting: Setting, sold: SaleFigures, reason: str, *, all_shown: bool, asked: bool) -> Sale:
    """A sale as it is shown. `all_shown`: every purchase that could wash it has been shown to us; `asked`: of one of
    them it is a question whether it is substantially identical."""
    order = sold.order
    lot = order.holding.lot
    washable = sold.gain < 0 and setting.identity(order.holding) is not None
    return Sale(  # by place, as `figures` makes its own
        lot.lot_id,
        lot.account,
        lot.symbol,
        lot.asset_class,
        order.sold,
        order.quantity,
        sold.proceeds,
        sold.basis,
        sold.gain,
        sold.character,
        sold.disallowed_loss,
        sold.permanently_lost,
        reason,
        rebuy_on=first_safe_day(order.sold) if washable else None,
        whole_lot=order.quantity == lot.quantity,
        long_term_on=_turns_long_term(order) if sold.character is Character.SHORT else None,
        acquired=lot.acquired,
        price=order.holding.price,
        wash_state=_wash_state(sold, all_shown, asked) if washable else None,
        part_of=order.holding.part_of,
    )


def _wash_state(sold: SaleFigures, all_shown: bool, asked: bool) -> WashState:
    if sold.permanently_lost:
        return WashState.PERMANENTLY_LOST
    if sold.disallowed_loss:
        return WashState.PARTLY_DISALLOWED
    if asked:
        return WashState.QUESTION
    return WashState.CLEAN if all_shown else WashState.COVERAGE_INCOMPLETE


def _turns_long_term(order: Order) -> date | None:
    lot = order.holding.lot
    start = lot.holding_since or lot.acquired
    return None if start is None or lot.inherited else first_long_term_day(start)


def _reason(
    sold: SaleFigures, step: ReasonStep | None, freed: Decimal, deferral: Decimal, year: int, allowed_by: str
) -> str:
    words = []
    if sold.order.sold.year > year:
        what = f"loss of ${-sold.recognized_gain:,.2f}" if sold.gain < 0 else f"gain of ${sold.gain:,.2f}"
        words.append(
            f"deferred to {sold.order.sold.year}: its {what} is netted there with the carryover into that year"
        )
    if step is not None:
        if step.tax_saved > 0:
            words.append(f"saves ${step.tax_saved:,.2f} of tax")
        elif step.tax_saved < 0:
            words.append(f"costs ${-step.tax_saved:,.2f} of tax now")
        if step.carryover > 0:
            words.append(f"carries ${step.carryover:,.2f} forward")
        elif step.carryover < 0:
            words.append(f"uses ${-step.carryover:,.2f} of carryover")
    elif sold.gain < 0:
        words.append(f"{sold.character}-term loss")
    if sold.gain > 0 and (spared := to_cents(deferral * sold.gain)) > 0:
        words.append(f"the higher basis avoids ${spared:,.2f} of deferred tax (present value)")
    if freed > 0:
        words.append(f"if kept, it would disallow ${freed:,.2f} of the other lots' loss (I-01)")
    if sold.disallowed_loss:
        words.append(f"${sold.disallowed_loss:,.2f} of its loss is disallowed{allowed_by}")
    return "; ".join(words) or ("raises cash" if sold.gain >= 0 else "changes no tax")


# --- held back -------------------------------------------------------------------------------------------------


def held_back_by_plan(
    setting: Setting,
    field: Field,
    evaluation: Evaluation,
    baseline: Liability,
    plan_limits: PlanLimits,
    time_left: TimeLeft,
) -> Iterator[HeldBack]:
    """Candidates with a loss that the plan leaves, in whole or in part, and why. Largest loss first."""
    lots, lot_ids, gain = field.candidates.firsts, field.candidates.lot_ids, field.candidates.gain
    sold = {sale.order.holding.lot.lot_id: sale for sale in evaluation.sales}
    left: list[int] = []
    rest: dict[int, Decimal] = {}  # of lots sold in part
    for n in field.candidates.losers:
        sale = sold.get(lot_ids[n])
        if sale is None:
            left.append(n)
        elif sale.order.quantity != sale.order.holding.lot.quantity and sale.order.quantity < lots[n].quantity:
            rest[n] = lots[n].whole.gain - sale.gain
    remaining: list[float] = gain.tolist()
    for n, amount in rest.items():
        remaining[n] = float(amount)
        insort(left, n, key=lambda n: (remaining[n], lot_ids[n]))
    weighing = _Weighing(setting, evaluation, baseline, plan_limits)
    for n in left[:EXAMINED]:
        candidate = lots[n]
        reason = NOT_WEIGHED if time_left.is_over() else weighing.reason(candidate)
        amount, reason = (rest[n], f"{REST}{reason}") if n in rest else (candidate.whole.gain, reason)
        yield HeldBack(candidate.lot_id, candidate.holding.lot.symbol, amount, reason, weighing.until(candidate))
    symbols, rows, identities, bought_as = lots.table.symbols, lots.rows.tolist(), lots.identities, lots.bought_as
    in_cents = np.rint(gain * 100)
    exact, cents = (np.abs(in_cents - gain * 100) < NEAR).tolist(), in_cents.astype(np.int64).tolist()
    latest = {key: (_own(its[-1]), first_clean_day(its[-1].acquired)) for key, its in weighing.bought.items()}
    for n in left[EXAMINED:]:
        last, until = latest.get(identities[n], NOTHING_BOUGHT)
        if last == bought_as[n]:
            until = weighing.until_of(identities[n], last)
        if n in rest:
            yield HeldBack(lot_ids[n], symbols[rows[n]], rest[n], f"{REST}{NOT_WORTH_MORE}", until)
            continue
        amount = Decimal(cents[n]).scaleb(-2) if exact[n] else lots[n].whole.gain
        yield HeldBack(lot_ids[n], symbols[rows[n]], amount, NOT_WORTH_MORE, until)


def _own(purchase: ReplacementPurchase) -> str | None:
    """What was bought with it: no part of that replaces another (I-22)."""
    return purchase.bought_as or purchase.lot_id


class _Weighing:
    """Tries out what selling one more lot would come to."""

    def __init__(self, setting: Setting, evaluation: Evaluation, baseline: Liability, plan_limits: PlanLimits) -> None:
        self.setting = setting
        self.evaluation = evaluation
        self.plan_limits = plan_limits
        self.baseline = baseline
        self.totals = totals(setting, evaluation.sales)
        self.by_identity = _by_identity(setting, evaluation)
        self.of_security = of_each_security(setting)
        self.bought: dict[str | None, list[ReplacementPurchase]] = defaultdict(list)
        for purchase in sorted(setting.purchases, key=lambda bought: bought.acquired):
            self.bought[setting.identity_of_symbol(purchase.symbol)].append(purchase)

    def reason(self, candidate: Candidate) -> str:
        if self._blocking(candidate.identity, candidate.holding.purchase) is not None:
            try:
                sold, difference = self._with_wash_sales(candidate)
            except ChainedSale:
                return "it is a replacement that absorbs the disallowed loss of an earlier sale, so it is kept"
            if sold.disallowed_loss:
                return (
                    "if all of it were sold, a purchase within 30 days would disallow "
                    f"${sold.disallowed_loss:,.2f} of its loss"
                )
        else:
            difference = self._difference(self._sold_of(candidate), [candidate.whole])
        if difference <= 0:
            return (
                f"all else equal, selling all of it would lower the net benefit by ${-difference:,.2f}: its loss "
                "saves less than it costs"
            )
        limits = list(self._limits_reached(candidate))
        return f"your limit {' and '.join(limits)}" if limits else NOT_WORTH_MORE

    def _limits_reached(self, candidate: Candidate) -> Iterator[str]:
        """The constraints that selling all of this lot as well would break."""
        from_above = [limit for limit in self.plan_limits.sums if not limit.at_least]
        if not from_above:
            return
        others = [
            (sale.order.holding.lot, sale.proceeds)
            for sale in self.evaluation.sales
            if sale.order.holding.lot.lot_id != candidate.lot_id
        ]
        sales = [*others, (candidate.holding.lot, candidate.whole.proceeds)]
        for limit in from_above:
            if limit.missed(sales) > 0:
                yield f"{limit.name} = {limit.amount}"

    def _sold_of(self, candidate: Candidate) -> list[SaleFigures]:
        return [s for s in self.by_identity[candidate.identity] if s.order.holding.lot.lot_id == candidate.lot_id]

    def until(self, candidate: Candidate) -> date | None:
        """The first day on which the purchases that are in its way have left the window."""
        return self.until_of(candidate.identity, candidate.holding.purchase)

    def until_of(self, identity: str | None, own: str) -> date | None:
        """The same of a lot by its key of § 1091 and its own purchase."""
        last = self._blocking(identity, own)
        return first_clean_day(last.acquired) if last is not None else None

    def _blocking(self, identity: str | None, own: str) -> ReplacementPurchase | None:
        """The last purchase of the security but for the lot's own."""
        for purchase in reversed(self.bought.get(identity, ())):
            if _own(purchase) != own:
                return purchase
        return None

    def _with_wash_sales(self, candidate: Candidate) -> tuple[SaleFigures, Decimal]:
        """Recomputed with every other sale of the same security, since they share its replacements."""
        now = self.by_identity[candidate.identity]
        assert candidate.identity is not None
        others = [sale.before_wash_sales for sale in now if sale.order.holding.lot.lot_id != candidate.lot_id]
        then = after_wash_sales(self.of_security[candidate.identity], [*others, candidate.whole])
        found = next(sale for sale in then if sale.order.holding.lot.lot_id == candidate.lot_id)
        return found, self._difference(now, then)

    def _difference(self, out: Sequence[SaleFigures], into: Sequence[SaleFigures]) -> Decimal:
        """What the benefit would gain if some sales were exchanged for others."""
        changed = self.totals.changed(totals(self.setting, out), totals(self.setting, into))
        _, benefit = judge(self.setting, self.baseline, changed)
        return benefit.total - self.evaluation.benefit.total
