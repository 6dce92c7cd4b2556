"""Of the winners that the plan keeps, those to keep for a step-up: the most gain in each dollar. §§ 1014(a), 170(e)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

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
    for holding in _most_gain_in_a_dollar(case, sold):
        winner = _winner(holding, holding.lot.quantity - sold.get(holding.lot.lot_id, ZERO), case)
        if winner.gain >= CENT:
            found.append(winner.taxed(_cost(winner, setting, so_far, evaluation.year)))
    return tuple(found)


def _most_gain_in_a_dollar(case: Case, sold: Mapping[str, Decimal]) -> list[Holding]:
    """The first few. Floats rank them, and lots alike come by name."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    lots = case.lots
    kept = np.array([account in own and _may_be_kept(symbol, kind) for account, symbol, kind in lots.kinds], dtype=bool)
    may = kept[lots.kind] & (lots.gain_beyond(ZERO) > 0)
    dated = lots.days > 0
    dated[lots.with_value("inherited")] = True
    may &= dated
    may[lots.with_value("unexplained")] = False
    for lot_id, units in sold.items():
        row = lots.row_of.get(lot_id)
        if row is not None and lots.quantities[row] == units:
            may[row] = False
    rows = np.flatnonzero(may)
    basis, price, quantity = (lots.numbers(name)[rows] for name in ("basis", "price", "quantity"))
    basis_in_a_dollar = basis / (price * quantity)
    if len(rows) > MOST:
        first = basis_in_a_dollar <= np.partition(basis_in_a_dollar, MOST - 1)[MOST - 1]
        rows, basis_in_a_dollar = rows[first], basis_in_a_dollar[first]
    its: list[int] = rows.tolist()
    ranked = sorted(zip(basis_in_a_dollar.tolist(), [lots.lot_ids[row] for row in its], its, strict=True))
    return [lots[row] for *_, row in ranked[:MOST]]


def _may_be_kept(symbol: str, asset_class: AssetClass) -> bool:
    return asset_class is not AssetClass.OPTION and not is_section_1256(symbol, asset_class)


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
