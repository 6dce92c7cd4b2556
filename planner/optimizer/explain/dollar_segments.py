"""A lot's dollars laid end to end after other sales: what the first of them is worth, what the last, and what all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.analysis.explanation import DollarSegment, ExplanationStep, Worth
from planner.analysis.marginal_value import Rung, Side, staircase
from planner.domain.plan import Benefit
from planner.optimizer.verify.evaluate import recognized
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting
from rules.liability import Liability, liability
from rules.terms import ZERO, Character, Gains


def stretch(setting: Setting, before: Sequence[SaleFigures], sale: SaleFigures) -> DollarSegment:
    """The dollars that a sale adds to the year, after these others."""
    start = setting.taken + recognized(before) + Gains(disallowed=recognized([sale]).disallowed)
    return DollarSegment(tuple(_steps(setting, start, sale)), len(before))


def _steps(setting: Setting, start: Gains, sale: SaleFigures) -> Iterator[ExplanationStep]:
    before = liability(setting.facts, start)
    for rung in _rungs(setting, start, sale):
        after = liability(setting.facts, start + _gains(sale, rung.end or ZERO))
        yield ExplanationStep(rung, before.total_tax - after.total_tax, _carried(after) - _carried(before))
        before = after


def _rungs(setting: Setting, start: Gains, sale: SaleFigures) -> Iterator[Rung]:
    """The staircase up to the sale's last dollar."""
    side = Side.LOSS if sale.recognized_gain < 0 else Side.GAIN
    last = abs(sale.recognized_gain)
    whole = staircase(
        setting.facts,
        setting.assumptions,
        setting.carryover,
        start,
        side,
        sale.character,
        collectible=sale.collectible,
    )
    for rung in whole.rungs:
        if rung.start < last:
            yield replace(rung, end=last if rung.end is None else min(rung.end, last))


def _gains(sale: SaleFigures, dollars: Decimal) -> Gains:
    """So many dollars of the sale's gain or loss, as they enter the netting."""
    gain = -dollars if sale.recognized_gain < 0 else dollars
    if sale.character is Character.SHORT:
        return Gains(short_term=gain)
    return Gains(long_term=gain, collectibles=gain if sale.collectible else ZERO)


def _carried(year: Liability) -> Decimal:
    return year.carryover_short + year.carryover_long


def between(less: Benefit, more: Benefit) -> Worth:
    """What one benefit has that another has not."""
    return Worth(
        more.tax_saved - less.tax_saved,
        more.carryover_value - less.carryover_value,
        more.deferred_tax - less.deferred_tax,
        more.trading_cost - less.trading_cost,
    )
