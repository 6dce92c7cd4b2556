"""What a caller of the library may slip in: each is refused in a sentence (docs/library.md, "What is raised")."""

from __future__ import annotations

from collections.abc import Iterator

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
        ({"prices": two_lots()}, "household", "`prices` is a DataFrame", 'dict(zip(frame["symbol"]'),
        ({"prices": two_lots()["price"]}, "household", "`prices` is a Series", "series.to_dict()"),
        ({"distributions": two_lots()}, "household", "`distributions` is a DataFrame", 'to_dict("records")'),
        ({"plan": 3}, "household", "`plan` must be a dict", "plan={...}"),
        ({"planned_purchases": 3}, "household", "`planned_purchases` must be a list of dicts", "=[{...}]"),
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


@pytest.mark.parametrize(
    ("call", "where", "what"),
    [
        (lambda case: planner.load(None, as_of="2026-12-08"), "path", "is None, not the path"),
        (lambda case: planner.load(b"a", as_of="2026-12-08"), "path", "is a bytes, not the path"),
        (lambda case: planner.load("a", as_of="2026-12-08", scenario=3), "scenario", "is an int, not the name"),
        (lambda case: planner.plan("my-household"), "case", "is a str, not a household that was read"),
        (lambda case: planner.compare(None), "case", "is None, not"),
        (lambda case: planner.compare(case, 3), "scenario", "is an int, not"),
        (lambda case: planner.windows(two_lots()), "case", "is a DataFrame, not"),
        (lambda case: planner.check(3), "case", "is an int, not"),
        (lambda case: planner.plan(case, time_limit=None), "time_limit", "is None, not a number of seconds"),
        (lambda case: planner.plan(case, time_limit=NAN), "time_limit", "is nan, not a number of seconds"),
        (lambda case: planner.plan(case, with_replacements="x"), "with_replacements", "is a str, not True or False"),
        (lambda case: planner.load("a", as_of="2026-12-08", planning=0), "planning", "is an int, not True or False"),
        (lambda case: planner.compare(case, time_limit=-1), "time_limit", "is -1, not a number of seconds"),
        (lambda case: planner.compare(case, sales=pd.DataFrame()), "sales", "has no columns"),
        (lambda case: planner.compare(case, sales=sales(lot_id=["a", "b"])), "sales, row 0", "`lot_id` a is not a lot"),
        (lambda case: planner.compare(case, sales=sales(quantity=[1, -3])), "sales, row 1", "`quantity` is -3"),
        (lambda case: planner.compare(case, sales=sales().drop(columns="quantity")), "sales", "no column `quantity`"),
    ],
)
def test_what_a_function_cannot_use_is_refused_in_a_sentence(call: object, where: str, what: str) -> None:
    with pytest.raises(planner.InputError) as caught:
        call(household())  # type: ignore[operator]
    first = caught.value.problems[0]
    assert (first.where, what in first.what) == (where, True), first


def sales(**changes: object) -> pd.DataFrame:
    lot_ids = ["Account:AAPL:2024-01-05:1", "Account:MSFT:2026-02-03:1"]
    return pd.DataFrame({"lot_id": lot_ids, "quantity": [1, 1]}).assign(**changes)


def test_what_is_said_of_frames_names_their_rows_and_no_file() -> None:
    """Files are written for the reader's sake; no one who gave frames knows of them."""
    bought = {"date": ["2026-11-30"], "action": ["buy"], "symbol": ["AAPL"], "quantity": [1], "amount": [200]}
    accounts = [{"name": "B"}, {"name": "A"}]
    history = pd.DataFrame({**bought, "account": "A"})
    case = household(lots=two_lots(basis=[30.0, 2500.55], account=["A", "B"]), transactions=history, accounts=accounts)
    read, plan = planner.check(case), planner.plan(case)
    assert list(read.files["path"]) == ["lots", "lots", "transactions"]
    (far,) = (text for text in read.cautions["text"] if "worth $2,000.00" in text)
    assert far.startswith("lots, row 0: ")
    documents = [plan, read, planner.windows(case), planner.compare(case)]
    assert not [text for each in documents for text in texts(each.to_dict()) if ".csv" in text]


def texts(value: object) -> Iterator[str]:
    """The texts of a document: not its keys, of which the digests have the files' names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def test_each_answer_shows_in_a_notebook_and_in_a_line() -> None:
    case = household(lots=two_lots(symbol=["<AAPL>", "MSFT"]), accounts=[{"name": "<B>"}])
    read, windows, compared = planner.check(case), planner.windows(case), planner.compare(case)
    assert repr(case) == "<household for 2026 as of 2026-12-08; accounts: 1, lots: 2>"
    assert repr(read) == "<what was read of household for 2026 as of 2026-12-08; accounts: 1, lots: 2>"
    assert repr(windows) == "<wash-sale ledger; sales: 0, windows open: 0>"
    assert repr(compared).startswith("<comparison; scenarios: ")
    assert "<th>&lt;B&gt;</th>" in read._repr_html_()
    assert "<td>Market value of 2 lots</td><td>$3,500.00</td>" in read._repr_html_()
    assert "No window is open" in windows._repr_html_()


def test_the_windows_of_a_sale_show_in_a_notebook() -> None:
    rows = {"date": ["2026-01-05", "2026-12-01"], "action": ["buy", "sell"], "symbol": "F", "quantity": 10}
    history = pd.DataFrame({**rows, "amount": [200, 150]})
    shown = planner.windows(household(lots=None, transactions=history))._repr_html_()
    assert "<td>F</td><td>2026-11-01</td><td>2026-12-31</td><td>2027-01-01</td>" in shown
    assert "<td>10 F</td><td>-$50.00</td><td>$0.00</td><td>-$50.00</td>" in shown


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


@pytest.mark.parametrize("accounts", [None, ["A", None, "A"]])
def test_a_row_of_a_frame_that_is_all_blank_is_listed_as_not_read(accounts: list[object] | None) -> None:
    blank = pd.concat([two_lots()[:1], two_lots(symbol=None)[:1].map(lambda _: None), two_lots()[1:]])
    case = household(lots=blank if accounts is None else blank.assign(account=accounts))
    read = planner.check(case)
    assert list(read.lots["symbol"]) == ["AAPL", "MSFT"]
    assert list(read.files["skipped"]) == [[{"line": 3, "why": "every cell is blank (lots, row 1)"}]]
    assert list(planner.check(household()).files["skipped"]) == [[]]
