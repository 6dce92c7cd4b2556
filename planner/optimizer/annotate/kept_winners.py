"""Of the winners that the plan keeps, those to keep for a step-up: the most gain in each dollar. §§ 1014(a), 170(e)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.domain.case import Case
from planner.domain.giving import KeptWinner
from planner.domain.tax_return import own_taxable_accounts
from planner.optimizer.giving import NOT_GIVEN
from planner.optimizer.verify.evaluate import Evaluation, recognized
from rules.assets import in_collectibles_group, is_section_1256
from rules.holding_period import character_of_sale
from rules.liability import Liability, liability
from rules.terms import CENT, ZERO, AssetClass, Character, Gains, to_cents

if TYPE_CHECKING:
    from planner.optimizer.verify.setting import Setting

MOST = 5


def kept_winners(case: Case, setting: Setting, evaluation: Evaluation) -> tuple[KeptWinner, ...]:
    """The first few of them, with what selling each beside the plan would cost. What the plan sells,
    what is given (no longer in `case`), and what lapses or is marked at year end is left out."""
    sold = {sale.order.holding.lot.lot_id: sale.order.quantity for sale in evaluation.sales}
    found = sorted(_winners(case, sold), key=lambda winner: (-winner.rate, winner.lot_id))[:MOST]
    so_far = setting.taken + recognized(s for s in evaluation.sales if s.order.sold.year == setting.facts.law.year)
    return tuple(winner.taxed(_cost(winner, setting, so_far, evaluation.year)) for winner in found)


def _winners(case: Case, sold: dict[str, Decimal]) -> Iterator[KeptWinner]:
    own = {account.name for account in own_taxable_accounts(case.household)}
    for holding in case.holdings:
        lot, left = holding.lot, holding.lot.quantity - sold.get(holding.lot.lot_id, ZERO)
        if lot.account not in own or holding.price is None or lot.basis is None or left <= 0 or holding.unexplained:
            continue
        if lot.asset_class is AssetClass.OPTION or is_section_1256(lot.symbol, lot.asset_class):
            continue
        if lot.acquired is None and not lot.inherited:
            continue
        value, basis = to_cents(holding.price * left), to_cents(lot.basis * left / lot.quantity)
        if value - basis >= CENT:
            term = character_of_sale(lot, case.sale_date)
            givable = term is Character.LONG and lot.asset_class not in NOT_GIVEN
            metal = in_collectibles_group(lot.symbol, lot.asset_class)
            yield KeptWinner(lot.lot_id, lot.symbol, left, value, value - basis, term, givable, metal)


def _cost(winner: KeptWinner, setting: Setting, so_far: Gains, year: Liability) -> Decimal:
    """This year's tax on its gain, and what the loss carried would have been worth that the gain uses up."""
    if winner.character is Character.SHORT:
        gains = Gains(short_term=winner.gain)
    else:
        gains = Gains(long_term=winner.gain, collectibles=winner.gain if winner.metal else ZERO)
    sold = liability(setting.facts, so_far + gains)
    worth = setting.carryover.of
    used = worth(year.carryover_short + year.carryover_long) - worth(sold.carryover_short + sold.carryover_long)
    return sold.total_tax - year.total_tax + to_cents(used)
