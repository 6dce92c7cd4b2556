"""Folders and downloads of several parts, as people have them: every file is taken, or named with what it is."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app

CASES = Path(__file__).parent / "cases"
DAY = ("--as-of", "2026-12-08")


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    folder = tmp_path / "messy"
    shutil.copytree(CASES / "50-init-messy-folder", folder, ignore=shutil.ignore_patterns("expected.md"))
    return folder


def test_every_file_of_a_messy_folder_is_taken_or_named(messy):
    ran = CliRunner().invoke(app, ["init", str(messy), "--yes", *DAY])
    assert ran.exit_code == 0, ran.output
    household = tomllib.loads((messy / "household.toml").read_text("utf-8"))
    taken = {path for account in household["accounts"] for path in [account["transactions"]]}
    assert taken == {"cash_app.csv", "kraken.zip", "quicken.qif", "rh.csv", "schwab_eac.csv", "sub/schwab.csv"}
    for left in ("statement.pdf", "old.xls"):
        assert f"* {left}: " in ran.output
    checked = CliRunner().invoke(app, ["check", str(messy), *DAY, "--json"])
    assert checked.exit_code == 0, checked.output
    cautions = {caution["code"]: caution["text"] for caution in json.loads(checked.stdout)["cautions"]}
    assert "statement.pdf (a PDF)" in cautions["files_left_out"]
    assert "old.xls" in cautions["files_left_out"]


def test_602_a_plan_at_work_below_the_accounts_of_vanguards_download(tmp_path):
    shutil.copytree(CASES / "602-vanguard-workplace-plan", tmp_path / "it")
    ran = CliRunner().invoke(app, ["check", str(tmp_path / "it"), "--as-of", "2026-12-31", "--json"])
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.stdout)
    (row,) = document["transactions"]
    assert (row["date"], row["symbol"], row["quantity"], row["amount"]) == ("2026-11-16", "VTI", 10, 3250)
    assert "account_unclaimed" in [caution["code"] for caution in document["cautions"]]
    assert {2, 11, 15} <= {skipped["line"] for skipped in document["files"][0]["skipped"]}
