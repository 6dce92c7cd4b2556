"""Limits that no plan keeps together, shown by arithmetic: the certificate's sum where nothing has a cost.

For any rents μ >= 0 of the limits, a plan's use of them at these rents is at most μ·b, what they allow. Where even the
least that the lots can use is more, there is no plan (docs/model.md, "The certificate", with f = κ = 0). Whole shares
are left out: limits that only they contradict are for others to find.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from planner.optimizer.verify.ground import CENT_A_LOT, Ground
from planner.optimizer.verify.multipliers import multipliers
from planner.optimizer.verify.offers import Offers
from planner.optimizer.verify.small_lp import Floats
from planner.optimizer.verify.year_bound import PieceArrays
from rules.pieces.piece import Affine, Piece

NOISE = 1e-9  # of what is used: far more than floats can be off by
CLEARLY = 1e6  # a right side that is as good as any


def contradict(offers: Offers) -> bool:
    """Whether rents are found at which what the limits ask for is more than all lots together can give."""
    if not len(offers.most):
        return False
    dollars = np.abs(offers.uses[:, ~offers.counts]).max(initial=0.0) or 1.0  # the largest lot is a unit, as a count is
    units = np.where(offers.counts, 1.0, dollars)
    scaled = replace(offers, uses=offers.uses / units, most=offers.most / units)
    (found,) = multipliers(_without_costs(scaled), [np.zeros(0)], CLEARLY)
    return shown(offers, np.array(found.rents) / units)


def shown(offers: Offers, rents: Floats) -> bool:
    """Whether these rents show it. What parts of lots bring is rounded to the cent, which is no contradiction."""
    least = _without_costs(offers).least(np.zeros(0), rents).value
    uses = np.abs(offers.uses).sum(axis=0) + np.abs(offers.most)
    room = CENT_A_LOT * offers.lots * float(rents @ ~offers.counts) + NOISE * float(rents @ uses)
    return math.fsum([least, *(-rents * offers.most)]) > room


def _without_costs(offers: Offers) -> Ground:
    """The same lots and limits where nothing costs anything and no sum moves."""
    rows = len(offers)
    sums, nothing, nowhere = np.zeros((rows, 0)), np.zeros(rows), np.zeros(0)
    never = np.full(rows, np.inf)
    free = replace(offers, names=(), gains=sums, by_washing=sums, cost=nothing, washed=never, charge=nothing)
    year = PieceArrays.of(Piece("year", (), ((Affine(),),)), ())
    return Ground((), free, (), (), 0.0, (year,), nowhere, nowhere, nowhere, 0.0)
