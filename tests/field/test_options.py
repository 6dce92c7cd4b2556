"""Options live and end: § 1234, Rev. Rul. 78-182."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from field_answers import answer, held_back, planned, sales, told

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
ACCOUNT = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n'
HEADER = "date,action,symbol,quantity,amount\n2026-01-02,interest,,0,1\n"
CALL, PUT = "ABC 10/16/2026 50 CALL", "ABC 10/16/2026 50 PUT"


def household(folder: Path, history: str) -> Path:
    (folder / "household.toml").write_text(TAXPAYER + ACCOUNT, "utf-8")
    (folder / "h.csv").write_text(HEADER + history, "utf-8")
    return folder


def test_nothing_is_sold_after_it_has_expired() -> None:
    """Case 31: the lapse is a sale of October 16, § 1234(a)(2)."""
    name = "31-option-past-expiry"
    assert planned(name) == {"AMD 12/18/2026 160.00 CALL"}
    assert "expired on 2026-10-16" in held_back(name)["AMD 10/16/2026 160.00 CALL"]


def test_no_sale_is_planned_for_a_day_after_expiry(tmp_path: Path) -> None:
    """Washed until 2026-12-28, and gone on the 18th."""
    lots = "symbol,quantity,acquired,basis,price\nAMD 12/18/2026 160.00 CALL,1,2026-06-20,900,100\n"
    history = HEADER + "2026-11-27,buy,AMD 12/18/2026 160.00 CALL,1,50\n"
    toml = '[[accounts]]\nname = "A"\nlots = "l.csv"\ntransactions = "h.csv"\n'
    (tmp_path / "household.toml").write_text(TAXPAYER + toml, "utf-8")
    (tmp_path / "l.csv").write_text(lots + "AMD 12/18/2026 160.00 CALL,1,2026-11-27,50,100\n", "utf-8")
    (tmp_path / "h.csv").write_text(history, "utf-8")
    assert all(sale["date"] <= "2026-12-18" for sale in told("plan", tmp_path)["sales"])


@pytest.mark.parametrize(
    ("history", "left", "sold"),
    [
        (f"2026-02-02,write,{PUT},1,200\n2026-10-16,assign,{PUT},1,0\n2026-10-16,buy,ABC,100,5000\n", 4800, []),
        (
            f"2026-02-02,buy,ABC,100,4000\n2026-03-02,write,{CALL},1,300\n2026-10-16,assign,{CALL},1,0\n"
            "2026-10-16,sell,ABC,100,5000\n",
            None,
            [1300],
        ),
        (f"2026-02-02,buy,{CALL},1,250\n2026-10-16,exercise,{CALL},1,0\n2026-10-16,buy,ABC,100,5000\n", 5250, []),
        (
            f"2026-02-02,buy,ABC,100,4000\n2026-03-02,buy,{PUT},1,300\n2026-10-16,exercise,{PUT},1,0\n"
            "2026-10-16,sell,ABC,100,5000\n",
            None,
            [700],
        ),
        (
            f"2026-03-02,write,{CALL},2,300\n2026-04-02,close,{CALL},1,100\n2026-10-16,expire,{CALL},1,0\n",
            None,
            [50, 150],
        ),
        (f"2026-03-02,buy,{CALL},1,300\n2026-10-16,expire,{CALL},1,0\n", None, [-300]),
    ],
)
def test_where_the_premium_goes(tmp_path: Path, history: str, left: float | None, sold: list[float]) -> None:
    folder = household(tmp_path, history)
    assert [lot["basis"] for lot in told("check", folder)["lots"]] == ([] if left is None else [left])
    document = told("windows", folder)
    assert [sale["gain_before_wash"] for sale in document["sales"]] == sold
    assert {part["character"] for sale in document["sales"] for part in sale["by_lot"]} <= {"short"}


@pytest.mark.parametrize(
    "history",
    [
        f"2026-10-16,assign,{PUT},1,0\n2026-10-16,buy,ABC,100,5000\n",  # written before the history begins
        f"2026-02-02,buy,ABC,100,4000\n2026-02-02,write,{PUT},1,200\n2026-10-16,assign,{PUT},1,0\n",  # no row of shares
    ],
)
def test_an_assignment_that_cannot_be_followed_holds_the_stock_back(tmp_path: Path, history: str) -> None:
    document = told("check", household(tmp_path, history))
    assert [(lot["symbol"], lot["basis"]) for lot in document["lots"]] == [("ABC", None)]
    assert "history_not_explained" in {caution["code"] for caution in document["cautions"]}


def test_a_put_assigned_at_robinhood() -> None:
    """Case 27."""
    (lot,) = answer("check", "27-robinhood-put-assigned")["lots"]
    assert (lot["basis"], lot["market_value"]) == (10825.05, 9000)
    assert sales("27-robinhood-put-assigned") == []


def total(document: dict[str, Any]) -> float:
    return sum(sale["gain_before_wash"] for sale in document["sales"])


def test_one_contract_in_two_spellings_is_sold_once() -> None:
    """Case 612: Fidelity's history has `-IWM260918P190`, its closed lots `IWM260918P190`."""
    document = answer("windows", "612-fidelity-option-dash", "2026-12-14")
    assert (len(document["sales"]), total(document)) == (1, -577.45)
    assert "realized_differs" not in {
        c["code"] for c in answer("plan", "612-fidelity-option-dash", "2026-12-14")["cautions"]
    }
