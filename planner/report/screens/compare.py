"""Scenarios side by side as a person reads them: what each is worth, what the year becomes, which lots differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from planner.analysis.comparison import Compared, Comparison, LotDifference, Sweep, SweepPoint, Waiting
from planner.domain.case import Case
from planner.domain.plan import Status
from planner.report.screens.grid import show_grid
from planner.report.screens.next_dollar import show_next_dollar
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import FILING_STATUS, bar, count, day, money, quantity
from rules.terms import ZERO

MOST_LOTS = 4  # lots named of each kind of difference
NO_FIGURE = "-"
NARROWEST_BAR = 12
AROUND_BAR = 8  # the indent of a table and the blanks between its columns


def compare_screen(comparison: Comparison, case: Case, *, width: int, color: bool, plain: bool = False) -> str:
    """The whole comparison as text of that many columns."""
    page = TextPage(width, color, plain)
    taxpayer = case.household.taxpayer
    status = FILING_STATUS[taxpayer.filing_status]
    page.say(f"Tax year {taxpayer.tax_year} · {status} · as of {day(case.as_of)}", hanging=2)
    _worth(page, comparison)
    _gaps(page, comparison, taxpayer.tax_year)
    _year_and_orders(page, comparison, taxpayer.tax_year)
    _lots(page, comparison)
    if comparison.marginal is not None:
        show_next_dollar(page, comparison.marginal)
    if comparison.sweep is not None:
        _sweep(page, comparison.sweep)
    if comparison.grid is not None:
        show_grid(page, comparison.grid)
    page.blank()
    page.say(f"An estimate under the law held for {taxpayer.tax_year}, not tax advice.")
    return page.text


def _worth(page: TextPage, comparison: Comparison) -> None:
    page.heading("Net benefit of each scenario")
    page.table(
        [
            TextColumn("Scenario", least=16),
            TextColumn("Net benefit", number=True),
            TextColumn("Tax saved", number=True),
            TextColumn("Carryover", number=True),
            TextColumn("Deferred", number=True),
            TextColumn("Trading", number=True),
        ],
        [[_name(each, comparison), *_parts(each)] for each in comparison.scenarios],
        notes=[what_of(each) for each in comparison.scenarios],
    )
    marks = []
    if comparison.best is not None:
        marks.append("* best this year of the scenarios that can be compared with one another.")
    if any(each.apart for each in comparison.scenarios):
        marks.append(
            "Not comparable: valued under other facts than the household as given, or without one of its constraints."
        )
    if marks:
        page.say(" ".join(marks), indent=2)


def _name(each: Compared, comparison: Comparison) -> str:
    return f"{each.name} *" if each.name == comparison.best else each.name


def _parts(each: Compared) -> list[str]:
    if each.plan is None:
        return [NO_FIGURE] * 5
    benefit = each.plan.benefit
    if each.in_january is not None:
        return [money(each.in_january), money(benefit.tax_saved), *[NO_FIGURE] * 3]
    return [
        money(benefit.total),
        money(benefit.tax_saved),
        money(benefit.carryover_value),
        money(-benefit.deferred_tax),
        money(-benefit.trading_cost),
    ]


def what_of(each: Compared) -> str:
    """What it changes, and whatever keeps it from being an answer like the others."""
    words = [each.what]
    if each.in_january is not None:
        words.append("its net benefit is that of January, by [assumptions]")
    if each.apart:
        words.append(f"not comparable: {each.apart}")
    if each.plan is None:
        words.append("no plan: " + "; ".join(problem.what for problem in each.problems))
    elif each.plan.status is Status.UNPROVEN and not each.by_rule:
        words.append(f"not proven: up to {money(each.plan.benefit.gap)} more is possible")
    return " · ".join(words)


def _gaps(page: TextPage, comparison: Comparison, year: int) -> None:
    if comparison.naive_gap is None and comparison.waiting is None and comparison.listed_gap is None:
        return
    page.blank()
    if comparison.listed_gap is not None:
        page.say(listed_gap(comparison.listed_gap), style="bold")
    for words in against_rules(comparison):
        page.say(words, style="bold")
    if comparison.waiting is not None:
        page.say(expiring(comparison.waiting, year))


def against_rules(comparison: Comparison) -> Iterator[str]:
    """The plan's net benefit against that of the rule most people follow, or where that breaks a constraint, of the
    best that breaks none; and which rules are worth more because they break one."""
    if comparison.naive_gap is None:
        return
    if comparison.naive_is_comparable:
        yield _gap(comparison.naive_gap, "that of selling losers until gains are zero")
    elif (rule := comparison.best_rule) is not None:
        best = f"that of “{rule.name}”, the best rule of thumb that keeps your constraints"
        yield _gap(comparison.more_than(rule), best)
    else:
        yield "No rule of thumb keeps your constraints, so the plan is compared with none."
    for rule in comparison.worth_more:
        more = money(-comparison.more_than(rule))
        yield f"“{rule.name}” has a net benefit {more} higher, but is not comparable: {rule.apart}."


def _gap(gap: Decimal, other: str) -> str:
    than = "higher than" if gap > 0 else "lower than" if gap < 0 else "the same as"
    amount = f"{money(abs(gap))} " if gap else ""
    return f"The plan’s net benefit is {amount}{than} {other}."


def listed_gap(gap: Decimal) -> str:
    """How a list of sales compares with the plan."""
    if not gap:
        return "Your list has the same net benefit as the plan."
    return f"The net benefit of your list is {money(abs(gap))} {'lower' if gap > 0 else 'higher'} than the plan's."


def expiring(waiting: Waiting, year: int) -> str:
    """How much of the net benefit is lost when the year ends: all of it where January's would be below zero."""
    if waiting.expires > waiting.now:
        instead = f"the same sales in January would have {money(waiting.in_january)}"
        if waiting.now <= 0:
            return f"After December 31, {year}, {instead}, {money(waiting.expires)} less, by [assumptions]."
        return f"All of the net benefit expires on December 31, {year}: {instead}, by [assumptions]."
    expires = money(waiting.expires) if waiting.expires > 0 else "Nothing"
    return (
        f"{expires} of the net benefit expires on December 31, {year}: the same sales in January would have "
        f"{money(waiting.in_january)}, by [assumptions]."
    )


def _year_and_orders(page: TextPage, comparison: Comparison, year: int) -> None:
    page.heading("The year's tax, and the work each scenario takes")
    page.table(
        [
            TextColumn("Scenario", least=16),
            TextColumn(f"Tax {year}", number=True),
            TextColumn("Carryover", number=True),
            TextColumn("Lots", number=True),
            TextColumn("Turnover", number=True),
            TextColumn("Closed", number=True),
            TextColumn("Disallowed", number=True),
        ],
        [[_name(each, comparison), *_year(each)] for each in comparison.scenarios],
    )
    page.say(
        f"Carryover: loss carried to {year + 1}. Closed: securities not to be bought back for 30 days. Disallowed: "
        "loss that § 1091 defers or disallows permanently.",
        indent=2,
    )


def _year(each: Compared) -> list[str]:
    if each.plan is None:
        return [NO_FIGURE] * 6
    return [
        money(each.plan.planned.total_tax),
        money(each.carried),
        f"{each.sales.lots:,}",
        money(each.sales.proceeds),
        f"{each.windows_opened:,}",
        money(each.sales.disallowed_loss),
    ]


# --- lots ----------------------------------------------------------------------------------------------------------


def _lots(page: TextPage, comparison: Comparison) -> None:
    others = [each for each in comparison.scenarios[1:] if each.plan is not None]
    if comparison.as_given.plan is None or not others:
        return
    page.heading("How the sales differ from the household as given")
    for words, names in differences(others):
        page.say(f"* {', '.join(names)}: {words}", indent=2, hanging=2)


def differences(scenarios: Iterable[Compared]) -> list[tuple[str, list[str]]]:
    """How their sales differ from the household as given, with the names of all that differ so."""
    said: dict[str, list[str]] = {}
    for each in scenarios:
        said.setdefault(_difference(each), []).append(each.name)
    return list(said.items())


def _difference(each: Compared) -> str:
    if not each.differences:
        return "the same sales."
    if each.plan is not None and not each.plan.sales:
        return "sells nothing."
    kept = [one for one in each.differences if one.day_here is None]
    added = [one for one in each.differences if one.day_as_given is None]
    changed = [one for one in each.differences if one.day_here is not None and one.day_as_given is not None]
    parts = []
    if kept:
        parts.append(f"keeps {_named(one.lot_id for one in kept)}")
    if added:
        parts.append(f"also sells {_named(one.lot_id for one in added)}")
    if changed:
        parts.append(f"changes {_named(map(_otherwise, changed))}")
    return "; ".join(parts) + "."


def _named(lots: Iterable[str]) -> str:
    names = list(lots)
    shown = ", ".join(names[:MOST_LOTS])
    return shown if len(names) <= MOST_LOTS else f"{shown} and {count(len(names) - MOST_LOTS, 'more lot')}"


def _otherwise(one: LotDifference) -> str:
    words = []
    if one.quantity_here != one.quantity_as_given:
        words.append(f"{quantity(one.quantity_here)} instead of {quantity(one.quantity_as_given)}")
    if one.day_here != one.day_as_given:
        words.append(f"on {one.day_here} instead of {one.day_as_given}")
    return f"{one.lot_id} ({', '.join(words)})"


# --- sweep ---------------------------------------------------------------------------------------------------------


def _sweep(page: TextPage, sweep: Sweep) -> None:
    page.heading(f"Net benefit as {sweep.key} varies")
    worths = [point.benefit.total for point in sweep.points if point.benefit is not None]
    low, high = min([*worths, ZERO]), max([*worths, ZERO])
    cells = [_point(point) for point in sweep.points]
    key = sweep.key.rpartition(".")[2]
    names: tuple[str, ...] = (key, "Net benefit", "Lots")
    if not sweep.comparable:  # a figure of the year itself moves: where its tax has edges is seen in these
        cells = [[*figures, *_tax(point)] for figures, point in zip(cells, sweep.points, strict=True)]
        names += ("Tax with the plan", "Credits")
    taken = sum(max(map(len, column)) for column in zip(*cells, names, strict=True))
    room = max(page.width - taken - AROUND_BAR, NARROWEST_BAR)
    bars = [
        bar(point.benefit.total - low, high - low, room) if point.benefit is not None else "no plan"
        for point in sweep.points
    ]
    page.table(
        [*(TextColumn(name, number=True) for name in names), TextColumn("", rigid=True)],
        [[*figures, drawn] for figures, drawn in zip(cells, bars, strict=True)],
    )
    if sweep.as_given is not None:
        page.say(f"{sweep.key} is {quantity(sweep.as_given)} in the household as given.", indent=2)
    if not sweep.comparable:
        page.say("This key changes how a plan is valued, not only what it may do.", indent=2)
    for what in dict.fromkeys(problem.what for point in sweep.points for problem in point.problems):
        page.say(f"No plan: {what}.", indent=2, hanging=2)


def _point(point: SweepPoint) -> list[str]:
    """The value, the best plan's net benefit there, and how many lots it sells."""
    if point.benefit is None:
        return [quantity(point.value), NO_FIGURE, NO_FIGURE]
    return [quantity(point.value), money(point.benefit.total), f"{point.sales:,}"]


def _tax(point: SweepPoint) -> list[str]:
    """The year's tax with the plan, and the credits in it."""
    if point.total_tax is None or point.credits is None:
        return [NO_FIGURE, NO_FIGURE]
    return [money(point.total_tax), money(point.credits)]
