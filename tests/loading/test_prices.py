"""Prices of lots whose own row gives none: which source counts, and what the sources leave to say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.loader import under_scenarios
from planner.optimizer import plan_case

HISTORY = "date,action,symbol,quantity,amount\n2024-01-05,buy,VTI,10,2000\n2024-01-05,buy,BRK.B,2,600\n"
LOTS = "symbol,quantity,acquired,basis,price\nVTI,5,2024-03-05,1500,{price}\n"
TWO = '[[accounts]]\nname = "A"\ntransactions = "transactions.csv"\n[[accounts]]\nname = "B"\nlots = "lots.csv"\n'
ONE = '[[accounts]]\nname = "A"\ntransactions = "transactions.csv"\n'


def prices_of(case) -> dict[str, Decimal | None]:
    return {holding.lot.lot_id.rsplit(":", 2)[0]: holding.price for holding in case.holdings}


def said(case, code: str) -> list[str]:
    return [caution.text for caution in case.cautions if caution.code == code]


def test_a_lot_without_any_price_is_listed_and_held_back(load):
    case = load(transactions=HISTORY)
    assert prices_of(case) == {"Schwab:VTI": None, "Schwab:BRK.B": None}
    assert {held.reason for held in plan_case(case).held_back} == {
        "its price is not known: enter it in prices.csv, or under [prices] in household.toml"
    }


def test_a_prices_file_beside_the_household_is_read_and_listed(load):
    case = load(transactions=HISTORY, prices="symbol,price\nvti,331.20\nBRK/B,480\n")
    assert prices_of(case) == {"Schwab:VTI": Decimal("331.20"), "Schwab:BRK.B": 480}
    (read,) = (file for file in case.files if file.kind == "prices")
    assert (read.path, read.layout, read.rows, read.account) == ("prices.csv", "harvest_prices", 2, "")
    assert not plan_case(case).held_back


def test_prices_in_the_household_come_before_those_of_a_file(load):
    stated = ONE + '[prices]\nVTI = 330\n"BRK.B" = 481.5\nfile = "mine.csv"\n'
    case = load(
        toml=stated, transactions=HISTORY, mine="symbol,price\nVTI,330\nBRK.B,481.5\n", prices="symbol,price\nVTI,1\n"
    )
    assert prices_of(case) == {"A:VTI": 330, "A:BRK.B": Decimal("481.5")}
    assert not said(case, "prices_differ"), "prices.csv is not read where another file is named"


def test_of_several_days_the_latest_counts_and_days_to_come_are_skipped(load):
    rows = "2026-12-04,VTI,329\n2026-12-08,VTI,331\n2026-12-09,VTI,400\n"
    case = load(transactions=HISTORY, prices="date,symbol,price\n" + rows)
    assert prices_of(case)["Schwab:VTI"] == 331
    (read,) = (file for file in case.files if file.kind == "prices")
    assert [(row.line, row.why) for row in read.skipped] == [
        (4, "a price of 2026-12-09, after the as-of date 2026-12-08")
    ]
    assert not said(case, "prices_differ")


def test_another_file_of_the_household_may_state_it(load):
    case = load(toml=TWO, transactions=HISTORY, lots=LOTS.format(price="331.20"))
    assert prices_of(case)["A:VTI"] == Decimal("331.20")


def test_the_price_of_a_coin_is_not_that_of_a_share_with_its_letters(load):
    lots = "symbol,quantity,acquired,basis,price,asset_class\nETH,5,2024-03-05,150,30,etf\n"
    history = "date,action,symbol,quantity,amount,asset_class\n2024-01-05,buy,ETH,1,2000,crypto\n"
    assert prices_of(load(toml=TWO, transactions=history, lots=lots)) == {"B:ETH": 30, "A:ETH": None}


def test_sources_that_differ_are_named_both_and_a_row_keeps_its_own_price(load):
    case = load(
        toml=TWO, transactions=HISTORY, lots=LOTS.format(price=331), prices="symbol,price\nVTI,320\nBRK.B,480\n"
    )
    assert prices_of(case) == {"B:VTI": 331, "A:VTI": 320, "A:BRK.B": 480}
    assert said(case, "prices_differ") == [
        "VTI is $320 in prices.csv:2 and $331 in lots.csv:2: lots with a price in their own row keep it"
    ]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("66", "66.4", False),
        ("331.20", "331.204", False),
        ("331.20", "331.30", True),
        ("0.000012", "0.000019", False),
        ("90500", "90512.31", True),
    ],
)
def test_a_rounding_apart_is_no_difference(load, one, other, differ):
    case = load(toml=TWO, transactions=HISTORY, lots=LOTS.format(price=one), prices=f"symbol,price\nVTI,{other}\n")
    assert bool(said(case, "prices_differ")) is differ


def test_two_prices_of_one_day_in_one_file_differ(load):
    case = load(transactions=HISTORY, prices="symbol,price\nVTI,320\nVTI,331\nBRK.B,480\n")
    assert len(said(case, "prices_differ")) == 1


def test_an_old_price_is_said_once_a_file_where_it_is_used(load):
    rows = "VTI,320,2026-11-02\nBRK.B,480,2026-11-20\nXOM,90,2020-01-02\n"
    case = load(transactions=HISTORY, prices="symbol,price,date\n" + rows)
    assert said(case, "stale_prices") == [
        "prices.csv:2: the price of VTI (and 1 more) is from 2026-11-02, 36 days before 2026-12-08; update it"
    ]


def test_what_is_no_price_is_refused_with_its_place(refused):
    assert refused(transactions=HISTORY, prices="symbol,price,date\nVTI,-1,\n,3,\nXOM,,2026-13-01\n") == [
        "prices.csv:2: `price` is negative: -1",
        "prices.csv:3: `symbol` is empty",
        "prices.csv:4: `date` is `2026-13-01`, a day that does not exist",
        "prices.csv:4: `price` is empty",
    ]
    (said,) = refused(transactions=HISTORY, prices="symbol,prise\nVTI,1\n")
    assert said == "prices.csv: no known layout has this header"
    *others, gone = refused(
        toml=ONE + "[prices]\nBRK.B = 480\nVTI = -1\nXOM = 'x'\nfile = 'gone.csv'\n", transactions=HISTORY
    )
    assert gone.startswith("household.toml:12: `file` names gone.csv, and there is no such file in ")
    assert others == [
        "household.toml:9: `BRK` is a table",
        "household.toml:10: `VTI` is -1, less than 0",
        'household.toml:11: `XOM` must be a number, not "x"',
    ]


def test_a_lots_file_lacking_a_column_is_still_told_so(refused):
    (said,) = refused(lots="symbol,quantity,acquired,bassis,price\nVTI,1,2024-01-05,5,6\n")
    assert "harvest_lots, but for the column `basis`" in said


def test_a_scenario_may_state_other_prices(load):
    toml = ONE + '[prices]\nVTI = 330\n[scenarios."Crash"]\nprices.VTI = 200\n'
    case = load(toml=toml, transactions=HISTORY)
    assert prices_of(under_scenarios(case)["Crash"])["A:VTI"] == 200
