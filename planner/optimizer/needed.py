"""Which sales a plan plainly needs: without them it would be worth cents less, so that none of them is tried out.

Only `tidy` looks at this, and it spares time and nothing else: of very many sales all but a few are needed, and to
match those of a security again for each of them costs more than the plan did.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from planner.domain.sale_costs import SaleCosts
from planner.optimizer.program.economy import SUMS, Economy
from planner.optimizer.search.surface import Surface
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.setting import Setting, before_sales
from rules.pieces.names import FEDERAL
from rules.terms import Character

DOUBT = 0.03  # dollars a sale is worth beyond any doubt of rounding


def needed(economy: Economy, setting: Setting, evaluation: Evaluation) -> frozenset[str]:
    """Lots whose sale, as § 1091 leaves it, is worth more than cents to the plan, all others staying as they are."""
    sales = evaluation.sales
    if not sales:
        return frozenset()
    costs, deferral = SaleCosts(setting.assumptions, setting.first_day), economy.deferral
    rate_of = cache(lambda asset_class, sold: float(costs.rate(asset_class, sold)))
    before = np.array(before_sales(setting.facts, setting.taken))
    gains, spent = np.zeros((len(sales), len(before))), np.zeros(len(sales))
    for n, sale in enumerate(sales):
        order, recognized = sale.order, float(sale.recognized_gain)
        basket = 0 if sale.character is Character.SHORT else 2 if sale.collectible else 1
        gains[n, SUMS[basket]] = recognized
        gains[n, len(FEDERAL) :] = float(sale.disallowed_loss - sale.moved)
        rate = rate_of(order.holding.lot.asset_class, order.sold)
        spent[n] = rate * float(sale.proceeds) + float(costs.charge)
        spent[n] += deferral * (float(sale.permanently_lost) - recognized)
    sums = before + gains.sum(axis=0)
    surface = Surface(economy.regimes, economy.box, economy.state)
    worse = surface.costs(sums - gains) - spent > surface.cost(sums) + DOUBT
    return frozenset(sales[n].order.holding.lot.lot_id for n in np.flatnonzero(worse))
