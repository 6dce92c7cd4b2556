"""The JSON documents: the contract's keys in its order, exact plain numbers, null for what is not known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from planner.report.json_documents.check import check_document
from planner.report.json_documents.plan import plan_document
from planner.report.json_documents.text import as_json
from planner.report.json_documents.values import Day, Money, Rows, TypedDict, filled, plain, table
from tests.reporting.made_plans import COINS, WASHED, holding, made_case, made_plan, sale

YEAR = (
    "net_short_term net_long_term deductible_loss taxable_income income_tax niit state_tax total_tax "
    "carryover_short carryover_long"
)
PLAN = (
    "schema tax_year as_of scenario status proven_by baseline planned benefit sales held_back windows cancellations "
    "cautions"
)
PLAN_PARTS = {
    "baseline": YEAR,
    "planned": YEAR,
    "benefit": "tax_saved carryover_value deferred_tax trading_cost total bound",
    "sales": "lot_id account symbol asset_class date quantity proceeds basis gain character disallowed_loss "
    "permanently_lost reason rebuy_on",
    "held_back": "lot_id symbol gain reason until",
    "windows": "symbol first last safe_on because",
    "cancellations": "date account symbol quantity saves",
    "cautions": "code text lot_id",
}
CHECK = "schema files lots transactions realized totals cautions"
CHECK_PARTS = {
    "files": "path account layout kind rows skipped",
    "lots": "lot_id account symbol asset_class quantity acquired basis price market_value character",
    "transactions": "account date action symbol quantity amount fees",
    "realized": "account symbol quantity acquired sold proceeds basis character disallowed_loss",
    "totals": "market_value basis unrealized_gain realized_short_term realized_long_term",
    "cautions": "code text lot_id",
}


def read(document: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(document), parse_float=Decimal)
    return found


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return read(plan_document(made_plan(sale("Schwab:VXUS:2026-01-22:1"), WASHED, COINS)))


@pytest.fixture(scope="module")
def check() -> dict[str, Any]:
    return read(check_document(made_case([holding("Schwab:A:x"), holding("Schwab:B:Various:1", basis=None)])))


def begins_with(found: dict[str, Any], keys: str) -> bool:
    return list(found)[: len(keys.split())] == keys.split()


def test_a_plan_has_the_keys_of_the_contract_in_its_order(plan: dict[str, Any]) -> None:
    assert begins_with(plan, PLAN)
    for part, keys in PLAN_PARTS.items():
        assert begins_with(plan[part][0] if isinstance(plan[part], list) else plan[part], keys), part


def test_a_check_has_the_keys_of_the_contract_in_its_order(check: dict[str, Any]) -> None:
    assert begins_with(check, CHECK)
    for part, keys in CHECK_PARTS.items():
        assert begins_with(check[part][0] if isinstance(check[part], list) else check[part], keys), part
    assert check["files"][0]["skipped"] == [{"line": 9, "why": "a total"}]


def test_a_plan_holds_what_the_plan_holds(plan: dict[str, Any]) -> None:
    assert plan["schema"] == "harvest.plan/1"
    assert (plan["tax_year"], plan["as_of"], plan["scenario"], plan["status"]) == (2026, "2026-12-08", None, "proven")
    assert plan["planned"]["net_short_term"] == -5000
    assert plan["planned"]["deductible_loss"] == 3000
    assert plan["planned"]["carryover_short"] == 2000
    assert plan["benefit"]["total"] == Decimal("3474.14")
    assert plan["benefit"]["bound"] == Decimal("3474.18")
    assert plan["benefit"]["deferred_tax"] == -12
    washed, coins = plan["sales"][1], plan["sales"][2]
    assert (washed["gain"], washed["disallowed_loss"], washed["permanently_lost"]) == (-500, 50, 20)
    assert washed["rebuy_on"] == "2027-01-15"
    assert coins["rebuy_on"] is None
    assert coins["quantity"] == Decimal("0.00000001")
    assert plan["held_back"][1]["gain"] is None
    assert plan["worksheets"]["planned"][0]["lines"]


def test_what_is_not_known_is_null(check: dict[str, Any]) -> None:
    known, unknown = check["lots"]
    assert (known["basis"], known["market_value"], known["price"], known["character"]) == (
        100,
        Decimal("90.01"),
        Decimal("90.005"),
        "short",
    )
    assert (unknown["acquired"], unknown["basis"], unknown["character"]) == (None, None, None)
    assert check["realized"][0]["acquired"] is None


def test_totals(check: dict[str, Any]) -> None:
    assert check["totals"] == {
        "market_value": Decimal("90.01"),
        "basis": 100,
        "unrealized_gain": Decimal("-9.99"),
        "realized_short_term": Decimal("-59.90"),
        "realized_long_term": Decimal("429.75"),
        "unrealized_short_term": Decimal("-9.99"),
        "unrealized_long_term": 0,
        "unrealized_unknown_term": 0,
        "realized_disallowed_loss": 40,
        "lots": 2,
        "lots_without_basis": 1,
        "lots_without_price": 0,
        "lots_without_date": 1,
        "lots_counted": 1,
        "market_value_without_basis": Decimal("90.01"),
        "basis_without_price": 0,
        "lots_not_explained": 0,
        "sales_not_counted": 0,
        "proceeds_not_counted": 0,
    }
    assert check["totals"]["market_value"] - check["totals"]["basis"] == check["totals"]["unrealized_gain"]
    assert check["totals_taxable"] == check["totals"]
    assert check["accounts"][0]["totals"] == check["totals"]
    assert check["files"][0]["totals"]["lots"] == 2
    assert check["files"][0]["checks"][1] == {
        "what": "total market value",
        "stated": Decimal("190.01"),
        "found": Decimal("180.02"),
        "difference": Decimal("9.99"),
        "agrees": False,
    }


def test_a_file_listed_under_two_keys_is_summed_once() -> None:
    case = made_case([holding("Schwab:A:x")])
    twice = replace(case, files=(*case.files, replace(case.files[0], kind="transactions")))
    first, second = read(check_document(twice))["files"]
    assert (first["totals"]["lots"], second["totals"]) == (1, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E-8", "0.00000001"),
        ("1E+9", "1000000000"),
        ("-1234.50", "-1234.5"),
        ("-0.00", "0"),
        ("100", "100"),
        ("0.1234567890123456789", "0.1234567890123456789"),
    ],
)
def test_a_number_is_written_as_it_stands(value: str, text: str) -> None:
    assert as_json([Decimal(value)]) == f"[\n  {text}\n]"


def test_no_number_is_in_exponent_notation(plan: dict[str, Any]) -> None:
    assert not re.search(r"\d[eE][+-]?\d", as_json(plan_document(made_plan(COINS))))


def test_json_is_what_the_standard_library_would_write() -> None:
    document = {"a": [], "b": {}, "c": "§ “1091”\n", "d": [{"e": None, "f": True}, [1, 2]], "g": -3}
    assert as_json(document) == json.dumps(document, indent=2)


def test_infinity_has_no_number() -> None:
    with pytest.raises(ValueError, match="Infinity"):
        as_json(Decimal("Infinity"))


class Row(TypedDict):
    """A row of a table, as a document declares it."""

    day: Day | None
    money: Money | None
    both: list[Day]


def test_rows_are_written_by_column_as_one_by_one() -> None:
    day, cents = date(2026, 12, 8), Decimal("0.015")
    records = [
        SimpleNamespace(day=day, money=None, both=[day, day]),
        SimpleNamespace(day=None, money=cents, both=[]),
        SimpleNamespace(day=day, money=Decimal(7), both=[day]),
    ]
    rows = table(Row, records)
    assert rows == [filled(Row, record) for record in records] == plain(rows)
    assert rows[1] == {"day": None, "money": Decimal("0.02"), "both": []}
    assert as_json({"rows": rows}) == as_json({"rows": plain(rows)})
    assert as_json({"rows": table(Row, [])}) == '{\n  "rows": []\n}'
    assert as_json(Rows(["5%s"], [["a%"]])) == '[\n  {\n    "5%s": "a%"\n  }\n]'
    assert table(Row, records[:1], money=[Decimal(1)])[0]["money"] == 1
    with pytest.raises(AttributeError):
        table(Row, [SimpleNamespace(day=day)])
