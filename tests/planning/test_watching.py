"""Four states for every sale, planned purchases inside a window, what to hold instead, and the last day to double up.

The usual case is that of `test_wash_windows`: 100 old shares at a loss of 10 each; 40 shares bought close to the sale
have 400 of the 1,000 disallowed, and the plan is then worth 106.91 - 63.75 = 43.16 less.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, HISTORY, days_ago, planned, write

from planner.domain.plan import Plan, Scheduled, WashState, Window

OLD = "AAA,100,2024-01-05,6000,50,stock,old\n"
VTI = "VTI,100,2024-01-05,6000,50,etf,old\n"
COIN = "BTC,1,2024-01-05,6000,5000,crypto,coin\n"
LONG_GAIN = "\n[realized]\nlong_term = 20_000\n"
SHOWN = ACCOUNT + 'transactions = "history.csv"\n'
LONG_AGO = HISTORY + "2026-01-05,deposit,,0,100\n"  # the history reaches back far enough
TODAY = date(2026, 12, 8)
IRA = '\n[[accounts]]\nname = "Ira"\nkind = "ira"\n'


def bought(quantity: int) -> str:
    return f"AAA,{quantity},{days_ago(10)},{quantity},50,stock,new\n"


def to_buy(account: str = "Broker", symbol: str = "AAA", *, day: str = "2027-01-05", cancelable: bool = False) -> str:
    return (
        f'\n[[planned_purchases]]\ndate = {day}\naccount = "{account}"\nsymbol = "{symbol}"\nquantity = 40\n'
        f"cancelable = {str(cancelable).lower()}\n"
    )


def states(plan: Plan) -> dict[str, WashState | None]:
    return {sale.lot_id: sale.wash_state for sale in plan.sales}


def window_of(plan: Plan, symbol: str = "AAA") -> Window:
    return next(window for window in plan.windows if window.symbol == symbol)


def candidates(plan: Plan, symbol: str) -> list[str]:
    return [c.symbol for instead in plan.replacements if instead.symbol == symbol for c in instead.candidates]


# --- four states ---


def test_a_loss_is_clean_only_where_everything_was_shown(tmp_path: Path) -> None:
    shown = planned(write(tmp_path, OLD, LONG_GAIN, accounts=SHOWN, history=LONG_AGO))
    assert states(shown) == {"old": WashState.CLEAN}
    assert states(planned(write(tmp_path, OLD, LONG_GAIN))) == {"old": WashState.COVERAGE_INCOMPLETE}


@pytest.mark.parametrize("accounts", [SHOWN + IRA, SHOWN + IRA.replace("ira", "401k")])
def test_an_account_that_nobody_shows_leaves_no_loss_clean(tmp_path: Path, accounts: str) -> None:
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, history=LONG_AGO))
    assert states(plan) == {"old": WashState.COVERAGE_INCOMPLETE}


@pytest.mark.parametrize(("first", "state"), [(31, WashState.CLEAN), (29, WashState.COVERAGE_INCOMPLETE)])
def test_days_that_nobody_shows_leave_no_loss_clean(tmp_path: Path, first: int, state: WashState) -> None:
    history = HISTORY + f"{days_ago(first)},deposit,,0,100\n"
    assert states(planned(write(tmp_path, OLD, LONG_GAIN, accounts=SHOWN, history=history))) == {"old": state}


@pytest.mark.parametrize(
    ("account", "state"), [("Broker", WashState.PARTLY_DISALLOWED), ("Ira", WashState.PERMANENTLY_LOST)]
)
@pytest.mark.parametrize("shown", [True, False])
def test_what_is_known_to_be_disallowed_is_said_whatever_else_is_unseen(
    tmp_path: Path, account: str, state: WashState, shown: bool
) -> None:
    accounts = (SHOWN if shown else ACCOUNT) + IRA + ('transactions = "history.csv"\n' if shown else "")
    history = LONG_AGO.replace("\n", ",account\n", 1).replace(",100\n", ",100,Broker\n") + "2026-01-05,fee,,0,1,Ira\n"
    household = write(tmp_path, OLD, LONG_GAIN + to_buy(account), accounts=accounts, history=history)
    assert states(planned(household)) == {"old": state}


def test_gains_and_what_the_section_does_not_reach_have_no_state(tmp_path: Path) -> None:
    assert states(planned(write(tmp_path, COIN, LONG_GAIN))) == {"coin": None}
    winner = "AAA,100,2024-01-05,4000,50,stock,old\n"
    plan = planned(write(tmp_path, winner, "\n[plan]\nsell_gains = true\ncash_needed = 100\n"))
    assert states(plan) == {"old": None}
    under_the_section = planned(write(tmp_path, COIN, LONG_GAIN + "\n[wash_sale]\ncrypto = true\n"))
    assert states(under_the_section) == {"coin": WashState.COVERAGE_INCOMPLETE}


# --- what is scheduled inside a window, and what leaving it costs ---


@pytest.mark.parametrize("cancelable", [False, True])
def test_a_purchase_that_stays_says_what_it_costs(tmp_path: Path, cancelable: bool) -> None:
    """The plan without it is worth 106.91, with it 63.75: `test_what_is_saved_and_given_up`."""
    free = planned(write(tmp_path, OLD, LONG_GAIN)).benefit.total
    plan = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(cancelable=cancelable)))
    scheduled = window_of(plan).scheduled
    if cancelable:  # then the plan has it cancelled, and it stands there instead
        assert scheduled == ()
        assert plan.cancellations[0].saves == free - Decimal("63.75")
    else:
        costs = free - plan.benefit.total
        assert scheduled == (Scheduled(date(2027, 1, 5), "Broker", "AAA", Decimal(40), costs, False),)
        assert costs == Decimal("43.16")


def test_a_purchase_in_an_ira_costs_more(tmp_path: Path) -> None:
    """The loss is gone: 80.00 less is saved, and as much basis is given up."""
    plan = planned(write(tmp_path, OLD, LONG_GAIN + to_buy("Ira"), accounts=ACCOUNT + IRA))
    (scheduled,) = window_of(plan).scheduled
    assert scheduled.costs == Decimal("80.00")
    assert window_of(plan).accounts == ("Broker", "Ira")


def test_a_purchase_of_an_identical_share_class_stands_in_its_own_window(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, VTI, LONG_GAIN + to_buy(symbol="VTSAX")))
    assert window_of(plan, "VTI").scheduled == ()
    assert window_of(plan, "VTSAX").identical_to == "VTI"
    assert window_of(plan, "VTSAX").scheduled[0].costs == Decimal("43.16")


def test_a_purchase_outside_the_window_or_of_something_else_is_no_matter(tmp_path: Path) -> None:
    more = LONG_GAIN + to_buy(day="2027-01-31") + to_buy(symbol="BBB")
    assert window_of(planned(write(tmp_path, OLD, more))).scheduled == ()


@pytest.mark.parametrize(("day", "inside"), [("2027-01-07", True), ("2027-01-08", False), ("2027-01-20", False)])
def test_a_purchase_that_a_later_sale_alone_would_mind_is_no_matter(tmp_path: Path, day: str, inside: bool) -> None:
    """Sold on 8 December; a sale of the 31st would mind purchases until 30 January."""
    plan = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(day=day)), as_of=TODAY)
    assert [sale.date for sale in plan.sales] == [TODAY]
    assert bool(window_of(plan).scheduled) is inside


def test_a_lot_named_like_a_planned_purchase_is_none(tmp_path: Path) -> None:
    lots = OLD + bought(40).replace("new", "planned:1")
    assert window_of(planned(write(tmp_path, lots, LONG_GAIN))).scheduled == ()


def test_each_of_two_purchases_costs_its_own_part(tmp_path: Path) -> None:
    """40 of the 100 shares are replaced by one, 40 by the other."""
    more = LONG_GAIN + to_buy() + to_buy(day="2027-01-06")
    window = window_of(planned(write(tmp_path, OLD, more)))
    assert [s.costs for s in window.scheduled] == [Decimal("43.17"), Decimal("43.17")]


def test_identical_securities_sold_on_two_days_are_closed_until_the_last_of_them(tmp_path: Path) -> None:
    """GOOGL was sold on the 20th: GOOG bought back after its own window would wash that."""
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nGOOGL,100,2024-01-05,2026-12-20,30000,35000\n"
    (tmp_path / "realized.csv").write_text(realized, "utf-8")
    lots = OLD.replace("AAA", "GOOG")
    more = LONG_GAIN + '\n[wash_sale]\nidentical = [["GOOG", "GOOGL"]]\n'
    plan = planned(write(tmp_path, lots, more, accounts=ACCOUNT + 'realized = "realized.csv"\n'))
    assert {(w.symbol, w.first, w.safe_on) for w in plan.windows} == {
        (symbol, date(2026, 11, 20), date(2027, 1, 31)) for symbol in ("GOOG", "GOOGL")
    }
    assert [w.identical_to for w in plan.windows] == [None, None]


# --- what to hold instead ---


def test_a_fund_has_candidates_and_a_coin_itself(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, VTI + COIN, LONG_GAIN))
    assert "SCHB" in candidates(plan, "VTI")
    assert candidates(plan, "BTC") == ["BTC"]
    assert all(instead.why_none is None for instead in plan.replacements)


def test_where_nothing_is_clean_it_is_said_why(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, OLD.replace("AAA", "GLD").replace("stock", "etf"), LONG_GAIN))
    (instead,) = plan.replacements
    assert instead.candidates == ()
    assert "gold" in (instead.why_none or "")


@pytest.mark.parametrize(("sold", "offered"), [("2026-12-20", False), ("2026-11-20", True)])
def test_what_was_sold_at_a_loss_lately_is_not_offered(tmp_path: Path, sold: str, offered: bool) -> None:
    """To buy it now would wash that loss."""
    realized = f"symbol,quantity,acquired,sold,proceeds,basis\nSCHB,100,2024-01-05,{sold},30000,35000\n"
    (tmp_path / "realized.csv").write_text(realized, "utf-8")
    plan = planned(write(tmp_path, VTI, LONG_GAIN, accounts=ACCOUNT + 'realized = "realized.csv"\n'))
    assert ("SCHB" in candidates(plan, "VTI")) is offered


def test_the_households_own_table_prevails(tmp_path: Path) -> None:
    assert candidates(planned(write(tmp_path, VTI, LONG_GAIN + '\n[replacements]\nVTI = ["XYZ"]\n')), "VTI") == ["XYZ"]


# --- doubling up ---


def test_the_last_day_to_double_up(tmp_path: Path) -> None:
    """30 November for a sale on the last session, 31 December 2026."""
    plan = planned(write(tmp_path, OLD, LONG_GAIN))
    assert plan.double_up is not None
    assert (plan.double_up.sell_on, plan.double_up.buy_by) == (date(2026, 12, 31), date(2026, 11, 30))
