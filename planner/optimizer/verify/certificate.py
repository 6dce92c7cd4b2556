"""The bound that no solver has a part in: docs/model.md, "The certificate".

For any multipliers, no plan costs less than the least, over the pieces of the year, of

    (the cheapest point of the piece at the prices) + λ·(sums before) - μ·(limits) + (the least that the lots cost).

`certify` finds multipliers and keeps them as data; `certified_bound` is the arithmetic, which anyone can repeat with
the household's files and these numbers. Nothing here knows of the program or the search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

import numpy as np

from planner.domain.certificate import Certificate, PieceMultipliers
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.multipliers import multipliers
from planner.optimizer.verify.small_lp import Floats
from planner.optimizer.verify.year_bound import proved
from rules.terms import CENT

ENOUGH = 0.02  # dollars by which a bound may be above the plan that it is sought for: no closer one is looked for
ROUNDING = Decimal("0.03")  # half a cent for each of the six figures of a plan that are rounded to the cent


def certify(
    ground: Ground,
    starts: Sequence[Floats],
    worth: Decimal,
    deadline: float = math.inf,
    like: Certificate | None = None,
) -> Certificate:
    """A certificate that no plan is worth much more than one of this worth; `starts` and `deadline` as in `Climb`.
    `like`: one of more plans, from whose multipliers each piece is begun."""
    goal = ground.idle - float(worth) - ENOUGH
    own = [np.array([*piece.prices, *piece.rents]) for piece in like.pieces] if like is not None else []
    return Certificate(ground.names, ground.offers.limits, multipliers(ground, starts, goal, deadline, own), ROUNDING)


def certified_bound(ground: Ground, certificate: Certificate) -> Decimal | None:
    """What the certificate proves: no plan is worth more, but for a cent a lot. None where it does not fit."""
    if (weakest := weakest_piece(ground, certificate)) is None or not math.isfinite(weakest[0]):
        return None
    return bound_of(ground, certificate, weakest[0])


def bound_of(ground: Ground, certificate: Certificate, least: float) -> Decimal:
    """What a plan is worth at the most, where none costs less."""
    worth = Decimal(repr(ground.idle)) - Decimal(repr(least)) + max(certificate.rounding, ROUNDING)
    return worth.quantize(CENT, rounding=ROUND_CEILING)


def weakest_piece(ground: Ground, certificate: Certificate) -> tuple[float, PieceMultipliers] | None:
    """The least that any plan costs, in dollars, and the piece that says no more. None where the certificate does not
    fit."""
    return min(least_by_piece(ground, certificate) or (), key=lambda pair: pair[0], default=None)


def least_by_piece(ground: Ground, certificate: Certificate) -> list[tuple[float, PieceMultipliers]] | None:
    """Of each piece the least that a plan in it costs, and its multipliers. None where the certificate does not fit."""
    by_name = {piece.name: piece for piece in certificate.pieces}
    if len(by_name) != len(ground.pieces) or certificate.sums != ground.names:
        return None
    if certificate.limits != ground.offers.limits:
        return None
    found: list[tuple[float, PieceMultipliers]] = []
    known: dict[tuple[tuple[float, ...], tuple[float, ...]], float] = {}
    for piece in ground.pieces:
        its = by_name.get(piece.name)
        if its is None or not _fits(its, ground):
            return None
        at = its.prices, its.rents
        prices, rents = np.array(its.prices), np.array(its.rents)
        if at not in known:
            lots = ground.least(prices, rents).value
            known[at] = math.fsum([lots, *(prices * ground.before), *(-rents * ground.offers.most)])
        found.append((known[at] + proved(piece, ground.low, ground.high, prices, its.weights, its.sides), its))
    return found


def _fits(piece: PieceMultipliers, ground: Ground) -> bool:
    numbers: Sequence[float] = (*piece.prices, *piece.rents)
    return (
        len(piece.prices) == len(ground.names)
        and len(piece.rents) == len(ground.offers.most)
        and all(math.isfinite(number) for number in numbers)
        and all(rent >= 0 for rent in piece.rents)
    )
