"""Marks, bars and lists: what is said of a wash sale, until when no one buys, and what to hold instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from planner.domain.plan import Plan, WashState, Window
from planner.report.json_documents.plan import plan_document
from planner.report.screens.plan import plan_screen
from planner.report.screens.sales import MOST_SALES
from planner.report.screens.timeline import timeline
from planner.report.words import in_plain_signs
from tests.reporting.made_plans import AS_OF, COINS, SAFE, SOLD, WASHED, WINDOW, holding, made_case, made_plan, sale

LOT = sale("Schwab:VXUS:2026-01-22:1")


def shown(plan: Plan, *held: str, width: int = 80, plain: bool = False) -> str:
    return plan_screen(plan, made_case(map(holding, held)), width=width, color=False, plain=plain)


def flat(text: str) -> str:
    return " ".join(text.split())


def bars(*windows: Window, room: int = 78, today: date = AS_OF) -> list[str]:
    return timeline(windows, (), today, room)[0]


# --- four states ---


@pytest.mark.parametrize(
    ("state", "mark", "meaning"),
    [
        (WashState.CLEAN, "clean", "clean: no known purchase disallows the loss"),
        (WashState.PARTLY_DISALLOWED, "deferred", "deferred: some or all of the loss is disallowed, and moves"),
        (WashState.PERMANENTLY_LOST, "lost", "lost: some or all of the loss is permanently disallowed"),
        (WashState.COVERAGE_INCOMPLETE, "unknown", "unknown: some purchases are not known"),
    ],
)
@pytest.mark.parametrize("number", [1, MOST_SALES + 1])
def test_a_state_is_marked_and_the_mark_explained(state: WashState, mark: str, meaning: str, number: int) -> None:
    text = shown(made_plan(*[replace(LOT, wash_state=state)] * number))
    assert f" {mark}\n" in text
    assert meaning in flat(text)
    others = {"clean:", "deferred:", "lost:", "unknown:"} - {f"{mark}:"}
    assert not [word for word in others if word in text]


def test_what_the_section_does_not_reach_is_not_called_clean() -> None:
    text = shown(made_plan(COINS, LOT))
    assert "short  -\n" in text
    assert "-: § 1091 does not apply" in flat(text)
    assert "Wash" not in shown(made_plan(COINS))


def test_lots_of_one_symbol_in_different_states_are_not_given_one() -> None:
    unseen = replace(LOT, wash_state=WashState.COVERAGE_INCOMPLETE)
    assert "clean/unknown" in shown(made_plan(*[LOT] * MOST_SALES, unseen))


def test_json_names_the_state() -> None:
    found = plan_document(made_plan(LOT, WASHED, COINS))["sales"]
    assert [sold["wash_state"] for sold in found] == ["clean", "permanently_lost", None]


# --- windows ---


def classes(*, scheduled: bool = False) -> Plan:
    """VXUS sold, and two classes of the same fund that are closed with it."""
    names = ("VTIAX", "VTPSX")
    both = [replace(WINDOW, symbol=name, identical_to="VXUS", because="identical", scheduled=()) for name in names]
    if scheduled:
        both[1] = replace(both[1], scheduled=WINDOW.scheduled)
    return replace(made_plan(LOT), windows=(WINDOW, *both))


def test_share_classes_that_nobody_holds_stand_in_the_row_of_what_is_sold() -> None:
    text = flat(shown(classes()))
    assert "also VTIAX, VTPSX (substantially identical)" in text
    assert "VTIAX identical" not in text


def test_a_share_class_that_somebody_holds_or_is_about_to_buy_stands_by_itself() -> None:
    assert "VTIAX identical" in flat(shown(classes(), "Wallet:vtiax:1"))
    text = flat(shown(classes(scheduled=True)))
    assert "VTPSX identical" in text
    assert "also VTIAX (" in text


def test_json_keeps_every_window_with_its_accounts_and_planned_purchases() -> None:
    first, second, _ = plan_document(classes())["windows"]
    assert second["identical_to"] == "VXUS"
    assert first["accounts"] == ["Schwab", "Wallet"]
    assert first["sold"] == ["2026-12-15"]
    (planned,) = first["scheduled"]
    assert planned == {
        "date": "2026-12-30",
        "account": "Schwab",
        "symbol": "VXUS",
        "quantity": Decimal("3.5"),
        "costs": Decimal("12.34"),
        "cancelable": False,
    }


def test_a_planned_purchase_that_stays_says_what_it_costs_and_when_it_would_not() -> None:
    assert "2026-12-30 Schwab VXUS 3.5 $12.34 2027-01-15" in flat(shown(made_plan(LOT)))


def test_a_planned_purchase_that_is_worth_keeping_costs_nothing() -> None:
    worth_it = tuple(replace(planned, costs=Decimal("-3.50")) for planned in WINDOW.scheduled)
    text = flat(shown(replace(made_plan(LOT), windows=(replace(WINDOW, scheduled=worth_it),))))
    assert "2026-12-30 Schwab VXUS 3.5 $0.00 2027-01-15 They cost the plan nothing" in text
    assert "that much higher" not in text


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2026, 11, 30), "buy the same quantity by Mon Nov 30, 2026 (the last day to double up)"),
        (date(2026, 12, 1), "The last day to double up ahead of a sale on Thu Dec 31, 2026 was Mon Nov 30, 2026."),
    ],
)
def test_the_last_day_to_double_up(as_of: date, words: str) -> None:
    assert words in flat(shown(replace(made_plan(LOT), as_of=as_of)))


# --- the timeline ---


def test_every_day_has_its_column_and_its_mark() -> None:
    (months, bar), legend = timeline([WINDOW], made_plan().cancellations, AS_OF, 78)
    assert len(bar) == 13 + 62  # 61 days and the safe one
    marks = {bar[13 + (day - WINDOW.first).days] for day in (SOLD,)}
    assert marks == {"S"}
    for day, mark in ((AS_OF, "T"), (date(2026, 12, 30), "P"), (date(2027, 1, 4), "X"), (SAFE, "O")):
        assert bar[13 + (day - WINDOW.first).days] == mark
    assert bar.count("─") == 61 - 4
    assert months.index("Jan 1") == 13 + (date(2027, 1, 1) - WINDOW.first).days
    assert "S sale" in legend
    assert "one day per column" in legend


def test_the_day_of_sale_is_shown_where_it_is_today_too() -> None:
    assert "T" not in bars(WINDOW, today=SOLD)[1]
    assert "S" in bars(WINDOW, today=SOLD)[1]


@pytest.mark.parametrize("room", [40, 60, 78, 98])
def test_a_longer_time_has_more_days_a_column_and_fits(room: int) -> None:
    late = replace(WINDOW, symbol="NVDA  270115C00060000", last=WINDOW.last + timedelta(40))
    late = replace(late, safe_on=late.last + timedelta(1), sold=(SOLD, SOLD + timedelta(40)))
    drawn = bars(WINDOW, late, room=room)
    assert max(map(len, drawn)) <= max(room, 43)
    assert drawn[2].count("S") == 2


@pytest.mark.parametrize("room", range(60, 90))
def test_the_months_are_whole_and_fit(room: int) -> None:
    """A window from 1 November ends on New Year's Day: no room for its name at 78 columns."""
    early = replace(WINDOW, first=date(2026, 11, 1), last=date(2026, 12, 31), safe_on=date(2027, 1, 1))
    months = bars(early, room=room)[0]
    assert len(months) <= room
    assert months.split() in (["Nov", "1", "Dec", "1"], ["Nov", "1", "Dec", "1", "Jan", "1"])


def test_symbols_with_one_bar_share_it_and_are_counted_where_they_do_not_fit() -> None:
    many = [replace(WINDOW, symbol=f"FUND{n}", scheduled=()) for n in range(12)]
    assert [line[:13].strip() for line in bars(WINDOW, *many)] == ["", "VXUS", "12 others"]


def test_in_plain_signs_the_bars_keep_their_width() -> None:
    drawn = bars(WINDOW)[1]
    assert in_plain_signs(drawn).isascii()
    assert len(in_plain_signs(drawn)) == len(drawn)
    assert in_plain_signs(drawn).rpartition("P")[0] in shown(made_plan(LOT), plain=True)


def test_a_long_name_is_not_cut() -> None:
    name = "A FUND WITHOUT A TICKER" * 3
    drawn = bars(replace(WINDOW, symbol=name))
    assert drawn[1] == name
    assert "S" in drawn[2]


# --- what to hold meanwhile ---


def test_candidates_are_named_with_what_they_hold_or_why_there_are_none() -> None:
    text = flat(shown(made_plan(LOT, WASHED, COINS)))
    assert "VXUS IXUS (foreign markets)" in text
    assert "BND none: every candidate is in question" in text
    assert "BTC the same asset: § 1091 does not reach it (see Digital assets)" in text


def test_json_lists_candidates_by_what_is_sold() -> None:
    found = plan_document(made_plan(LOT))["replacements"]
    assert [row["symbol"] for row in found] == ["BND", "BTC", "VXUS"]
    assert found[0] == {"symbol": "BND", "candidates": [], "why_none": "every candidate is in question"}
    (ixus,) = found[2]["candidates"]
    assert list(ixus) == ["symbol", "name", "why"]
    assert found[2]["why_none"] is None
