"""A number of a few signs that would take a machine hours is refused at once, wherever it can be written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.analysis.marginal_value import Side, staircase
from planner.domain.carryover_value import CarryoverValue
from planner.domain.errors import ExitCode
from planner.domain.household import Assumptions
from planner.domain.tax_return import tax_return
from planner.loader import load_case
from rules.liability import liability
from rules.terms import ZERO, Character, Gains

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
SOON = 10.0


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SOON


def sweep(folder: Path, words: str) -> Result:
    (folder / "household.toml").write_text(TAXPAYER, "utf-8")
    command = ["compare", str(folder), "--as-of", "2026-12-08", "--sweep", words]
    return CliRunner().invoke(cli.app, command, env={"COLUMNS": None})


@pytest.mark.parametrize(
    "span",
    [
        "0:1e-999999999:3",
        "1e999999999:0:3",
        "-1e999999999:0:3",
        "0:1e-31:3",
        f"0:1:{'9' * 5000}",
        f"0:0.{'1' * 100_000}:3",
        f"0:{'9' * 100_000}:3",
        "nan:1:3",
        "0:inf:3",
        "0:1:0",
        "0:1:501",
    ],
)
def test_a_sweep_to_nowhere(tmp_path: Path, span: str) -> None:
    answer = sweep(tmp_path, f"plan.max_turnover={span}")
    assert answer.exit_code == ExitCode.USAGE
    assert "is not a range" in answer.stderr


@pytest.mark.parametrize(
    "key",
    [
        f"planned_purchases.{'9' * 5000}.quantity",
        "planned_purchases.٣.quantity",
        "planned_purchases.².quantity",
        "planned_purchases.-1.quantity",
    ],
)
def test_a_place_in_a_list_that_is_none(tmp_path: Path, key: str) -> None:
    (tmp_path / "household.toml").write_text(TAXPAYER, "utf-8")
    assert sweep(tmp_path, f"{key}=1:2:2").exit_code == ExitCode.REFUSED


@pytest.mark.parametrize(("seconds", "code"), [("inf", 0), ("1e999", 0), ("nan", 2), ("-1", 2)])
def test_a_search_without_end(tmp_path: Path, seconds: str, code: int) -> None:
    """More than a week counts as a week."""
    (tmp_path / "household.toml").write_text(TAXPAYER + '[[accounts]]\nname = "A"\nlots = "lots.csv"\n', "utf-8")
    (tmp_path / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nVTI,1,2025-03-04,300,250\n", "utf-8")
    answer = CliRunner().invoke(cli.app, ["plan", str(tmp_path), "--as-of", "2026-12-08", "--time-limit", seconds])
    assert answer.exit_code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["NKE", "1e999"], ExitCode.USAGE),
        (["NKE", "1e-40"], ExitCode.USAGE),
        (["", "5"], ExitCode.REFUSED),
        (["N" * 100_000, "5"], ExitCode.REFUSED),
        (["NKE²", "5"], ExitCode.REFUSED),
    ],
)
def test_a_trade_that_no_one_makes(tmp_path: Path, words: list[str], code: ExitCode) -> None:
    (tmp_path / "household.toml").write_text(TAXPAYER + '[[accounts]]\nname = "A"\n', "utf-8")
    answer = CliRunner().invoke(cli.app, ["ask", str(tmp_path), "buy", *words, "--as-of", "2026-12-08"])
    assert answer.exit_code == code
    assert len(answer.output) < 2_000


def test_a_key_without_end(tmp_path: Path) -> None:
    assert sweep(tmp_path, f"{'a.' * 100_000}a=0:1:2").exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("keys", "start"),
    [
        (  # § 1(g): the share of the parents' tax bends for ever
            'born = 2012-01-01\nparents = {taxable_income = 90_000, filing_status = "married_jointly"}\n',
            Gains(),
        ),
        (  # § 199A(b)(3)(B) and (d)(3): a square whose tangents only come nearer to where it turns
            "born = 1970-01-01\n[taxpayer.business]\nqualified_income = 90_000\nspecified_service = true\n",
            Gains(long_term=Decimal("24_999.99")),
        ),
    ],
)
@pytest.mark.parametrize("character", Character)
def test_the_next_dollar_on_a_curve_has_an_end(tmp_path: Path, keys: str, start: Gains, character: Character) -> None:
    """And the rungs come to the tax, but for the tangents."""
    (tmp_path / "household.toml").write_text(TAXPAYER + keys, "utf-8")
    facts = tax_return(load_case(tmp_path, as_of=date(2026, 12, 8)).household)
    stairs = staircase(facts, Assumptions(), CarryoverValue(((None, ZERO),)), start, Side.GAIN, character)
    assert len(stairs.rungs) < 300
    assert stairs.rungs[-1].end is None
    far = Decimal(150_000)
    more = Gains(short_term=far) if character is Character.SHORT else Gains(long_term=far)
    by_rungs = sum(
        -rung.tax_saved * (min(rung.end or far, far) - rung.start) - rung.jump
        for rung in stairs.rungs
        if rung.start < far
    )
    tax = liability(facts, start + more).total_tax - liability(facts, start).total_tax
    assert by_rungs == pytest.approx(tax, rel=Decimal("0.002"))
