"""What funds pay out around the plan's sales: replacements that go ex-dividend before the window closes, and funds sold
before they do."""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.case import Case
from planner.domain.distributions import DistributionKind
from planner.domain.errors import Caution
from planner.optimizer.annotate.wash_windows import losses, replacements
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.setting import Setting
from rules.substantially_identical import spelling
from rules.terms import to_cents
from rules.wash_sale import first_safe_day


def distribution_cautions(case: Case, setting: Setting, evaluation: Evaluation) -> Iterator[Caution]:
    """A replacement held for the window gets the distribution, and a dividend on shares held so short is taxed as
    ordinary income: § 1(h)(11)(B)(iii), more than 60 days of the 121 around the day. What is sold before it goes
    ex-dividend does not get it, and is counted anyway (L-120)."""
    to_come = [expected for expected in case.household.distributions if expected.date >= case.as_of]
    if not to_come:
        return
    for instead in replacements(case, evaluation.sales, losses(setting, evaluation.sales), ()):
        days = [s.order.sold for s in evaluation.sales if s.order.holding.lot.symbol == instead.symbol and s.gain < 0]
        safe = first_safe_day(max(days))
        names = {spelling(candidate.symbol) for candidate in instead.candidates}
        for expected in to_come:
            if spelling(expected.symbol) in names and min(days) < expected.date < safe:
                taxed = " and is taxed at ordinary rates because of the short holding period (§ 1(h)(11)(B)(iii))"
                tail = "" if expected.kind is DistributionKind.LONG_TERM else taxed
                text = (
                    f"{expected.symbol}, in place of {instead.symbol}, goes ex-dividend on {expected.date}, before "
                    f"the window closes on {safe}: ${expected.per_share} per share is paid as income{tail}"
                )
                yield Caution("replacement_distribution", text)
    for sale in evaluation.sales:
        lot = sale.order.holding.lot
        for expected in to_come:
            if spelling(expected.symbol) == spelling(lot.symbol) and sale.order.sold < expected.date:
                amount = to_cents(expected.per_share * sale.order.quantity)
                text = (
                    f"{lot.lot_id} is sold on {sale.order.sold}, before {lot.symbol} goes ex-dividend on "
                    f"{expected.date}: the ${amount:,.2f} of dividend it would pay is still counted (L-120)"
                )
                yield Caution("sold_before_distribution", text, lot.lot_id)
