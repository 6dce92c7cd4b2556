"""A lot's dollars, stretch by stretch: what each does, what the first and the last are worth, what all add up to."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from planner.analysis.explanation import DollarSegment, LotExplained, Worth
from planner.analysis.marginal_value import Rung
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import count, money

_INDENT = 2


def show_dollars(page: TextPage, explained: LotExplained) -> None:
    """The dollars in the plan's order, then after all other sales; the second time only what differs."""
    if explained.put_off and explained.worth_on_top is not None:
        page.blank()
        page.say(_sentence(explained.worth_on_top), indent=_INDENT)
        return
    if explained.in_order is not None and explained.worth_in_order is not None:
        after = explained.in_order.after
        place = f"after the {count(after, 'sale')} listed before it" if after else "as the first of the plan’s sales"
        page.blank()
        page.say(f"Dollar by dollar, {place}", indent=_INDENT)
        _steps(page, explained.in_order)
        page.say(_sentence(explained.worth_in_order), indent=_INDENT + 2)
    if explained.on_top is None or explained.worth_on_top is None:
        return
    others = "all other sales of the plan" if explained.in_order is not None else "all sales of the plan"
    if not explained.same_dollars:
        page.blank()
        page.say(f"Dollar by dollar, after {others}", indent=_INDENT)
        _steps(page, explained.on_top)
        page.say(_sentence(explained.worth_on_top), indent=_INDENT + 2)
    elif explained.worth_on_top != explained.worth_in_order:
        page.say(f"After {others}: {_adds_up(explained.worth_on_top)}", indent=_INDENT + 2)
    if explained.frees > 0:
        page.say(
            f"If it were not sold, {money(explained.frees)} of other lots’ loss would be disallowed instead.",
            indent=_INDENT + 2,
        )
    elif explained.frees < 0:
        page.say(
            f"If it were not sold, {money(-explained.frees)} more of other lots’ loss would count.", indent=_INDENT + 2
        )


def _steps(page: TextPage, stretch: DollarSegment) -> None:
    if not stretch.steps:
        page.say("None of its loss or gain is recognized.", indent=_INDENT + 2)
        return
    several = sum(step.rung.carryover_value > 0 for step in stretch.steps) > 1
    page.table(
        [
            TextColumn("Dollars", number=True),
            TextColumn("Each", least=24),
            TextColumn("Tax saved", number=True),
            TextColumn("Carried", number=True),
        ],
        [
            [
                f"{money(step.rung.start)} to {money(step.rung.end)}",
                _why(step.rung, several),
                money(step.tax_saved),
                money(step.carried),
            ]
            for step in stretch.steps
        ],
        total=["", "Total", money(stretch.tax_saved), money(stretch.carried)] if len(stretch.steps) > 1 else None,
        indent=_INDENT + 2,
    )
    page.say(_first_and_last(stretch), indent=_INDENT + 2)


def _why(rung: Rung, several: bool) -> str:
    """What a dollar does; where several stretches are carried, also what tells them apart: each is worth less than the
    one before, because it is used later."""
    if several and rung.carryover_value > 0:
        return f"{rung.why}: {_cents(rung.carryover_value)}"
    return rung.why


def _first_and_last(stretch: DollarSegment) -> str:
    first, last = stretch.first_dollar, stretch.last_dollar
    if first == last:
        return f"Each dollar {_worth_of(first)}."
    return f"The first dollar {_worth_of(first)}. The last {_worth_of(last)}."


def _worth_of(rung: Rung) -> str:
    """`saves $0.2375 of tax now and brings $0.0921 of it later: it is worth $0.1454, before the cost of trading`."""
    does = _does(rung.tax_saved, rung.carryover_value, rung.deferred_tax, _cents)
    return f"{does}: net benefit {_cents(rung.worth)} before trading costs"


def _adds_up(worth: Worth) -> str:
    does = _does(worth.tax_saved, worth.carryover_value, worth.deferred_tax, money)
    return f"in total it {does}. Trading costs {money(worth.trading_cost)}. Net benefit {money(worth.total)}."


def _sentence(worth: Worth) -> str:
    said = _adds_up(worth)
    return said[:1].upper() + said[1:]


def _does(saved: Decimal, carried: Decimal, later: Decimal, shown: Callable[[Decimal], str]) -> str:
    """What dollars do now, next year and later; the last two as present values."""
    said = []
    if saved:
        said.append(f"{('saves' if saved > 0 else 'costs')} {shown(abs(saved))} of tax now")
    if carried > 0:
        said.append(f"carries over loss worth {shown(carried)}")
    elif carried:
        said.append(f"uses carryover worth {shown(-carried)}")
    if later:
        said.append(f"{'adds' if later > 0 else 'avoids'} {shown(abs(later))} of deferred tax")
    if len(said) < 2:
        return said[0] if said else "changes no tax"
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _cents(dollar: Decimal) -> str:
    """Of one dollar, to the hundredth of a cent."""
    return f"-${-dollar:.4f}" if dollar < 0 else f"${dollar:.4f}"
