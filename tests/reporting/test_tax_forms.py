"""Form 8949, Schedule D and TXF: rows that add up to the plan's year, in the boxes and codes of the forms."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from planner.analysis.tax_forms import TaxForms, tax_forms
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.report.files.form_8949 import form_8949_file
from planner.report.files.schedule_d import schedule_d_file
from planner.report.files.txf import REFERENCE, txf_file

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 12, 8)
HEAD = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
BROKER = '[[accounts]]\nname = "Broker"\n'
LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis,term,asset_class,disallowed_loss\n"
TRADES = "date,action,symbol,quantity,amount,asset_class,id,lot_id\n"


class Made(NamedTuple):
    plan: Plan
    forms: TaxForms


def made(folder: Path, household: str, **files: str) -> Made:
    (folder / "household.toml").write_text(HEAD + household, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    case: Case = load_case(folder, as_of=AS_OF, scenario=None, planning=True)
    plan = plan_case(case, seconds=30)
    return Made(plan, tax_forms(plan, case))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def form_8949(found: Made) -> list[tuple[str, ...]]:
    """Box, status, description, (d), (e), (f), (g), (h)."""
    columns = "box", "status", "a_description", "d_proceeds", "e_basis", "f_codes", "g_adjustment", "h_gain"
    return [tuple(row[column] for column in columns) for row in rows(form_8949_file(found.forms))]


@pytest.fixture(scope="module")
def example() -> Made:
    case = load_case(ROOT / "examples" / "household", as_of=AS_OF, scenario=None, planning=True)
    plan = plan_case(case, seconds=30)
    return Made(plan, tax_forms(plan, case))


# --- the rows are the plan's year ---


def test_every_row_adds_up_and_all_of_them_come_to_the_gains_of_the_plan(example: Made) -> None:
    found = rows(form_8949_file(example.forms))
    for row in found:
        d, e, g, h = (Decimal(row[c]) for c in ("d_proceeds", "e_basis", "g_adjustment", "h_gain"))
        assert d - e + g == h
    for part, before, after in (
        ("I", example.plan.baseline.schedule_d.gains.short_term, example.plan.planned.schedule_d.gains.short_term),
        ("II", example.plan.baseline.schedule_d.gains.long_term, example.plan.planned.schedule_d.gains.long_term),
    ):
        assert sum(Decimal(row["h_gain"]) for row in found if row["part"] == part) == after
        made_already = (row for row in found if row["part"] == part and row["status"] == "made")
        assert sum(Decimal(row["h_gain"]) for row in made_already) == before
    assert sum(row["status"] == "planned" for row in found) == len(example.plan.sales)


def test_the_example_s_boxes_and_codes(example: Made) -> None:
    found = {(row["a_description"], row["status"]): row for row in rows(form_8949_file(example.forms))}
    assert found["60 sh MSFT", "made"]["box"] == "D"
    assert (found["25 sh GLD", "made"]["box"], found["25 sh GLD", "made"]["f_codes"]) == ("E", "C")
    assert found["0.18 BTC", "planned"]["box"] == "L"
    washed = found["60 sh VNQ", "planned"]
    assert (washed["f_codes"], washed["g_adjustment"], washed["h_gain"]) == ("W", "239.36", "-1066.24")
    assert (washed["b_acquired"], washed["c_sold"]) == ("04/20/2022", "12/15/2026")


def test_what_is_stated_without_a_sale_stands_apart(tmp_path: Path) -> None:
    found = made(tmp_path, "[realized]\nshort_term = -500\nlong_term = 8_000\n")
    assert [row[-1] for row in form_8949(found)] == ["-500.00", "8000.00"]
    assert {row[1] for row in form_8949(found)} == {"given"}
    lines = {row["line"]: row for row in rows(schedule_d_file(found.plan, found.forms))}
    assert (lines["4-5"]["h_with_plan"], lines["11-13"]["h_without_plan"]) == ("-500.00", "8000.00")


def test_what_purchases_to_come_disallow_of_losses_taken_stands_apart(tmp_path: Path) -> None:
    """40 of the 100 shares sold on 1 December are to be bought again on the 20th, and no one can call that off."""
    found = made(
        tmp_path,
        BROKER
        + 'realized = "r.csv"\n[[planned_purchases]]\ndate = 2026-12-21\naccount = "Broker"\nsymbol = "KO"\n'
        + "quantity = 40\n",
        r=REALIZED + "KO,100,2024-03-01,2026-12-01,4000,5000,long,stock,\n",
    )
    assert [row[1:] for row in form_8949(found)] == [
        ("made", "100 sh KO", "4000.00", "5000.00", "", "0.00", "-1000.00"),
        (
            "planned purchases",
            "Losses above to be disallowed by planned purchases",
            "",
            "",
            "W",
            "400.00",
            "400.00",
        ),
    ]
    assert found.plan.planned.schedule_d.gains.long_term == -600
    lines = {row["line"]: row for row in rows(schedule_d_file(found.plan, found.forms))}
    assert (lines["8b-10"]["h_with_plan"], lines["15"]["h_with_plan"]) == ("400.00", "-600.00")
    assert "that planned purchases will disallow" in "\n".join(txf_file(found.plan, found.forms).left_out)


def test_sales_of_an_ira_and_of_another_year_are_on_no_form(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        BROKER + 'realized = "r.csv"\n[[accounts]]\nname = "IRA"\nkind = "ira"\nrealized = "i.csv"\n',
        r=REALIZED + "OLD,1,2020-01-02,2025-12-30,5,9,long,stock,\nNEW,1,2020-01-02,2026-01-02,5,9,long,stock,\n",
        i=REALIZED + "IRA,1,2020-01-02,2026-02-02,5,9,long,stock,\n",
    )
    assert [row[2] for row in form_8949(found)] == ["1 sh NEW"]


def test_a_purchase_elsewhere_disallows_what_the_broker_allows(tmp_path: Path) -> None:
    """40 of 100 shares sold at a loss of 1,000 are bought in the IRA: 400 is disallowed, and the broker says 0."""
    found = made(
        tmp_path,
        BROKER + 'realized = "r.csv"\n[[accounts]]\nname = "IRA"\nkind = "ira"\ntransactions = "i.csv"\n',
        r=REALIZED + "KO,100,2024-03-01,2026-06-01,4000,5000,long,stock,\n",
        i=TRADES + "2026-06-10,buy,KO,40,1600,stock,,\n",
    )
    (row,) = rows(form_8949_file(found.forms))
    assert (row["f_codes"], row["g_adjustment"], row["h_gain"]) == ("W", "400.00", "-600.00")
    assert row["note"] == "for this day's sales the broker disallows $0.00, all accounts together $400.00"


def test_a_loss_from_another_account_is_in_no_basis_that_a_broker_reports(tmp_path: Path) -> None:
    """B's purchase disallows A's loss of 1,000: its basis is 5,200 and its term long, and B says 4,200 and short."""
    found = made(
        tmp_path,
        '[[accounts]]\nname = "A"\nrealized = "a.csv"\n[[accounts]]\nname = "B"\nlots = "b.csv"\n'
        "[plan]\nminimum_loss = 1\n",
        a=REALIZED + "KO,100,2024-03-01,2026-06-01,4000,5000,long,stock,\n",
        b=LOTS + "KO,100,2026-06-10,4200,40,stock,b1\n",
    )
    assert form_8949(found) == [
        ("D", "made", "100 sh KO", "4000.00", "5000.00", "W", "1000.00", "0.00"),
        ("D", "planned", "100 sh KO", "4000.00", "4200.00", "BT", "-1000.00", "-1200.00"),
    ]


def test_a_disallowance_of_the_broker_that_is_too_large_needs_a_statement(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        BROKER + 'realized = "r.csv"\ntransactions = "t.csv"\n',
        r=REALIZED + "KO,100,2026-03-02,2026-06-01,4000,5000,short,stock,700\n",
        t=TRADES + "2026-03-02,buy,KO,100,5000,stock,,\n2026-06-01,sell,KO,100,4000,stock,,\n",
    )
    (row,) = rows(form_8949_file(found.forms))
    assert "attach a statement" in row["note"]


def test_where_the_broker_states_another_gain_its_rows_stand(tmp_path: Path) -> None:
    """First in first out would sell the dear lot; the broker says that it sold the cheap one, which is unknown here."""
    found = made(
        tmp_path,
        BROKER + 'realized = "r.csv"\ntransactions = "t.csv"\n',
        r=REALIZED + "KO,10,2025-05-05,2026-06-01,900,850,long,stock,\n",
        t=TRADES + "2025-01-02,buy,KO,10,1000,stock,,\n2026-06-01,sell,KO,10,900,stock,,\n",
    )
    assert form_8949(found)[0] == ("D", "made", "10 sh KO", "900.00", "850.00", "", "0.00", "50.00")
    assert found.plan.baseline.schedule_d.gains.long_term == 50
    assert {(one.without, one.with_plan) for one in found.forms.unlisted} == {(0, 0)}


def test_days_that_nobody_knows_and_inheritances(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        BROKER + 'lots = "l.csv"\nrealized = "r.csv"\n',
        l="symbol,quantity,acquired,basis,price,asset_class\nABC,10,Inherited,1000,80,stock\n",
        r=REALIZED + "KO,10,Various,2026-06-01,900,1000,long,stock,\n",
    )
    assert {(row["a_description"], row["b_acquired"], row["box"]) for row in rows(form_8949_file(found.forms))} == {
        ("10 sh ABC", "INHERITED", "E"),
        ("10 sh KO", "VARIOUS", "E"),
    }


def test_a_gift_s_lower_basis_is_no_mistake_of_the_broker(tmp_path: Path) -> None:
    lots = "symbol,quantity,acquired,basis,price,asset_class,loss_basis\nABC,10,2020-01-02,1000,50,stock,800\n"
    found = made(tmp_path, BROKER + 'lots = "l.csv"\n', l=lots)
    assert form_8949(found) == [("D", "planned", "10 sh ABC", "500.00", "800.00", "", "0.00", "-300.00")]


def test_in_2024_coins_stand_with_the_others(tmp_path: Path) -> None:
    text = HEAD.replace("2026", "2024") + '[[accounts]]\nname = "Wallet"\nrealized = "r.csv"\n'
    (tmp_path / "household.toml").write_text(text, "utf-8")
    row = "BTC,1,2023-01-02,2024-06-01,900,1000,long,crypto,\n"
    (tmp_path / "r.csv").write_text(REALIZED + row, "utf-8")
    case = load_case(tmp_path, as_of=date(2024, 12, 9), scenario=None, planning=True)
    plan = plan_case(case, seconds=30)
    forms = tax_forms(plan, case)
    assert [row.box for row in forms.rows] == ["F"]
    lines = {row["line"]: row["label"] for row in rows(schedule_d_file(plan, forms))}
    assert lines["10"] == "totals of Form 8949 with box F checked"


# --- Schedule D ---


def test_schedule_d_adds_up_to_the_plan(example: Made) -> None:
    found = rows(schedule_d_file(example.plan, example.forms))
    lines = {row["line"]: row for row in found if row["form"] == "Schedule D"}
    for column, year in (("h_with_plan", example.plan.planned), ("h_without_plan", example.plan.baseline)):
        value = {number: Decimal(row[column] or 0) for number, row in lines.items()}
        assert sum(value[n] for n in ("1b", "2", "3", "1b-3", "4-5", "6")) == value["7"] == year.net_short_term
        assert sum(value[n] for n in ("8b", "9", "10", "8b-10", "11-13", "14")) == value["15"] == year.net_long_term
        assert value["16"] == value["7"] + value["15"]
        assert -value["21"] == year.deductible_loss
    worksheet = {row["line"]: row["h_with_plan"] for row in found if row["form"].startswith("Capital Loss")}
    assert Decimal(worksheet["13"]) == example.plan.planned.carryover_long


# --- TXF ---

RECORD = re.compile(
    r"TD\r\nN(?P<code>\d{3})\r\nC1\r\nL1\r\nP(?P<name>[\x20-\x7e]+)\r\nD(?P<acquired>(?:\d\d/\d\d/\d{4})?)\r\n"
    r"D(?P<sold>\d\d/\d\d/\d{4})\r\n\$(?P<basis>\d+\.\d\d)\r\n\$(?P<proceeds>\d+\.\d\d)\r\n"
    r"\$(?P<wash>(?:\d+\.\d\d)?)\r\n\^\r\n"
)
HEADER = re.compile(r"V042\r\nA[\x20-\x7e]+\r\nD\d\d/\d\d/\d{4}\r\n\^\r\n")


def checked(content: bytes) -> list[dict[str, str]]:
    """The records of a file that keeps to the specification in every byte."""
    text = content.decode("ascii")
    header = HEADER.match(text)
    assert header, text[:60]
    found, at = [], header.end()
    while at < len(text):
        record = RECORD.match(text, at)
        assert record, text[at : at + 120]
        assert int(record["code"]) in REFERENCE.values()
        found.append(record.groupdict())
        at = record.end()
    return found


def test_txf_holds_the_sales_of_securities_and_says_what_it_cannot_hold(example: Made) -> None:
    exported = txf_file(example.plan, example.forms)
    found = checked(exported.content)
    securities = [row for row in example.forms.rows if row.box in "ABCDEF"]
    assert len(found) == len(securities) == len(example.forms.rows) - 3
    gains = (Decimal(r["proceeds"]) - Decimal(r["basis"]) + Decimal(r["wash"] or 0) for r in found)
    assert sum(gains) == sum(row.gain for row in securities)
    assert {r["code"] for r in found} == {"321", "711", "323", "713"}
    (washed,) = (r for r in found if r["wash"])
    assert washed == {
        "code": "323", "name": "60 sh VNQ (planned)", "acquired": "04/20/2022", "sold": "12/15/2026",
        "basis": "6776.40", "proceeds": "5470.80", "wash": "239.36",
    }  # fmt: skip
    said = "\n".join(exported.left_out)
    assert "enter 3 sales by hand" in said
    assert "code C" in said
    assert re.search(r"\b(19|20) sales marked `\(planned\)`", said)


def test_txf_keeps_to_ascii_and_to_a_line(example: Made) -> None:
    row = example.forms.rows[0]
    hostile = replace(row, lot=replace(row.lot, symbol="É\r\n^\r\nTD", inherited=True, acquired=None))
    (record,) = checked(txf_file(example.plan, replace(example.forms, rows=(hostile,))).content)
    assert record["name"] == "80 sh ? ^ TD"
    assert record["acquired"] == ""


def test_txf_says_what_else_it_cannot_hold(tmp_path: Path) -> None:
    found = made(tmp_path, "[realized]\nlong_term = 8_000\n")
    exported = txf_file(found.plan, found.forms)
    assert checked(exported.content) == []
    assert exported.left_out == ("gains in household.toml under [realized] are not sales, and are not in the file",)
