"""harvest init on a folder that has a household: what is new is added, every answer stays; what is left out is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.answers import KIND, OWNER, STATUS, NoAnswer, choice, loss, money, state
from planner.domain.state_names import STATE_NAMES

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = Path(__file__).parent / "fixtures"
DAY = ("--as-of", "2026-12-08")


def harvest(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes((FIXTURES / name).read_bytes())


def read(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "household.toml").read_text("utf-8"))


def codes(folder: Path, *words: str) -> list[str]:
    ran = harvest(*(words or ("check",)), str(folder), *DAY, "--json")
    assert ran.exit_code == 0, ran.output
    return [caution["code"] for caution in json.loads(ran.stdout)["cautions"]]


ANSWERED = """\
# my own note
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"   # since 2020
ordinary_income = 318_000

[[accounts]]
name = "Roth"   # his
kind = "roth_ira"
owner = "spouse"
numbers = "11A-00003"
lots = "merrill_unrealized.csv"     # from the site

[plan]
keep = ["AAPL"]
"""


def test_a_file_added_later_goes_to_its_account_and_every_answer_stays(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    (tmp_path / "household.toml").write_text(ANSWERED, "utf-8")
    put(tmp_path, "merrill_activity.csv", "kraken_ledgers.csv")
    before = read(tmp_path)
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    after = read(tmp_path)
    roth, kraken = after.pop("accounts")
    (was,) = before.pop("accounts")
    assert after == before
    assert roth == {**was, "transactions": "merrill_activity.csv"}
    assert (kraken["name"], kraken["transactions"]) == ("Kraken", "kraken_ledgers.csv")
    text = (tmp_path / "household.toml").read_text("utf-8")
    assert all(line in text.splitlines() for line in ANSWERED.splitlines())
    assert "* Roth: transactions merrill_activity.csv" in ran.output


@pytest.mark.parametrize(
    "written",
    ['lots = "merrill_unrealized.csv" # "x"',
     "lots = ['merrill_unrealized.csv', ]", 'lots = [\n  "merrill_unrealized.csv" # one\n]'],
)  # fmt: skip
def test_a_second_file_joins_the_first_however_that_is_written(tmp_path, written):
    put(tmp_path, "merrill_unrealized.csv", "merrill_holdings.csv")
    (tmp_path / "household.toml").write_text(
        ANSWERED.replace('lots = "merrill_unrealized.csv"     # from the site', written), "utf-8"
    )
    assert harvest("init", str(tmp_path), *DAY).exit_code == 0
    (account,) = read(tmp_path)["accounts"]
    assert sorted(account["lots"]) == ["merrill_holdings.csv", "merrill_unrealized.csv"]


def test_nothing_new_changes_nothing(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    harvest("init", str(tmp_path), *DAY)
    before = (tmp_path / "household.toml").read_bytes()
    ran = harvest("init", str(tmp_path), *DAY)
    assert (ran.exit_code, (tmp_path / "household.toml").read_bytes()) == (0, before)
    assert "Nothing was changed" in " ".join(ran.output.split())


def test_a_layout_of_toml_that_is_not_followed_is_left_as_it_is(tmp_path):
    put(tmp_path, "merrill_unrealized.csv", "kraken_ledgers.csv")
    inline = 'accounts = [{name = "Roth", lots = "merrill_unrealized.csv"}]\n' + ANSWERED.split("[[accounts]]")[0]
    (tmp_path / "household.toml").write_text(inline, "utf-8")
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 1
    assert "kraken_ledgers.csv" in ran.output
    assert (tmp_path / "household.toml").read_text("utf-8") == inline


def test_force_keeps_the_household_that_was_there(tmp_path):
    (tmp_path / "household.toml").write_text(ANSWERED, "utf-8")
    assert harvest("init", str(tmp_path), *DAY, "--force", "--yes").exit_code == 0
    assert read(tmp_path)["taxpayer"]["filing_status"] == "single"
    (kept,) = tmp_path.glob("*.old")
    assert kept.read_text("utf-8") == ANSWERED


DAMAGED = {
    "statement.pdf": (b"%PDF-1.4 nothing", "a PDF"),
    "money.qif": (b"!Type:Bank\nD1/2'26\nT-5.00\n^\n", "QIF"),
    "half.csv": (b'"Activity Date","Trans Code","Instrument\n1/2/2026,Buy', "quotation mark"),
    "byte.csv": (b"Symbol,Quantity\n\x96,3\n", "0x96"),
    "european.csv": (b"Symbol;Quantity;Cost\nVTI;3;1,5\n", "semicolons"),
    "other.csv": (b"foo,bar\n1,2\n", "no known layout"),
    "empty.zip": (b"PK\x05\x06" + bytes(18), "zip archive"),
    "broken.zip": (b"PK\x03\x04 cut off", "zip archive"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_read_is_named_by_init_and_by_every_answer_until_it_is_ignored(tmp_path, name):
    content, what = DAMAGED[name]
    put(tmp_path, "merrill_unrealized.csv")
    (tmp_path / name).write_bytes(content)
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    assert f"* {name}: " in ran.output
    assert what in " ".join(ran.output.split())
    for command in ("check", "plan", "windows"):
        told = " ".join(harvest(command, str(tmp_path), *DAY).output.split())
        assert f"nothing in it is counted: {name}" in told, command
    file = tmp_path / "household.toml"
    file.write_text(file.read_text("utf-8").replace("# ignore = ", "ignore = "), "utf-8")
    assert read(tmp_path)["ignore"] == [name]
    assert "files_left_out" not in codes(tmp_path)
    assert f"* {name}:" not in harvest("init", str(tmp_path), *DAY).output


def test_a_file_that_could_be_read_and_belongs_to_no_account_is_named_too(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    harvest("init", str(tmp_path), *DAY)
    put(tmp_path, "kraken_ledgers.csv")
    assert "kraken_ledgers.csv (a history of Kraken)" in " ".join(harvest("check", str(tmp_path), *DAY).output.split())
    harvest("init", str(tmp_path), *DAY)
    assert "files_left_out" not in codes(tmp_path)


def test_what_harvest_wrote_itself_is_no_account(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    harvest("init", str(tmp_path), *DAY)
    ran = harvest("plan", str(tmp_path), *DAY, "--out", str(tmp_path / "out"))
    assert ran.exit_code == 0, ran.output
    assert {"trades.csv", "form-8949.csv", "plan.json"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert "files_left_out" not in codes(tmp_path)
    harvest("init", str(tmp_path), *DAY)
    assert [account["name"] for account in read(tmp_path)["accounts"]] == ["Merrill 0003"]


def test_another_household_below_is_its_own(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    (tmp_path / "sister").mkdir()
    (tmp_path / "sister" / "household.toml").write_text(ANSWERED, "utf-8")
    put(tmp_path / "sister", "merrill_unrealized.csv")
    harvest("init", str(tmp_path), *DAY)
    assert [account["lots"] for account in read(tmp_path)["accounts"]] == ["merrill_unrealized.csv"]
    assert "files_left_out" not in codes(tmp_path)


EQUITY_AWARDS = (
    '"Date","Action","Symbol","Description","Quantity","Amount","AwardDate","AwardId","Nothing we know"\n'
    '"03/05/2026","Lapse","GOOG","Restricted Stock Lapse","20","","","",""\n'
)


def test_a_brokers_file_is_not_ours_because_its_columns_are_alike(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    (tmp_path / "alike.csv").write_text(EQUITY_AWARDS)
    (tmp_path / "one_more.csv").write_text("date,action,symbol,quantity,amount,desk\n2026-03-05,buy,GOOG,2,300,7\n")
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    assert [account["name"] for account in read(tmp_path)["accounts"]] == ["Merrill 0003"]
    assert "* alike.csv: " in ran.output
    assert "there is no column `desk`" in " ".join(ran.output.split())


def test_a_zip_of_tables_is_read_by_init_and_by_every_answer(tmp_path):
    with zipfile.ZipFile(tmp_path / "kraken.zip", "w") as archive:
        archive.write(FIXTURES / "kraken_ledgers.csv", "export/ledgers.csv")
        archive.writestr("export/readme.txt", "hello")
        archive.writestr("__MACOSX/export/._ledgers.csv", "x")
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    (account,) = read(tmp_path)["accounts"]
    assert (account["name"], account["transactions"]) == ("Kraken", "kraken.zip")
    checked = json.loads(harvest("check", str(tmp_path), *DAY, "--json").stdout)
    put(tmp_path, "kraken_ledgers.csv")
    (tmp_path / "household.toml").write_text(
        (tmp_path / "household.toml").read_text("utf-8").replace("kraken.zip", "kraken_ledgers.csv"), "utf-8"
    )
    plain = json.loads(harvest("check", str(tmp_path), *DAY, "--json").stdout)
    assert checked["transactions"] == plain["transactions"]
    assert checked["files"][0]["path"] == "kraken.zip/export/ledgers.csv"
    assert "readme.txt" in checked["files"][0]["skipped"][0]["why"]


def test_an_archive_of_several_brokers_is_named_and_to_be_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(FIXTURES / "kraken_ledgers.csv", "kraken.csv")
        archive.write(FIXTURES / "robinhood_activity.csv", "robinhood.csv")
    ran = harvest("init", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    assert "* all.zip: holds files of several accounts; fix: unpack it" in " ".join(ran.output.split())
    assert "files_left_out" in codes(tmp_path)


def test_a_folder_without_a_household_says_how_to_make_one(tmp_path):
    ran = harvest("plan", str(tmp_path), *DAY)
    assert ran.exit_code == 1
    assert f"`harvest init {tmp_path}` creates one" in " ".join(ran.output.split())


@pytest.mark.parametrize(
    ("text", "meant"),
    [("joint", "married_jointly"), ("mfj", "married_jointly"), ("MFS", "married_separately"), ("s", "single"),
     ("HoH", "head_of_household"), ("head", "head_of_household"), ("2", "married_jointly"), 
     ("widow", "qualifying_surviving_spouse"),
     ("Married, filing jointly".replace(",", ""), "married_jointly")],
)  # fmt: skip
def test_a_filing_status_as_people_call_it(text, meant):
    assert choice(text, STATUS) == meant


@pytest.mark.parametrize(("text", "could_be"), [("married", "married_jointly or married_separately"), ("x", "single")])
def test_an_answer_that_could_be_two_says_which(text, could_be):
    with pytest.raises(NoAnswer, match=could_be):
        choice(text, STATUS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("roth", "roth_ira"), ("Roth IRA", "roth_ira"), ("IRA", "ira"), ("401(k)", "401k"), ("401", "401k"), 
     ("529", "529"),
     ("h", "hsa"), ("t", "taxable"), ("1", "taxable"), ("tax", "taxable"), ("rollover", "ira")],
)  # fmt: skip
def test_a_kind_of_account_as_people_call_it(text, meant):
    assert choice(text, KIND) == meant


def test_owners_amounts_and_states_as_people_write_them():
    assert [choice(text, OWNER) for text in ("me", "s", "2")] == ["taxpayer", "spouse", "spouse"]
    assert [int(money(text)) for text in ("318k", "$1.2M", "318_000", "185,000", "-4k")] == [
        318_000, 1_200_000, 318_000, 185_000, -4_000]  # fmt: skip
    assert int(loss("(4k)")) == 4_000
    told = [state(text, STATE_NAMES) for text in ("NY", "ny", "illinois", "calif", "", "none", "D.C.".replace(".", ""))]
    assert told == ["NY", "NY", "IL", "CA", "", "", "DC"]
    with pytest.raises(NoAnswer, match="NC or ND"):
        state("north", STATE_NAMES)
    with pytest.raises(NoAnswer):
        state("ZZ", STATE_NAMES)
    with pytest.raises(NoAnswer, match="dollars"):
        money("a lot")


@pytest.mark.parametrize("how", ["end of input", "interrupt"])
def test_leaving_a_question_leaves_nothing_behind(tmp_path, how):
    pty = pytest.importorskip("pty")
    folder = tmp_path / "new"
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "planner", "init", str(folder), *DAY]
    with subprocess.Popen(
        words,
        cwd=ROOT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as ran:
        os.write(ours, b"2026\n")
        if how == "end of input":
            os.write(ours, b"\x04\x04")
        else:
            assert ran.stderr is not None
            ran.stderr.read(1)  # the first question
            ran.send_signal(signal.SIGINT)
        said, asked = ran.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert ran.returncode == 130, asked
    assert asked.rstrip().endswith("nothing was written")
    assert ("fault" in asked, said.strip(), folder.exists()) == (False, "", False)
