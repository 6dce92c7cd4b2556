"""A year from the December plan to the filed return, by the files alone: every document says the same of every sale."""

from __future__ import annotations

import csv
import io
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from lifecycle_commands import done

TOML = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 140_000
[realized]
long_term = 1_000
[[accounts]]
name = "Broker"
lots = "lots.csv"
realized = "realized.csv"
[[accounts]]
name = "Roth"
kind = "roth_ira"
transactions = "roth.csv"
[plan]
sale_date = 2026-12-21
"""
LOTS = "lot_id,symbol,quantity,acquired,basis,price,asset_class\n"
HELD = "A1,AAA,100,2024-02-05,6000,40,stock\nB1,BBB,20,2025-03-03,3000,100,stock\n"
KEPT = "K1,KKK,10,2020-01-06,100,50,stock\n"
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis,term,asset_class\n"
SOLD = "AAA,100,2024-02-05,2026-12-21,4000,6000,long,stock\nBBB,20,2025-03-03,2026-12-21,2000,3000,long,stock\n"
ROTH = "date,action,symbol,quantity,amount\n2026-10-01,buy,YYY,1,10\n"
FEBRUARY = "2027-02-15"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Planned on 8 December, sold on the 21st; 40 AAA bought in the Roth IRA on 11 January: $800 is lost."""
    folder = tmp_path_factory.mktemp("home")
    files = {"household.toml": TOML, "lots.csv": LOTS + HELD + KEPT, "realized.csv": REALIZED, "roth.csv": ROTH}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    done("plan", folder, "--as-of", "2026-12-08", "--out", folder.parent / "plan")
    (folder / "lots.csv").write_text(LOTS + KEPT, "utf-8")
    (folder / "realized.csv").write_text(REALIZED + SOLD, "utf-8")
    (folder / "roth.csv").write_text(ROTH + "2027-01-11,buy,AAA,40,1640\n2027-02-10,buy,YYY,1,10\n", "utf-8")
    return folder


def table(home: Path, kind: str) -> list[dict[str, str]]:
    output = home.parent / f"{kind}.csv"
    done("export", home, kind, "--output", output, "--as-of", FEBRUARY, "--force")
    return list(csv.DictReader(io.StringIO(output.read_text("utf-8-sig"), newline="")))


def test_follow_says_what_was_bought_back_too_early(home: Path) -> None:
    said = " ".join(done("follow", home, home.parent / "plan" / "plan.json", "--as-of", FEBRUARY).output.split())
    assert "2 planned sales: 2 done" in said
    assert "Bought back too early: $800.00 of loss is disallowed" in said


def test_every_form_of_february_has_the_wash_sale(home: Path) -> None:
    form = {row["a_description"]: row for row in table(home, "form-8949") if row["status"] == "made"}
    assert (form["100 sh AAA"]["f_codes"], form["100 sh AAA"]["g_adjustment"]) == ("W", "800.00")
    taxact = {row["Description"]: row for row in table(home, "taxact")}
    assert (taxact["100 sh AAA"]["Wash Sale"], taxact["100 sh AAA"]["Adjustment Amount"]) == ("W", "800.00")
    typed = {row["a_description"]: row for row in table(home, "reconcile") if row["row"] == "sale"}
    for name, row in typed.items():
        assert {key: row[key] for key in ("d_proceeds", "e_basis", "g_adjustment", "h_gain", "f_codes")} == {
            key: form[name][key] for key in ("d_proceeds", "e_basis", "g_adjustment", "h_gain", "f_codes")
        }
    assert (typed["100 sh AAA"]["agrees"], typed["20 sh BBB"]["agrees"]) == ("no", "yes")


def test_schedule_d_and_the_next_years_household_carry_what_is_left(home: Path) -> None:
    """$1,000 of gain, $1,000 lost on BBB and $1,200 allowed on AAA: $1,200 deducted, nothing carried."""
    lines = {row["line"]: row["h_with_plan"] for row in table(home, "schedule-d") if row["form"] == "Schedule D"}
    assert (lines["15"], lines["21"]) == ("-1200.00", "-1200.00")
    target = home.parent / "next"
    said = done("close", home, "--output", target, "--as-of", FEBRUARY).output
    assert "Not carried" not in said  # the Roth IRA's shares have no basis that anyone needs
    following = tomllib.loads((target / "household.toml").read_text("utf-8"), parse_float=Decimal)
    assert following["carryover"] == {"short_term": 0, "long_term": 0}
    assert following["taxpayer"]["tax_year"] == 2027


def test_what_the_year_left_unsold_is_not_called_open(home: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    for path in home.iterdir():
        (tmp_path / "home" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "home" / "lots.csv").write_text(LOTS + HELD + KEPT, "utf-8")
    (tmp_path / "home" / "realized.csv").write_text(REALIZED, "utf-8")
    said = done("follow", tmp_path / "home", home.parent / "plan" / "plan.json", "--as-of", FEBRUARY).output
    assert "2 planned sales: 2 not sold" in " ".join(said.split())
