"""Records that files hold, kept and asked for (§ 6001); income in them, by kind; § 475, asked and refused by name."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from household_files import exactly, write
from typer.testing import CliRunner

from planner import cli
from planner.analysis.year_records import income_by_kind, missing_records
from planner.domain.errors import ExitCode, UnsupportedLaw
from planner.loader import load_case
from planner.loader.household.parse import read_household

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
WALLET = '[[accounts]]\nname = "Wallet"\ntransactions = "wallet.csv"\n'
HISTORY = """\
id,date,time,action,symbol,quantity,amount,fees,asset_class,note
a1,2024-01-05,09:30,buy,ETH,2,6000,12.50,crypto,first purchase
a2,2026-02-01,00:10,income,ETH,0.1,250,,crypto,staking reward
a3,2026-03-01,00:10,income,ETH,0.1,240,,crypto,Staking reward
a4,2026-04-01,,income,SOL,3,90,,crypto,airdrop
a5,2026-05-01,,interest,,0,40,,,
a6,2026-06-01,,sell,ETH,0.5,900,1.25,crypto,
,2026-07-01,,transfer_out,ETH,0.2,0,,crypto,to cold storage
a8,2025-02-01,,income,ETH,0.1,999,,crypto,staking of last year
"""


def folder_of(tmp_path: Path, more: str = "") -> Path:
    return write(tmp_path, "", more, taxpayer=TAXPAYER, accounts=WALLET, wallet=HISTORY)


def run(*words: str) -> str:
    answer = CliRunner().invoke(cli.app, [*words, "--as-of", "2026-12-08"])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    return answer.stdout


def test_income_in_the_files_is_summed_by_kind_and_asked_about(tmp_path: Path) -> None:
    from datetime import date

    case = load_case(folder_of(tmp_path), as_of=date(2026, 12, 8))
    sums = {income.kind: (income.rows, income.amount) for income in income_by_kind(case)}
    assert sums == {"staking": (2, 490), "airdrops and forks": (1, 90), "interest and lending": (1, 40)}
    (text,) = [caution.text for caution in case.cautions if caution.code == "income_in_files"]
    assert "$620.00" in text
    assert "$100,000.00" in text
    confirmed = load_case(folder_of(tmp_path, "[confirm]\nincome_in_files = true\n"), as_of=date(2026, 12, 8))
    assert not [caution for caution in confirmed.cautions if caution.code == "income_in_files"]


def test_check_shows_income_and_what_an_audit_would_ask_for(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    shown = " ".join(run("check", str(folder)).split())
    assert "staking: $490.00 in 2 rows" in shown
    assert "the hour of a sale of coins" in shown
    document = exactly(run("check", str(folder), "--json"))
    assert {"kind": "staking", "rows": 2, "amount": 490, "unvalued": 0} in document["income"]
    assert any("transaction id" in lack["what"] and lack["rows"] == 1 for lack in document["missing_records"])


def test_nothing_is_missing_where_every_record_is_there(tmp_path: Path) -> None:
    from datetime import date

    whole = HISTORY.replace("a6,2026-06-01,,", "a6,2026-06-01,14:02,").replace("\n,2026-07-01", "\n0xabc,2026-07-01")
    folder = write(tmp_path, "", taxpayer=TAXPAYER, accounts=WALLET, wallet=whole)
    assert missing_records(load_case(folder, as_of=date(2026, 12, 8))) == ()


def test_records_keep_fees_hours_ids_and_notes(tmp_path: Path) -> None:
    output = tmp_path / "out" / "records.csv"
    output.parent.mkdir()
    run("export", str(folder_of(tmp_path)), "records", "--output", str(output))
    rows = list(csv.DictReader(io.StringIO(output.read_text("utf-8-sig"))))
    assert len(rows) == 8
    first = rows[0]
    assert (first["id"], first["time"], first["fees"], first["note"]) == ("a1", "09:30", "12.50", "first purchase")
    assert first["source"] == "wallet.csv:2"


def test_trade_list_and_workbook_keep_what_the_history_says_of_the_purchase(tmp_path: Path) -> None:
    bought = HISTORY.replace(
        "a1,2024-01-05,09:30,buy,ETH,2,6000,12.50,crypto", "a1,2026-01-05,09:30,buy,ETH,2,6000,12.50,crypto"
    )
    folder = write(tmp_path, "", "[prices]\nETH = 1000\nSOL = 30\n", taxpayer=TAXPAYER, accounts=WALLET, wallet=bought)
    for kind, name in (("trades", "t.csv"), ("xlsx", "p.xlsx")):
        run("export", str(folder), kind, "--output", str(tmp_path / name))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text("utf-8-sig"))))
    said = {tuple(row[f"purchase_{key}"] for key in ("time", "fees", "id", "note")) for row in rows}
    assert ("09:30", "12.50", "a1", "first purchase") in said
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx")["Records"]
    assert ("a1", "first purchase") in {(row[8].value, row[11].value) for row in sheet.iter_rows(min_row=2)}


def test_dealers_and_traders_are_refused_by_name(tmp_path: Path) -> None:
    from datetime import date

    folder = write(tmp_path, "", taxpayer=TAXPAYER + "mark_to_market = true\n", accounts=WALLET, wallet=HISTORY)
    with pytest.raises(UnsupportedLaw, match="475"):
        load_case(folder, as_of=date(2026, 12, 8))
    assert CliRunner().invoke(cli.app, ["plan", str(folder)]).exit_code == ExitCode.LAW_NOT_COVERED
    assert read_household(folder).taxpayer.mark_to_market
