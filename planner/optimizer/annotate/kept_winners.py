"""Of the winners that the plan keeps, those to keep for a step-up: the most gain in each dollar. §§ 1014(a), 170(e)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING

from planner.domain.case import Case
from planner.domain.giving import KeptWinner
from planner.domain.portfolio import Holding
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
    """The first few of them, with what selling each beside the plan would cost. What the plan sells, what is given (no
    longer in `case`), and what lapses or is marked at year end is left out."""
    sold = {sale.order.holding.lot.lot_id: sale.order.quantity for sale in evaluation.sales}
    so_far = setting.taken + recognized(s for s in evaluation.sales if s.order.sold.year == setting.facts.law.year)
    found = []
    for _, _, holding in nsmallest(MOST, _with_a_gain(case, sold), key=itemgetter(0, 1)):
        winner = _winner(holding, holding.lot.quantity - sold.get(holding.lot.lot_id, ZERO), case)
        if winner.gain >= CENT:
            found.append(winner.taxed(_cost(winner, setting, so_far, evaluation.year)))
    return tuple(found)


def _with_a_gain(case: Case, sold: Mapping[str, Decimal]) -> Iterator[tuple[float, str, Holding]]:
    """Each with the basis in a dollar of it, by which they are ranked, and its lot."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    for holding, gain in zip(case.holdings, case.lots.gains, strict=True):
        lot = holding.lot
        if gain is None or gain <= 0 or lot.account not in own or holding.unexplained:
            continue
        if sold.get(lot.lot_id) == lot.quantity:
            continue
        known = lot.acquired is not None or lot.inherited
        if known and lot.asset_class is not AssetClass.OPTION and not is_section_1256(lot.symbol, lot.asset_class):
            yield _basis_in_a_dollar(holding), lot.lot_id, holding


def _basis_in_a_dollar(holding: Holding) -> float:
    """Only to rank them by, so a float will do: there may be a hundred thousand."""
    assert holding.price is not None
    assert holding.lot.basis is not None
    return float(holding.lot.basis) / (float(holding.price) * float(holding.lot.quantity))


def _winner(holding: Holding, left: Decimal, case: Case) -> KeptWinner:
    lot = holding.lot
    assert holding.price is not None
    assert lot.basis is not None
    value, basis = to_cents(holding.price * left), to_cents(lot.basis * left / lot.quantity)
    term = character_of_sale(lot, case.sale_date)
    givable = term is Character.LONG and lot.asset_class not in NOT_GIVEN
    metal = in_collectibles_group(lot.symbol, lot.asset_class)
    return KeptWinner(lot.lot_id, lot.symbol, left, value, value - basis, term, givable, metal)


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
