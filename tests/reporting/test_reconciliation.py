"""Form 1099-B and 1099-DA beside the household's ledger: § 6045(g) sees an account, § 1091 the household."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app

HEAD = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
BROKER = '[[accounts]]\nname = "Broker"\nrealized = "r.csv"\n'
IRA = '[[accounts]]\nname = "IRA"\nkind = "ira"\ntransactions = "i.csv"\n'
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis,term,asset_class,disallowed_loss\n"
TRADES = "date,action,symbol,quantity,amount,asset_class,lot_id\n"
KO_LOSS = "KO,100,2024-03-01,2026-12-21,4000,5000,long,stock,"
TYPED = "f_codes", "e_basis", "g_adjustment", "h_gain", "agrees"

Rows = list[dict[str, str]]


def exported(folder: Path, kind: str, household: str, **files: str) -> Result:
    (folder / "household.toml").write_text(HEAD + household, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    words = ["export", str(folder), kind, "--output", str(folder / "out.csv"), "--as-of", "2027-02-15", "--force"]
    answer = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    return answer


def table(folder: Path) -> Rows:
    content = (folder / "out.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def reconciled(folder: Path, household: str, **files: str) -> tuple[Rows, Rows, str]:
    """The sales, the totals, and what is said beside them."""
    said = exported(folder, "reconcile", household, **files).stderr
    rows = table(folder)
    return [row for row in rows if row["row"] == "sale"], [row for row in rows if row["row"] == "total"], said


def typed(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in TYPED)


def test_a_purchase_of_january_in_the_ira_is_on_no_statement(tmp_path: Path) -> None:
    """§ 1091(a), Rev. Rul. 2008-5: 40 of the 100 shares sold on 21 December were bought in the IRA on 11 January."""
    sales, totals, said = reconciled(
        tmp_path, BROKER + IRA, r=REALIZED + KO_LOSS + "\n", i=TRADES + "2027-01-11,buy,KO,40,1600,stock,\n"
    )
    (sale,) = sales
    assert typed(sale) == ("W", "5000.00", "400.00", "-600.00", "no")
    assert (sale["statement"], sale["box"], sale["broker_gain"]) == ("1099-B", "D", "-1000.00")
    assert sale["what_to_do"] == "Code W: $400.00 is disallowed, not the broker's $0.00 (box 1g)."
    (total,) = totals
    assert (total["f_codes"], total["h_gain"], total["agrees"]) == ("MW", "-600.00", "no")
    assert "Exception 1" not in total["what_to_do"]
    assert "not as the broker lists them: 1 sale of 1" in said


def test_a_loss_that_the_broker_disallows_and_no_file_explains_stands_and_is_asked_about(tmp_path: Path) -> None:
    """The broker disallows 700, and no file shows who bought: Instructions for Form 8949, code W."""
    sales, _, _ = reconciled(
        tmp_path,
        BROKER + 'transactions = "t.csv"\n',
        r=REALIZED + KO_LOSS + "700\n",
        t=TRADES
        + "2024-03-01,buy,KO,100,5000,stock,\n2026-12-21,sell,KO,100,4000,stock,\n2027-02-05,buy,GM,1,50,stock,\n",
    )
    assert typed(sales[0]) == ("W", "5000.00", "700.00", "-300.00", "yes")
    assert "Look for the purchase: for this day's sales the broker disallows $700.00" in sales[0]["what_to_do"]
    assert "attach a statement of explanation" in sales[0]["what_to_do"]


def test_sales_that_agree_need_no_row_of_their_own(tmp_path: Path) -> None:
    """Exception 1: basis reported, nothing to adjust."""
    more = "PEP,10,2020-03-02,2026-05-04,1500,1000,long,stock,\n"
    sales, totals, said = reconciled(tmp_path, BROKER, r=REALIZED + KO_LOSS + "\n" + more)
    assert [row["agrees"] for row in sales] == ["yes", "yes"]
    (total,) = totals
    assert (total["d_proceeds"], total["e_basis"], total["h_gain"], total["f_codes"]) == (
        "5500.00", "6000.00", "-500.00", "M",
    )  # fmt: skip
    assert "line 8a of Schedule D" in total["what_to_do"]
    assert total["a_description"] == "Broker: see attached statement"
    assert "not as the broker" not in said


def test_a_basis_that_a_wash_in_another_account_raised_takes_codes_b_and_t(tmp_path: Path) -> None:
    """§ 1091(d), § 1223(3): A's loss of 1,000 is in B's shares, which B's statement shows at 4,200 and short."""
    sales, _, _ = reconciled(
        tmp_path,
        '[[accounts]]\nname = "A"\nrealized = "r.csv"\n[[accounts]]\nname = "B"\ntransactions = "t.csv"\n'
        'realized = "b.csv"\n',
        r=REALIZED + "KO,100,2024-03-01,2026-06-01,4000,5000,long,stock,\n",
        t=TRADES + "2026-06-10,buy,KO,100,4200,stock,b1\n2026-10-12,sell,KO,100,6000,stock,b1\n",
        b=REALIZED + "KO,100,2026-06-10,2026-10-12,6000,4200,short,stock,\n",
    )
    of_a, of_b = sales
    assert typed(of_a) == ("W", "5000.00", "1000.00", "0.00", "no")
    assert typed(of_b) == ("BT", "4200.00", "-1000.00", "800.00", "no")
    assert of_b["box"] == "D"
    assert "true one is $5,200.00, so code B. Code T: long-term" in of_b["what_to_do"]


def test_a_basis_that_is_not_reported_is_typed_by_hand(tmp_path: Path) -> None:
    """Reg. § 1.6045-1(a)(15): shares of 2009 are not covered. Box E: the right basis in (e) at once."""
    sales, _, _ = reconciled(tmp_path, BROKER, r=REALIZED + "KO,10,2009-03-02,2026-05-04,900,400,long,stock,\n")
    assert (sales[0]["box"], sales[0]["e_basis"], sales[0]["f_codes"]) == ("E", "400.00", "")
    assert "the basis is not reported to the IRS" in sales[0]["what_to_do"]


def test_coins_stand_on_form_1099_da_and_in_boxes_of_their_own(tmp_path: Path) -> None:
    """Instructions for Form 8949 (2025), boxes G to L; of one's own wallet no statement comes."""
    household = (
        '[[accounts]]\nname = "Exchange"\ncustody = "broker"\nrealized = "r.csv"\n'
        '[[accounts]]\nname = "Wallet"\ncustody = "self"\nrealized = "w.csv"\n'
    )
    coins = (
        "BTC,1,2026-02-02,2026-06-01,70000,80000,short,crypto,\nBTC,1,2023-02-02,2026-06-01,70000,20000,long,crypto,\n"
    )
    wallet = "ETH,1,2023-02-02,2026-06-01,3000,2000,long,crypto,\n"
    sales, _, _ = reconciled(tmp_path, household, r=REALIZED + coins, w=REALIZED + wallet)
    assert [(row["account"], row["statement"], row["box"]) for row in sales] == [
        ("Exchange", "1099-DA", "G"),
        ("Exchange", "1099-DA", "K"),
        ("Wallet", "", "L"),
    ]
    assert "On no statement" in sales[2]["what_to_do"]


def test_lots_of_a_day_share_a_row_that_the_broker_does_not_split(tmp_path: Path) -> None:
    """The history has two purchases of one day, the broker one row of 100 at 5,000."""
    sales, _, _ = reconciled(
        tmp_path,
        BROKER + 'transactions = "t.csv"\n',
        r=REALIZED + KO_LOSS + "\n",
        t=TRADES
        + "2024-03-01,buy,KO,60,3000,stock,\n2024-03-01,buy,KO,40,2000,stock,\n2026-12-21,sell,KO,100,4000,stock,\n",
    )
    assert [(row["a_description"], row["broker_proceeds"], row["broker_basis"], row["agrees"]) for row in sales] == [
        ("40 sh KO", "1600.00", "2000.00", "yes"),
        ("60 sh KO", "2400.00", "3000.00", "yes"),
    ]


def test_where_the_history_has_another_gain_the_broker_stands_and_it_is_said(tmp_path: Path) -> None:
    sales, _, _ = reconciled(
        tmp_path,
        BROKER + 'transactions = "t.csv"\n',
        r=REALIZED + "KO,10,2025-05-05,2026-06-01,900,850,long,stock,\n",
        t=TRADES + "2025-01-02,buy,KO,10,1000,stock,\n2026-06-01,sell,KO,10,900,stock,\n",
    )
    assert typed(sales[0]) == ("", "850.00", "0.00", "50.00", "no")
    assert "make this day's gain -$100.00; the broker's figures are used" in sales[0]["what_to_do"]


def test_a_sale_in_no_realized_file_is_not_called_right(tmp_path: Path) -> None:
    trades = TRADES + "2024-03-01,buy,KO,10,500,stock,\n2026-06-01,sell,KO,10,900,stock,\n"
    sales, _, said = reconciled(tmp_path, '[[accounts]]\nname = "Broker"\ntransactions = "t.csv"\n', t=trades)
    assert (sales[0]["agrees"], sales[0]["broker_gain"], sales[0]["h_gain"]) == ("not listed", "", "400.00")
    assert "in no realized file: 1 sale of 1" in said


@pytest.mark.parametrize("kind", ["form-8949", "reconcile"])
def test_the_rows_to_type_are_those_of_form_8949(tmp_path: Path, kind: str) -> None:
    household = BROKER + IRA
    files = {"r": REALIZED + KO_LOSS + "\n", "i": TRADES + "2027-01-11,buy,KO,40,1600,stock,\n"}
    exported(tmp_path, kind, household, **files)
    rows = [row for row in table(tmp_path) if row.get("row", "sale") == "sale"]
    typed_cells = [row[name] for row in rows for name in ("d_proceeds", "e_basis", "f_codes", "g_adjustment", "h_gain")]
    assert typed_cells == ["4000.00", "5000.00", "W", "400.00", "-600.00"]


def test_totals_are_the_sums_of_their_rows(tmp_path: Path) -> None:
    more = "PEP,10,2020-03-02,2026-05-04,1500,1000,long,stock,\nGM,5,2026-03-02,2026-05-04,300,260,short,stock,\n"
    sales, totals, _ = reconciled(tmp_path, BROKER, r=REALIZED + KO_LOSS + "\n" + more)
    assert len(totals) == 2
    for name in ("d_proceeds", "e_basis", "g_adjustment", "h_gain", "broker_gain"):
        assert sum(Decimal(row[name]) for row in sales) == sum(Decimal(row[name]) for row in totals)
