"""What a plan is worth, how sure that is, what it does to the year: the words that the screen and the page share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.first_screen import Rests
from planner.analysis.totals import YearChange, carryover_change, year_changes
from planner.analysis.zero_rate import loss_spent_at_zero
from planner.domain.case import Case
from planner.domain.certificate import ProvenBy
from planner.domain.errors import Caution
from planner.domain.household import INFINITY, Assumptions
from planner.domain.plan import Benefit, HeldBack, January, Plan, Status
from planner.report.words import cents, change, count, count_of, money, percent, year_label
from rules.terms import CENT, ZERO

MOST_LEFT_OUT = 5  # securities that are not explained, named in a headline
_DIGITAL_ASSETS = {"crypto_exempt", "economic_substance", "crypto_proposals"}


def worth_rows(plan: Plan, assumptions: Assumptions) -> list[tuple[str, str]]:
    """The parts of `Benefit.total`, each named and with the sign it has in the sum."""
    return [(name, change(amount)) for name, amount in benefit_parts(plan, assumptions)]


def benefit_parts(plan: Plan, assumptions: Assumptions) -> list[tuple[str, Decimal]]:
    """The parts of `Benefit.total` in dollars, each named and with the sign it has in the sum.

    January's sales are a part of their own: `carryover_value` holds the two together.
    """
    benefit, carried, january = plan.benefit, carryover_change(plan), plan.january
    january = january if january is not None and (january.net_loss or january.net_gain) else None
    carried_on = benefit.carryover_value - (january.value if january else ZERO)
    more = f"{money(abs(carried))} {'more' if carried >= 0 else 'less'} loss carried to {plan.tax_year + 1}"
    return [
        (f"{'Tax saved' if benefit.tax_saved >= 0 else 'More tax'} for {plan.tax_year}", benefit.tax_saved),
        *([(f"{more} ({_a_dollar(plan)})", carried_on)] if carried or carried_on else []),
        *([(_of_january(plan, january), january.value)] if january else []),
        (_later_tax(benefit, assumptions), -benefit.deferred_tax),
        ("Trading costs (selling, and buying a replacement)", -benefit.trading_cost),
    ]


def _later_tax(benefit: Benefit, assumptions: Assumptions) -> str:
    rate = f"present value, {cents(assumptions.deferral_rate)} per dollar of basis"
    return f"Deferred tax ({rate} given up)" if benefit.deferred_tax >= 0 else f"Later tax avoided ({rate})"


def _a_dollar(plan: Plan) -> str:
    """What the first and the last of the carried dollars that the plan adds, or uses, are worth."""
    with_it = plan.planned.carryover_short + plan.planned.carryover_long
    without = plan.baseline.carryover_short + plan.baseline.carryover_long
    first, last = plan.carryover.first_and_last(without, with_it)
    if not first and not last and (plan.planned.state_tax > 0 or plan.planned.credits > 0):
        return f"{cents(first)} per dollar; later state tax and credits not counted"  # L-198
    worth = cents(first) if first == last else f"{cents(first)} falling to {cents(last)}"
    years = plan.carryover.years(with_it)
    return f"{worth} per dollar" + (f", used over {count_of(Decimal(years), 'year')}" if years else "")


def _of_january(plan: Plan, january: January) -> str:
    """The sales put off to January: their net, which meets the carryover."""
    net = january.net_loss or january.net_gain
    what = "gain" if january.net_gain else "loss"
    return f"{money(net)} of {what} put off to January {plan.tax_year + 1}"


def valued(assumptions: Assumptions) -> str:
    """How the future is valued."""
    later = "never" if assumptions.years_to_sale == INFINITY else f"in {count_of(assumptions.years_to_sale, 'year')}"
    years = assumptions.years_to_use_carryover
    if years is None:
        used = "carryovers are used year by year within the § 1211(b) limit"
        used += f", against ${assumptions.later_gains:,} of gains per year" if assumptions.later_gains else ""
    else:
        used = (
            "carryovers are never used" if years == INFINITY else (f"carryovers are used in {count_of(years, 'year')}")
        )
    return (
        f"Values rest on [assumptions]: later gains are taxed at {percent(assumptions.future_rate)}; "
        f"replacements are sold {later}; {used}; the discount rate is {percent(assumptions.discount_rate)} "
        "per year."
    )


def waiting(plan: Plan) -> str:
    """What the same sales would be worth in January instead; empty where there are none."""
    january = plan.if_in_january
    if january is None:
        return ""
    words = f"The same sales in January {plan.tax_year + 1} would have a net benefit of {money(january.value)}"
    more = january.value - plan.benefit.total
    return f"{words}, {money(more)} MORE than now." if more > 0 else f"{words}."


def carried_words(plan: Plan) -> str:
    """The part of the net benefit that is carried, and by the schedule how many years the carryover lasts and what the
    dollars that the plan adds to it, or uses up, are worth."""
    with_it = plan.planned.carryover_short + plan.planned.carryover_long
    without = plan.baseline.carryover_short + plan.baseline.carryover_long
    years = plan.carryover.years(max(with_it, without))
    if with_it == without or years is None or years < 2:
        return "value of loss carried"
    first, last = plan.carryover.first_and_last(without, with_it)
    worth = cents(first) if first == last else f"{cents(first)} to {cents(last)}"
    return f"loss carried, {years} years at {worth} a dollar"


def put_off_instead(plan: Plan, case: Case) -> str:
    """What a loss of January would be worth where none is worth taking now, because gains that cost little would meet
    it; empty where it is no cent above what it costs later."""
    limits, held = case.household.plan_limits, any((held.gain or ZERO) < 0 for held in plan.held_back)
    if plan.sales or not held or not limits.sell or limits.january or plan.baseline.schedule_d.total <= 0:
        return ""
    worth = plan.carryover.next_dollar(plan.baseline.carryover_short + plan.baseline.carryover_long)
    later = case.household.assumptions.deferral_rate
    if worth < later + CENT:
        return ""
    return (
        f"In January {plan.tax_year + 1} the first dollars of a loss would be worth {cents(worth)} each, against "
        f"{cents(later)} of deferred tax: `january = true` finds what to put off."
    )


def spent_at_zero(plan: Plan, case: Case) -> str:
    """How much loss is spent on gains taxed at nothing; empty where none is.

    That it saves nothing is said only where no credit and no other edge is computed: those follow adjusted gross
    income, which such a loss lowers.
    """
    spent = loss_spent_at_zero(plan, case.household.taxpayer)
    if spent <= 0:
        return ""
    saves = "; credits and other lines may move with them" if plan.baseline.edge_worksheets else ""
    saves = saves or " and saves no federal income tax"
    return f"{money(spent)} of the losses offsets gains taxed at 0% (§ 1(h)(1)(B)){saves}."


def is_worth_more_in_january(plan: Plan) -> bool:
    """Whether waiting is the better advice."""
    return plan.if_in_january is not None and plan.if_in_january.value > plan.benefit.total


def proof(plan: Plan) -> str:
    """How much better any plan could be."""
    gap = plan.benefit.gap
    if plan.status is Status.UNPROVEN:
        return f"NOT PROVEN: a better lawful plan may exist, by at most {money(gap)}. {_what_may_prove(plan)}"
    if plan.proven_by is ProvenBy.SOLVER and plan.certified is not None and plan.certified > plan.benefit.bound:
        without = money(plan.certified - plan.benefit.total)
        return (
            f"Proven by the solver: no lawful plan is better by more than {money(gap)}. By arithmetic alone, "
            f"which needs no trust in the solver: by more than {without}."
        )
    if gap > 0:
        return f"Proven: no lawful plan that meets your constraints is better by more than {money(gap)}."
    return "Proven: no lawful plan that meets your constraints is better."


def _what_may_prove(plan: Plan) -> str:
    """What may be done about a plan that is not proven."""
    if not plan.search_ended:
        return "A longer --time-limit may find it or rule it out."
    *others, last = plan.hard_to_prove or ("",)
    keys = f"{', '.join(others)} or {last}" if others else last
    without = f"; try without {keys}" if keys else ""
    return f"The search ended without a proof, and more time would not help{without}."


def why_nothing(plan: Plan, case: Case) -> str:
    """Why no lot is sold."""
    if case.as_of.year > plan.tax_year:
        return f"The year {plan.tax_year} is over. These are its final figures."
    if not case.household.plan_limits.sell:
        return "plan.sell = false, so nothing is sold. These are the year's figures so far."
    if not case.holdings:
        return "No lots were found: these accounts hold nothing to sell."
    if plan.status is Status.UNPROVEN:
        return f"No beneficial sale was found{'' if plan.search_ended else ' within the time limit'}."
    if plan.held_back:
        return "No sale would benefit this household. Each lot with a loss is listed below with the reason."
    return "No lot that may be sold has a loss."


def income_tax_note(plan: Plan) -> str:
    """What the line of income tax leaves out, and whether the total has it."""
    if plan.baseline.edge_worksheets:
        return (
            "Income tax is computed by formula, before credits; the total is after the credits and the alternative "
            "minimum tax shown."
        )
    return "Income tax is computed by formula, before credits and without the alternative minimum tax."


def year_note(plan: Plan) -> str:
    """The notes under the lines of the year."""
    return f"Net gains and losses are after carryovers and disallowed losses. {income_tax_note(plan)}"


def year_rows(plan: Plan) -> list[tuple[str, YearChange]]:
    """The lines of the year, each with its name."""
    return [(year_label(line.line, plan.tax_year), line) for line in year_changes(plan)]


def held_back_in_order(plan: Plan) -> list[HeldBack]:
    """What is not known first, then the largest loss first."""
    return sorted(plan.held_back, key=lambda held: (held.gain is not None, held.gain or 0, held.lot_id))


def digital_and_other(cautions: Sequence[Caution]) -> tuple[list[Caution], list[Caution]]:
    """The cautions on digital assets, which the wash-sale rule does not reach today, and all others."""
    digital = [caution for caution in cautions if caution.code in _DIGITAL_ASSETS]
    return digital, [caution for caution in cautions if caution.code not in _DIGITAL_ASSETS]


def not_in_the_plan(plan: Plan, case: Case) -> str:
    """What the figures leave out because no file explains it, in a sentence; nothing where all is explained."""
    parts = []
    securities = sorted({symbol for _, symbol in case.unexplained})
    if securities:
        named = ", ".join(securities[:MOST_LEFT_OUT])
        more = f" and {len(securities) - MOST_LEFT_OUT} more" if len(securities) > MOST_LEFT_OUT else ""
        parts.append(f"{named}{more} (history unclear: held back, losses so far not counted)")
    sales = sum(caution.code in ("sale_not_counted", "sale_not_explained") for caution in plan.cautions)
    if sales:
        parts.append(f"{count(sales, 'sale')} of this year with an unknown gain")
    return f"Not in this plan: {'; '.join(parts)}." if parts else ""


def rests_in_words(rests: Rests) -> list[tuple[str, bool]]:
    """What the plan rests on, part by part, and whether that part is as it should be."""
    if not rests.accounts and rests.outside:
        said = [("no account that § 1091 reaches", True)]
    else:
        reached = " that § 1091 reaches" if rests.outside else ""
        since = f"{rests.since:%b} {rests.since.day}"
        seen = f"purchases since {since} known in {rests.seen} of {count(rests.accounts, 'account')}{reached}"
        said = [(seen, rests.seen == rests.accounts)]
        if rests.ends:
            first = f"{'the first ' if len(rests.ends) > 1 else ''}on {rests.ends[0]:%b} {rests.ends[0].day}"
            said.append((f"files of {count(len(rests.ends), 'account')} end before that, {first}", False))
    if rests.not_counted:
        said.append((f"{rests.not_counted} not counted", False))
    else:
        said.append(("all sales counted", True))
    return [*said, ("income not confirmed", False)] if rests.assumed else said
