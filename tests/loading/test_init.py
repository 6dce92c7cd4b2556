"""harvest init: what lies in a folder becomes a household that harvest plan runs on, and what was assumed is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.edge_questions import with_edges_asked
from planner.domain.household_draft import DraftAccount, DraftHousehold
from planner.report.files.household_toml import household_toml
from rules.terms import FilingStatus

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = Path(__file__).parent / "fixtures"
DAY = ("--as-of", "2026-12-08")


def harvest(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def init(folder: Path, *words: str) -> dict[str, object]:
    """Run harvest init on a folder; the household it wrote."""
    ran = harvest("init", str(folder), *DAY, *words)
    assert ran.exit_code == 0, ran.output
    return tomllib.loads((folder / "household.toml").read_text("utf-8"))


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes((FIXTURES / name).read_bytes())


def planned(folder: Path) -> dict[str, object]:
    ran = harvest("plan", str(folder), *DAY, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_files_of_one_account_come_together_whatever_they_are_called(tmp_path):
    put(tmp_path, "merrill_unrealized.csv", "merrill_activity.csv", "merrill_realized.csv")
    (tmp_path / "merrill_unrealized.csv").rename(tmp_path / "old.txt")
    (account,) = init(tmp_path)["accounts"]
    assert (account["lots"], account["transactions"]) == ("old.txt", "merrill_activity.csv")
    assert account["realized"] == "merrill_realized.csv"
    assert planned(tmp_path)["status"] == "proven"


def test_a_link_to_another_file_of_the_folder_is_no_file_of_its_own(tmp_path):
    put(tmp_path, "merrill_unrealized.csv", "merrill_realized.csv")
    (tmp_path / "latest.csv").symlink_to("merrill_unrealized.csv")
    (account,) = init(tmp_path)["accounts"]
    assert account["lots"] == "merrill_unrealized.csv"
    assert planned(tmp_path)["status"] == "proven"


def test_each_broker_has_its_account_and_a_label_tells_its_kind(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    roth = (FIXTURES / "schwab_lot_details.csv").read_text().replace("...412", "Roth IRA ...977")
    (tmp_path / "a.csv").write_text(roth)
    by_name = {account["name"]: account for account in init(tmp_path)["accounts"]}
    assert list(by_name) == ["Schwab Roth IRA 977", "Merrill 0003"]
    assert by_name["Schwab Roth IRA 977"]["kind"] == "roth_ira"
    assert "kind" not in by_name["Merrill 0003"]


def test_a_file_of_two_accounts_is_split_between_them(tmp_path):
    rows = (FIXTURES / "merrill_unrealized.csv").read_text().splitlines(keepends=True)
    other = [row.replace("11A-00003", "11A-00004") for row in rows if "11A-00003" in row]
    assert other
    (tmp_path / "both.csv").write_text("".join(rows + other))
    accounts = init(tmp_path)["accounts"]
    assert [account["numbers"] for account in accounts] == ["11A-00003", "11A-00004"]
    checked = json.loads(harvest("check", str(tmp_path), *DAY, "--json").stdout)
    assert {lot["account"] for lot in checked["lots"]} == {account["name"] for account in accounts}


def test_a_file_of_several_kinds_is_listed_under_those_that_it_has(tmp_path):
    put(tmp_path, "ibkr_flex.xml", "ibkr_flex_summary_only.xml")
    (account,) = init(tmp_path)["accounts"]
    assert account["lots"] == ["ibkr_flex.xml", "ibkr_flex_summary_only.xml"]
    assert account["transactions"] == "ibkr_flex.xml"


def test_an_account_that_files_name_by_number_or_by_name_is_one_and_its_name_tells_its_kind(tmp_path):
    put(tmp_path, "fidelity_lots_table.csv", "fidelity_positions.csv", "fidelity_history.csv")
    put(tmp_path, "fidelity_closed_lots.csv")  # names no account: of the one that is not an IRA
    positions = (tmp_path / "fidelity_positions.csv").read_text("utf-8-sig").splitlines()
    roth = positions[2].replace("Z31415926,Individual - TOD", "222333444,ROTH IRA")
    (tmp_path / "fidelity_positions.csv").write_text("\n".join([*positions[:3], roth, *positions[3:]]))
    by_name = {account["name"]: account for account in init(tmp_path)["accounts"]}
    assert list(by_name) == ["Fidelity 5926", "Fidelity Roth IRA 3444"]
    assert by_name["Fidelity Roth IRA 3444"]["kind"] == "roth_ira"
    assert by_name["Fidelity 5926"]["numbers"] == ["Z31415926", "Individual - TOD"]
    assert by_name["Fidelity 5926"]["realized"] == "fidelity_closed_lots.csv"
    assert by_name["Fidelity 5926"]["lots"] == ["fidelity_lots_table.csv", "fidelity_positions.csv"]


def test_a_label_tells_the_kind_and_the_account_of_files_that_name_half_of_it(tmp_path):
    put(tmp_path, "schwab_lot_details.csv", "schwab_positions.csv", "schwab_realized_lots.csv")
    (account,) = init(tmp_path)["accounts"]
    assert (account["numbers"], account["realized"]) == (["...412", "Individual"], "schwab_realized_lots.csv")
    positions = (
        (tmp_path / "schwab_positions.csv").read_text().replace("Individual ...412", "Roth Contributory IRA ...412")
    )
    (tmp_path / "schwab_positions.csv").write_text(positions)
    roth, other = init(tmp_path, "--force")["accounts"]
    assert (roth["kind"], roth["lots"]) == ("roth_ira", ["schwab_lot_details.csv", "schwab_positions.csv"])
    assert other["numbers"] == "Individual"


def test_a_file_of_prices_is_nobodys_and_stands_under_prices(tmp_path):
    put(tmp_path, "coinbase_transactions.csv")
    (tmp_path / "closing.csv").write_text("symbol,price,date\nETH,3000,2026-12-07\n")
    household = init(tmp_path)
    assert [account["name"] for account in household["accounts"]] == ["Coinbase"]
    assert household["prices"] == {"file": "closing.csv"}
    assert (
        "Prices, for lots without a price of their own\n  closing.csv"
        in harvest("init", str(tmp_path), "--force").stdout
    )


def test_what_is_not_recognised_is_said_and_left_out(tmp_path):
    put(tmp_path, "merrill_unrealized.csv")
    (tmp_path / "notes.txt").write_text("call the broker\n")
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><html></html>")
    ran = harvest("init", str(tmp_path), *DAY)
    assert "* notes.txt: " in ran.output
    assert "* page.csv: this is a web page" in " ".join(ran.output.split())


def test_what_nobody_answered_is_said_by_every_plan_until_it_is_mended(tmp_path):
    init(tmp_path, "--yes")
    assert [c["code"] for c in planned(tmp_path)["cautions"]] == ["taxpayer_assumed"]
    file = tmp_path / "household.toml"
    assumed = 'assumed = ["filing_status", "ordinary_income"]\n'
    assert assumed in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(assumed, ""), "utf-8")
    assert planned(tmp_path)["cautions"] == []


def test_the_assumption_stands_above_the_plan(tmp_path):
    init(tmp_path, "--yes")
    screen = harvest("plan", str(tmp_path), *DAY).output
    assert "income not confirmed" in " ".join(screen.partition("The year")[0].split())
    assert "* These values are assumed" in screen
    full = harvest("plan", str(tmp_path), *DAY, "--full").output.splitlines()
    assert full[1].startswith("These values are assumed")


def test_a_household_is_never_overwritten_unasked(tmp_path):
    (tmp_path / "household.toml").write_text("mine")
    assert harvest("init", str(tmp_path)).exit_code == 1
    assert (tmp_path / "household.toml").read_text() == "mine"
    assert "tax_year" in init(tmp_path, "--force")["taxpayer"]


def test_a_folder_that_is_not_there_is_made_and_a_file_is_refused(tmp_path):
    init(tmp_path / "new" / "home")
    assert planned(tmp_path / "new" / "home")["sales"] == []
    (tmp_path / "file").write_text("")
    refused = harvest("init", str(tmp_path / "file"))
    assert (refused.exit_code, "is a file, not a folder" in refused.output) == (1, True)


def test_every_line_in_a_comment_is_a_key_that_is_understood(tmp_path):
    """A user takes the # away, and the household is still read."""
    init(tmp_path)
    file = tmp_path / "household.toml"
    text = file.read_text("utf-8").replace('account = "..."', 'account = "My broker"').replace('# state = "NY" ', "#")
    bare = [line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in text.splitlines()]
    kept = [line for line in bare if not line.startswith(("lots =", "transactions =", "realized =", "file ="))]
    file.write_text("\n".join(kept), "utf-8")
    ran = harvest("check", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    assert len(kept) > 40


@pytest.mark.parametrize("name", ['A "quoted" one', "back\\slash", "tab\tand\x7f", "Ünï — 漢字", "# [plan]"])
def test_any_name_of_an_account_or_file_survives(name):
    draft = DraftHousehold(2026, accounts=(DraftAccount(name, lots=(f"{name}.csv",), assumed=(f"line\n{name}",)),))
    (account,) = tomllib.loads(household_toml(draft))["accounts"]
    assert (account["name"], account["lots"]) == (name, f"{name}.csv")


def test_at_a_terminal_it_asks_and_takes_the_answers(tmp_path):
    pty = pytest.importorskip("pty")
    put(tmp_path, "merrill_unrealized.csv")
    answers = ["2026", "married jointly", "$240,000", "zz9", "", "-1500", "0", "no"]
    answers += ["5/2/1959", "", "32k", "three", "2", "none", "yes", "2", "26,400", "24k", "ira", "spouse"]
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "planner", "init", str(tmp_path), *DAY]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ran:
        os.write(ours, "".join(answer + "\n" for answer in answers).encode())
        said, asked = ran.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert ran.returncode == 0, asked
    household = tomllib.loads((tmp_path / "household.toml").read_text("utf-8"))
    taxpayer, (account,) = household["taxpayer"], household["accounts"]
    assert (taxpayer["filing_status"], taxpayer["ordinary_income"]) == ("married_jointly", 240_000)
    assert ("assumed" in taxpayer, "state" in taxpayer) == (False, False)
    assert household["carryover"] == {"short_term": 1_500, "long_term": 0}
    assert (account["kind"], account["owner"]) == ("ira", "spouse")
    assert taxpayer["born"].isoformat() == "1959-05-02"
    assert "spouse_born" not in taxpayer  # left open
    assert (taxpayer["social_security"], taxpayer["medicare"], taxpayer["children"]) == (32_000, 2, [])
    assert taxpayer["marketplace"] == {"household_size": 2, "benchmark_premium": 26_400, "premiums": 24_000}
    assert "`zz9` is not a valid answer" in asked
    assert "a dollar of gain costs thousands" in asked
    assert "Assumed" not in said


def test_formats_lists_every_layout_with_how_to_get_it():
    from planner.loader.reading.layout import all_layouts

    told = json.loads(harvest("formats", "--json").stdout)["layouts"]
    assert {layout["name"] for layout in told} == {layout.name for layout in all_layouts()}
    screen = harvest("formats").output
    assert all(layout.name in screen and layout.how_to_get for layout in all_layouts())


@pytest.mark.parametrize(
    ("answers", "edges"),
    [
        (["", "", "", "", ""], {}),  # all left open: nothing is said for the household
        (["1959-05-02", "0", "0", "0", "no"], {"born", "social_security", "medicare", "children", "marketplace"}),
        (["2008-05-02", "", "", "2020-01-05, 2022-03-04", "no", "no"], {"born", "children", "marketplace", "parents"}),
    ],
)
def test_what_is_answered_about_income_edges_is_written_and_the_rest_left_open(tmp_path, answers, edges):
    given = iter(answers)
    draft = with_edges_asked(DraftHousehold(2026), lambda _, default, parse: parse(next(given)))
    assert next(given, None) is None
    assert set(draft.edges) == set(edges)
    (tmp_path / "household.toml").write_text(household_toml(draft), "utf-8")
    ran = harvest("check", str(tmp_path), *DAY)
    assert ran.exit_code == 0, ran.output
    taxpayer = tomllib.loads((tmp_path / "household.toml").read_text("utf-8"))["taxpayer"]
    assert set(edges) == {key for key in taxpayer if key not in ("tax_year", "filing_status", "ordinary_income")}


def test_a_separate_return_is_not_asked_what_it_may_not_say():
    draft = DraftHousehold(2026, filing_status=FilingStatus.MARRIED_SEPARATELY)
    assert with_edges_asked(draft, lambda *_: pytest.fail("asked")) is draft


def test_a_file_of_ours_is_of_the_account_whose_rows_it_replaces_else_is_called_as_it_is(tmp_path):
    put(tmp_path, "robinhood_activity.csv")
    own = "date,action,symbol,quantity,amount,replaces\n2026-11-24,sell,PLTR,12.5,767.49,robinhood_activity.csv:4\n"
    (tmp_path / "own.csv").write_text(own, "utf-8")
    (tmp_path / "ledger nano.csv").write_text("date,action,symbol,quantity,amount\n2026-01-02,buy,BTC,1,9\n", "utf-8")
    by_name = {account["name"]: account["transactions"] for account in init(tmp_path)["accounts"]}
    assert by_name == {"Robinhood": ["robinhood_activity.csv", "own.csv"], "ledger nano": "ledger nano.csv"}
