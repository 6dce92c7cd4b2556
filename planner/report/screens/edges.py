"""Edges of the tax in words: gains taxed at 0%, and where a plan ends beside an edge."""

from __future__ import annotations

from decimal import Decimal

from planner.analysis.zero_rate import has_gains_to_realize, jump_in_room, room_left, room_used
from planner.domain.case import Case
from planner.domain.plan import Edge, Landing, Plan
from planner.report.words import money

ON_IT = Decimal(100)  # dollars: so near an edge, the first screen says also

_STANDS = {
    Edge.ZERO_RATE: "Taxable income ends {} {} the top of the 0% rate ({})",
    Edge.FIFTEEN_RATE: "Taxable income ends {} {} the top of the 15% rate ({})",
    Edge.BRACKET: "Ordinary taxable income ends {} {} the top of a bracket ({})",
    Edge.NET_INVESTMENT_INCOME: "Adjusted gross income ends {} {} the threshold of § 1411 ({})",
    Edge.LOSS_LIMIT: "The net loss ends {} {} the limit of § 1211(b) ({})",
}


def room_at_zero(plan: Plan, case: Case) -> str:
    """What the plan uses of the 0% rate, or what gains it leaves room for; empty where there is neither."""
    taxpayer, limits = case.household.taxpayer, case.household.plan_limits
    used, left = room_used(plan, taxpayer), room_left(plan, taxpayer)
    if used > 0:
        rest = f"{money(left)} is left{_beyond(plan, case, left)}"
        return f"Uses {money(used)} of room at the 0% rate (§ 1(h)(1)(B)); {rest}."
    if left <= 0 or limits.sell_gains or not limits.sell or not has_gains_to_realize(case):
        return ""
    also = "; other lines of the return move with them" if plan.baseline.edge_worksheets else ""
    also = _beyond(plan, case, left) or also
    return f"Room for {money(left)} of long-term gains at 0% federal tax (`sell_gains = true`){also}."


def _beyond(plan: Plan, case: Case, room: Decimal) -> str:
    """The jump that gains within the room would meet, as an income threshold; empty where they meet none."""
    if (jump := jump_in_room(plan, case, room)) is None:
        return ""
    return f", but more than {money(jump[0])} of them would cost {money(jump[1])} at an income threshold"


def near_an_edge(plan: Plan) -> str:
    """Where the plan lands on an edge; empty where it does not, to about $100."""
    found = plan.landing
    return landing_words(found) if found is not None and abs(found.distance) <= ON_IT else ""


def landing_words(landing: Landing) -> str:
    """`Taxable income ends $0.00 below the top of the 0% rate ($98,900.00): at prices 1% higher …`."""
    higher, lower = _worth(landing.higher), _worth(landing.lower)
    return f"{_stands(landing)}: at prices 1% higher worth {higher}, at prices 1% lower {lower}."


def _stands(landing: Landing) -> str:
    away, apart = money(abs(landing.distance)), landing.distance
    if landing.edge is Edge.GAINS_MET:
        return f"Losses end {away} {'above' if apart > 0 else 'below'} gains"
    if landing.edge is Edge.LOSS_LIMIT:
        return _STANDS[landing.edge].format(away, "beyond" if apart > 0 else "short of", money(-landing.at))
    return _STANDS[landing.edge].format(away, "below" if apart >= 0 else "above", money(landing.at))


def _worth(difference: Decimal) -> str:
    return f"{money(abs(difference))} {'more' if difference >= 0 else 'less'}"
