"""An explanation as a person reads it: what becomes of a lot, what its dollars do, what would change the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from planner.analysis.arrival import arrival
from planner.analysis.explanation import (
    BreakEven,
    Explanation,
    LotExplained,
    OtherDay,
    Supposition,
    Washing,
    WhatIf,
)
from planner.analysis.given_away import given_away
from planner.analysis.totals import market_value
from planner.domain.case import Case
from planner.domain.plan import Sale, Status
from planner.report.screens.dollar_segments import show_dollars
from planner.report.screens.giving import given_away_words
from planner.report.screens.text_page import TextPage
from planner.report.screens.worksheets import show_worksheets
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, TERM, count, day, loss_or_gain, money, price, quantity
from rules.terms import ZERO

_INDENT = 2
_CHANGED = {
    Supposition.KEPT: "If kept, with everything else replanned",
    Supposition.SOLD: "If sold whole, with everything else replanned",
    Supposition.SELL: "With plan.sell = true",
    Supposition.KEEP: "If not named in `keep`",
    Supposition.SELL_GAINS: "With plan.sell_gains = true",
    Supposition.MINIMUM_LOSS: "Without minimum_loss",
    Supposition.MAX_SALES: "Without max_sales",
    Supposition.MAX_TURNOVER: "Without max_turnover",
    Supposition.CASH_NEEDED: "Without cash_needed",
    Supposition.FROZEN: "If it were not frozen",
}


_CAME = {
    "vest": "vested",
    "gift_in": "received as a gift",
    "inherit": "inherited",
    "exercise": "acquired by exercise",
    "income": "received as income",
}  # any other way is called a purchase


def explain_screen(explanation: Explanation, *, tax: bool, width: int, color: bool, plain: bool = False) -> str:
    """The explanation as text of that many columns; with `tax` the worksheets after it."""
    page = TextPage(width, color, plain)
    plan, case = explanation.plan, explanation.case
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f" · scenario “{plan.scenario}”" if plan.scenario else ""
    page.say(f"Tax year {plan.tax_year} · {status} · as of {day(plan.as_of)}{scenario}", hanging=2)
    proof = f"proven within {money(plan.benefit.gap)}" if plan.status is Status.PROVEN else "NOT PROVEN"
    sells = count(len(plan.sales), "lot") if plan.sales else "nothing"
    page.say(f"The plan sells {sells}. Net benefit {money(plan.benefit.total)}, {proof}.")
    for explained in explanation.lots:
        _lot(page, explained, explanation)
    if explanation.more:
        page.heading(f"{count(len(explanation.more), 'more lot')} of {explanation.lots[0].holding.lot.symbol}")
        page.say(f"Name one to see its explanation: {', '.join(explanation.more)}", indent=_INDENT)
    _sold_this_year(page, explanation)
    _closed(page, explanation)
    _section(page, "Warnings", [f"{caution.text} [{caution.code}]" for caution in explanation.cautions])
    _section(page, "Legal basis", [f"{source.law}: {source.says}." for source in explanation.sources])
    if tax:
        show_worksheets(page, plan)
    page.blank()
    page.say(f"An estimate under the law held for {plan.tax_year} (harvest law {plan.tax_year}), not tax advice.")
    return page.text


def _lot(page: TextPage, explained: LotExplained, explanation: Explanation) -> None:
    page.heading(explained.holding.lot.lot_id)
    page.say(_what_it_is(explained, explanation.case), indent=_INDENT)
    page.say(" ".join(_what_becomes_of_it(explained)), indent=_INDENT)
    show_dollars(page, explained)
    _listed(page, "What would change the answer", _what_would_change(explained))
    _listed(page, "Wash sales (§ 1091)", _washes(explained))
    given = given_away(explanation.case, explained.holding, explanation.plan.planned.agi)
    _listed(page, "If given away or inherited", given_away_words(given))


def _listed(page: TextPage, title: str, sentences: Iterator[str] | list[str]) -> None:
    told = list(sentences)
    if told:
        page.blank()
        page.say(title, indent=_INDENT)
        for sentence in told:
            page.say(f"* {sentence}", indent=_INDENT + 2, hanging=2)


def _section(page: TextPage, title: str, sentences: Sequence[str]) -> None:
    if sentences:
        page.heading(title)
        for sentence in sentences:
            page.say(f"* {sentence}", indent=_INDENT, hanging=2)


# --- what it is, and what becomes of it --------------------------------------------------------------------------


def _what_it_is(explained: LotExplained, case: Case) -> str:
    holding, lot = explained.holding, explained.holding.lot
    account = next((a for a in case.household.accounts if a.name == lot.account), None)
    whose = f" ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)" if account else ""
    came = arrival(holding, case)
    since = "inherited"
    if came != "inherit":
        since = f"{_CAME.get(came, 'bought')} on {day(lot.acquired) if lot.acquired else 'unknown dates'}"
    paid = " at an unknown basis"
    if lot.basis is not None:
        paid = f", basis {money(lot.basis)}" if came in _CAME else f" for {money(lot.basis)}"
    value = market_value(holding)
    today = (
        f"At {price(holding.price)} each it is worth {money(value)} today."
        if holding.price is not None
        else "Its price is not known."
    )
    return f"{quantity(lot.quantity)} {lot.symbol} in {lot.account}{whose}, {since}{paid}. {today}"


def _what_becomes_of_it(explained: LotExplained) -> Iterator[str]:
    sale = explained.sale
    if explained.in_order is not None and sale is not None:
        it = "it" if sale.whole_lot else f"{quantity(sale.quantity)} of it"
        yield f"The plan sells {it} on {day(sale.date)}: {_realises(sale, 'is')}."
        if explained.put_off:
            yield f"It is {explained.reason}."
        else:
            yield f"With the plan’s sales counted from the largest loss down: {explained.reason}."
        if explained.rest:
            yield f"The rest of the lot: {explained.rest}."
        return
    yield f"The plan does not sell it: {explained.reason}."
    if sale is not None:
        yield f"Sold whole on {day(sale.date)}, {_realises(sale, 'would be')}."


def _realises(sale: Sale, verb: str) -> str:
    """`$3,060.00 less a basis of $8,592.00 is a long-term loss of $5,532.00`, and what § 1091 leaves of it."""
    what = "neither gain nor loss"
    if sale.gain:
        what = f"a {TERM[sale.character]}-term {'gain' if sale.gain > 0 else 'loss'} of {money(abs(sale.gain))}"
    left = ""
    if sale.disallowed_loss:
        lost = _for_good(sale.disallowed_loss, sale.permanently_lost)
        left = f", of which § 1091 disallows {money(sale.disallowed_loss)}{lost}"
    return f"{money(sale.proceeds)} less a basis of {money(sale.basis)} {verb} {what}{left}"


def _for_good(disallowed: Decimal, lost: Decimal) -> str:
    if not lost:
        return ""
    return ", all of it permanently" if lost == disallowed else f", {money(lost)} of it permanently"


# --- what would change the answer --------------------------------------------------------------------------------


def _what_would_change(explained: LotExplained) -> Iterator[str]:
    for what in explained.what_ifs:
        yield _what_if(what, explained)
    if explained.break_even is not None:
        yield _break_even(explained.break_even, explained)
    for other in explained.other_days:
        yield _other_day(other)
    if explained.turns_long_term is not None:
        yield f"It becomes long-term on {day(explained.turns_long_term)}."
    if explained.until is not None:
        yield f"The last purchase that would wash it leaves the window on {day(explained.until)}."
    if explained.unfinished:
        yield "The time limit ended before every case was replanned; allow more with --time-limit."


def _what_if(what: WhatIf, explained: LotExplained) -> str:
    changed = _CHANGED[what.change]
    if what.difference is None:
        return f"{changed}: no plan is possible. {what.no_plan[:1].upper()}{what.no_plan[1:]}."
    return f"{changed}, the net benefit is {_more_or_less(what.difference)}{_and_sells(what, explained)}."


def _and_sells(what: WhatIf, explained: LotExplained) -> str:
    if what.change in (Supposition.KEPT, Supposition.SOLD):
        return ""
    if not what.sells:
        return ", and the plan still does not sell it"
    whole = what.sells == explained.holding.lot.quantity
    return ", and the plan sells it" if whole else f", and the plan sells {quantity(what.sells)} of it"


def _more_or_less(difference: Decimal) -> str:
    if not difference:
        return "the same"
    return f"{money(abs(difference))} {'higher' if difference > 0 else 'lower'}"


def _break_even(even: BreakEven, explained: LotExplained) -> str:
    symbol = explained.holding.lot.symbol
    return (
        f"Break-even: sold at {price(even.sold_at)} each, kept at {price(even.kept_at)} (every {symbol} lot "
        "at that price, everything else replanned)."
    )


def _other_day(other: OtherDay) -> str:
    washed = f", with {money(other.disallowed_loss)} of its loss disallowed" if other.disallowed_loss else ""
    return (
        f"Sold on {day(other.day)} instead, {TERM[other.character]}-term{washed}, all else equal: the net benefit is "
        f"{_more_or_less(other.difference)}."
    )


# --- wash sales --------------------------------------------------------------------------------------------------


def _washes(explained: LotExplained) -> Iterator[str]:
    for match in explained.matched:
        where = "permanently lost" if match.permanently_lost else "added to the basis of what was bought"
        yield (
            f"{quantity(match.quantity)} {match.symbol} bought on {day(match.bought)} in {match.account} "
            f"replace as many of its shares: {money(match.disallowed_loss)} of the loss is disallowed, {where} "
            f"({match.rule})."
        )
    if explained.washing is not None:
        yield _washing(explained.washing, explained)


def _washing(washing: Washing, explained: LotExplained) -> str:
    costs = f" and cost {money(washing.costs)}" if washing.costs > ZERO else ", which would cost you nothing"
    return (
        f"{quantity(washing.quantity)} {explained.holding.lot.symbol} bought back by {day(washing.last)}, by anyone in "
        f"the household in any account, would disallow {money(washing.disallowed_loss)} of loss{costs}; "
        f"in an IRA, where the loss is permanently lost, it would cost {money(washing.costs_in_an_ira)}. "
        f"It is safe from {day(washing.safe_on)}."
    )


def _sold_this_year(page: TextPage, explanation: Explanation) -> None:
    if not explanation.sold:
        return
    page.heading("Already sold this year")
    for sale in explanation.sold:
        washed = ""
        if sale.disallowed_loss:
            lost = _for_good(sale.disallowed_loss, sale.permanently_lost)
            washed = f"; § 1091 disallows {money(sale.disallowed_loss)} of the loss{lost}"
        page.say(
            f"* {quantity(sale.quantity)} {sale.symbol} in {sale.account} on {day(sale.sold)}: "
            f"{loss_or_gain(sale.gain_before_wash)}{washed}.",
            indent=_INDENT,
            hanging=2,
        )


def _closed(page: TextPage, explanation: Explanation) -> None:
    """Until when no one may buy what was asked about."""
    if not explanation.windows:
        return
    page.heading("Do not buy")
    for window in explanation.windows:
        page.say(
            f"* {window.symbol}, in any account of the household, from {day(window.first)} through "
            f"{day(window.last)}: {window.because}. Safe on {day(window.safe_on)}.",
            indent=_INDENT,
            hanging=2,
        )
