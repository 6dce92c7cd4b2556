"""What a caller of the library may slip in: each is refused in a sentence (docs/library.md, "What is raised")."""

from __future__ import annotations

import pandas as pd
import pytest

import planner

TAXPAYER = {"tax_year": 2026, "filing_status": "single", "ordinary_income": 140_000}
NAN = float("nan")


def two_lots(**changes: object) -> pd.DataFrame:
    lots = pd.DataFrame(
        {
            "symbol": ["AAPL", "MSFT"],
            "quantity": [10, 5.0],
            "acquired": ["2024-01-05", "2026-02-03"],
            "basis": [3000.0, 2500.55],
            "price": [200.0, 300.0],
        }
    )
    return lots.assign(**changes)


def household(**given: object) -> planner.Case:  # type: ignore[name-defined]
    return planner.household(**{"taxpayer": TAXPAYER, "as_of": "2026-12-08", "lots": two_lots(), **given})


TWICE = pd.concat([two_lots(), two_lots()[["basis"]]], axis=1)


@pytest.mark.parametrize(
    ("given", "where", "what", "remedy"),
    [
        ({"lots": TWICE}, "lots", "more than one column `basis`", "drop"),
        ({"lots": [{"symbol": "A"}]}, "lots", "is a list, not a DataFrame", "pd.DataFrame"),
        ({"lots": two_lots()["symbol"]}, "lots", "is a Series, not a DataFrame", "pd.DataFrame"),
        ({"transactions": "buys.csv"}, "transactions", "is a str, not a DataFrame", "pd.read_csv"),
        ({"realized": 3}, "realized", "is an int, not a DataFrame or a dict", "each sale"),
        ({"accounts": {"name": "A"}}, "accounts", "is a dict, not a DataFrame or a list of dicts", "pd.DataFrame"),
        ({"accounts": ["A"]}, "accounts", "has a str in it", '[{"name": "Broker"'),
        ({"as_of": "12/08/2026"}, "as_of", "`12/08/2026` is not a date", 'as_of="2026-12-08"'),
        ({"as_of": None}, "as_of", "is None, not a date", 'as_of="2026-12-08"'),
        ({"as_of": pd.NaT}, "as_of", "is NaT, not a date", 'as_of="2026-12-08"'),
        ({"taxpayer": None}, "taxpayer", "is None, not a dict", "filing_status"),
        (
            {"taxpayer": TAXPAYER | {"ordinary_income": NAN}},
            "household",
            "[taxpayer] ordinary_income is not a n",
            "leave",
        ),
        ({"taxpayer": TAXPAYER | {"ordinary_income": -1e999}}, "household", "`ordinary_income` is -Infinity", "figure"),
        ({"taxpayer": TAXPAYER | {"born": pd.NaT}}, "household", "[taxpayer] born is not a date", "write a date"),
        ({"carryover": two_lots()}, "household", "`carryover` is a DataFrame", 'to_dict("records")'),
        ({"planned_purchases": [{"quantity": NAN}]}, "household", "[planned_purchases], item 0, quantity is", "number"),
        ({"lots": two_lots(lot_id=["a", "a"])}, "lots, row 1", "is also that of lots, row 0", "an id of its own"),
        ({"lots": two_lots().rename(columns=lambda name: name[::-1])}, "lots", "header", "our own layout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    given: dict[str, object], where: str, what: str, remedy: str
) -> None:
    with pytest.raises(planner.InputError) as caught:
        household(**given)
    (problem,) = caught.value.problems
    assert problem.where == where
    assert what in problem.what
    assert remedy in problem.remedy


def test_a_table_of_none_is_a_table_not_given() -> None:
    assert household(plan=None).household.plan_limits == household().household.plan_limits


def test_whole_numbers_that_pandas_made_floats_are_names() -> None:
    lots = two_lots(symbol=[700.0, 5.0], lot_id=[1, None], account=[7.0, 7.0])
    case = household(lots=lots, accounts=pd.DataFrame({"name": [7.0], "kind": ["taxable"]}))
    assert sorted(holding.lot.symbol for holding in case.holdings) == ["5", "700"]
    assert "1" in {holding.lot.lot_id for holding in case.holdings}
    assert {holding.lot.account for holding in case.holdings} == {"7"}
    sales = pd.DataFrame({"lot_id": [1, None], "quantity": [1, 1]}).iloc[:1]
    assert planner.compare(case, "do nothing", sales=sales).plans["sales in sales"].sales["lot_id"].tolist() == ["1"]


@pytest.mark.parametrize("sales", [[1], {"lot_id": 1}, TWICE], ids=["list", "dict", "a column twice"])
def test_sales_to_compare_are_a_frame_or_a_path(sales: object) -> None:
    with pytest.raises(planner.InputError, match=r"^sales: "):
        planner.compare(household(), "do nothing", sales=sales)  # type: ignore[arg-type]


def zoned(zone: str, time: str) -> pd.DataFrame:
    return two_lots(acquired=pd.to_datetime([f"2024-03-11 {time}"] * 2).tz_localize(zone))


@pytest.mark.parametrize("time", ["03:30", "00:00"])
def test_a_day_with_a_time_zone_is_in_doubt(time: str) -> None:
    with pytest.raises(planner.InputError, match="time with a time zone") as caught:
        household(lots=zoned("UTC", time))
    (problem,) = caught.value.problems
    assert problem.where == "lots, row 0"
    assert '.dt.tz_convert("America/New_York").dt.date' in problem.remedy


@pytest.mark.parametrize(
    ("zone", "time", "day"),
    [
        ("UTC", "03:30", "2024-03-10"),
        ("UTC", "04:30", "2024-03-11"),  # daylight time began on the 10th: New York is four hours behind
        ("America/New_York", "00:00", "2024-03-11"),
        ("Europe/Berlin", "04:00", "2024-03-10"),
    ],
)
def test_a_stated_time_zone_tells_the_day(zone: str, time: str, day: str) -> None:
    case = household(lots=zoned(zone, time), taxpayer={**TAXPAYER, "time_zone": "America/New_York"})
    assert [str(holding.lot.acquired) for holding in case.holdings] == [day, day]


def test_midnight_is_not_moved_to_the_day_before() -> None:
    with pytest.raises(planner.InputError, match=r"midnight there on another day in America/New_York") as caught:
        household(lots=zoned("UTC", "00:00"), taxpayer={**TAXPAYER, "time_zone": "America/New_York"})
    assert ".dt.tz_localize(None).dt.date" not in str(caught.value)
    assert ".dt.tz_localize(None)" in str(caught.value)
