"""`harvest compare` as a person reads it, at any width, and as another program does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.analysis.comparison import NAIVE, Comparison, Waiting
from planner.analysis.marginal_value import AT_ONCE
from planner.cli import app
from planner.domain.case import Case
from planner.loader import load_case
from planner.report.json_documents.compare import compare_document
from planner.report.json_documents.text import as_json
from planner.report.screens.compare import against_rules, compare_screen, expiring
from planner.report.screens.next_dollar import runs
from planner.scenarios import compare_case, sweep_case

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLD = ROOT / "examples" / "household"
AS_OF = date(2026, 12, 8)
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(HOUSEHOLD, as_of=AS_OF)


@pytest.fixture(scope="module")
def comparison(case: Case) -> Comparison:
    values = (Decimal(0), Decimal(50_000), Decimal("100000.50"))
    return replace(compare_case(case), sweep=sweep_case(case, "plan.max_turnover", values))


def shown(comparison: Comparison, case: Case, *, width: int = 80, plain: bool = False) -> str:
    return compare_screen(comparison, case, width=width, color=False, plain=plain)


def invoke(*words: str) -> Result:
    return CliRunner().invoke(app, ["compare", *words, "--as-of", AS_OF.isoformat()], env={"COLUMNS": None})


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("plain", [False, True])
def test_lines_fit_the_page(comparison: Comparison, case: Case, width: int, plain: bool) -> None:
    text = shown(comparison, case, width=width, plain=plain)
    assert max(map(len, text.splitlines())) <= width
    assert not plain or text.isascii()


@pytest.mark.parametrize("width", [20, 60, 80, 120])
def test_no_worth_and_no_name_is_ever_cut(comparison: Comparison, case: Case, width: int) -> None:
    text = shown(comparison, case, width=width)
    for each in comparison.scenarios:
        assert each.plan is not None
        assert f"{each.worth:,.2f}".lstrip("-") in text
        for word in each.name.split():
            assert word in text


def test_the_row_of_waiting_shows_what_january_is_worth(comparison: Comparison, case: Case) -> None:
    assert comparison.waiting is not None
    (row, *_) = (line.split() for line in shown(comparison, case, width=100).splitlines() if "wait for January" in line)
    assert row[-5:] == [f"${comparison.waiting.in_january:,.2f}", "$0.00", "-", "-", "-"]


def test_the_gap_to_the_naive_rule_comes_right_after_the_table(comparison: Comparison, case: Case) -> None:
    lines = shown(comparison, case, width=100).splitlines()
    said = (
        f"The plan’s net benefit is ${comparison.naive_gap:,.2f} higher than that of selling losers until gains "
        "are zero."
    )
    end = next(n for n, line in enumerate(lines) if line.startswith("The year's tax, and the work"))
    table = next(n for n, line in enumerate(lines) if line.lstrip().startswith("wait for January"))
    assert said in lines[table:end]


def test_exactly_one_scenario_is_marked_best(comparison: Comparison, case: Case) -> None:
    table = shown(comparison, case).partition("The year's tax, and")[0]
    assert [line for line in table.splitlines() if " *" in line and "$" in line] == [
        line for line in table.splitlines() if line.strip().startswith("as given *")
    ]


def test_the_plan_stands_on_each_staircase_once(comparison: Comparison, case: Case) -> None:
    text = shown(comparison, case).partition("Value of the next dollar of loss or gain")[2]
    marked = [line for line in text.splitlines() if line.startswith("  >") and "marks where the plan is" not in line]
    assert len(marked) == 4


def test_steps_of_gain_that_are_not_shown_are_counted(comparison: Comparison, case: Case) -> None:
    assert comparison.marginal is not None
    text = shown(comparison, case).partition("Short-term gain, beyond the plan")[2]
    for stairs, part in zip(comparison.marginal.gains, text.partition("Long-term gain")[::2], strict=True):
        assert f"{len(stairs.rungs) - 3} more step" in part


def test_without_a_plan_no_gap_is_left_for_what_it_is_worth(case: Case, comparison: Comparison) -> None:
    without = replace(comparison, naive_gap=None, waiting=None)
    assert "\n\n\n" not in shown(without, case)


def test_bars_grow_with_worth(comparison: Comparison, case: Case) -> None:
    text = shown(comparison, case).partition("as plan.max_turnover varies")[2]
    bars = [line.count("█") for line in text.splitlines() if "$" in line]
    assert bars == sorted(bars)
    assert bars[0] == 0
    assert bars[-1] > 40


def test_the_document_is_the_contracts(comparison: Comparison) -> None:
    document = json.loads(as_json(compare_document(comparison)), parse_float=Decimal)
    assert document["schema"] == "harvest.compare/1"
    first = document["scenarios"][0]
    assert (first["name"], first["plan"]["schema"], first["plan"]["scenario"]) == ("as given", "harvest.plan/1", None)
    assert [row["name"] for row in document["scenarios"]] == [each.name for each in comparison.scenarios]
    assert document["best"] == "as given"
    rungs = document["marginal"]["long_loss"]["rungs"]
    assert rungs[0]["tax_saved"] == Decimal("0.2375")
    assert rungs[-1]["to"] is None
    assert [point["value"] for point in document["sweep"]["points"]] == [0, 50_000, Decimal("100000.5")]


# --- the command ---


def test_the_plan_compared_is_the_plan_printed() -> None:
    document = json.loads(invoke(str(HOUSEHOLD), "--json", "--scenario", "do nothing").stdout)
    plan = CliRunner().invoke(app, ["plan", str(HOUSEHOLD), "--as-of", AS_OF.isoformat(), "--json"])
    assert document["scenarios"][0]["plan"] == json.loads(plan.stdout)
    assert [row["name"] for row in document["scenarios"]] == ["as given", "do nothing"]


@pytest.mark.parametrize(
    "words",
    [
        ["--sweep", "plan.max_turnover"],
        ["--sweep", "plan.max_turnover=0:1"],
        ["--sweep", "plan.max_turnover=0:x:3"],
        ["--sweep", "plan.max_turnover=0:inf:3"],
        ["--sweep", "plan.max_turnover=0:9:0"],
        ["--sweep", "plan.max_turnover=0:9:501"],
        ["--sweep", "=0:9:3"],
    ],
)
def test_what_is_no_range_is_a_wrong_command_line(words: list[str]) -> None:
    answer = invoke(str(HOUSEHOLD), *words)
    assert answer.exit_code == 2
    assert "is not a range" in answer.stderr
    assert answer.stdout == ""


def test_two_keys_are_a_table_and_a_grid_in_the_document() -> None:
    small = ROOT / "examples" / "fifty-thousand-loss"
    words = ["--sweep", "plan.max_turnover=0:40000:3", "--sweep", "assumptions.future_rate=0:0.3:2"]
    shown = invoke(str(small), *words).stdout
    heading = "Net benefit as plan.max_turnover (down) and assumptions.future_rate (across) move"
    assert heading in " ".join(shown.split())
    document = json.loads(invoke(str(small), *words, "--json").stdout)
    assert document["sweep"] is None
    grid = document["grid"]
    assert [row["value"] for row in grid["rows"]] == [0, 20_000, 40_000]
    for row in grid["rows"]:
        assert row["sweep"]["key"] == "assumptions.future_rate"
        for point in row["sweep"]["points"]:
            assert f"${point['benefit']['total']:,.2f}" in shown


@pytest.mark.parametrize(
    "ranges", [["a.b=0:1:2", "a.b=0:1:2"], ["a.b=0:1:2", "c.d=0:1:2", "e.f=0:1:2"], ["a.b=0:1:50", "c.d=0:1:50"]]
)
def test_more_than_two_keys_or_too_many_plans_are_a_wrong_command_line(ranges: list[str]) -> None:
    answer = invoke(str(HOUSEHOLD), *(word for text in ranges for word in ("--sweep", text)))
    assert answer.exit_code == 2
    assert answer.stdout == ""


def test_a_key_that_there_is_not_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "household.toml").write_text(TAXPAYER, "utf-8")
    answer = invoke(str(tmp_path), "--sweep", "plan.max_turnovr=0:9:3")
    assert answer.exit_code == 1
    assert "plan.max_turnovr: there is no key `max_turnovr` in [plan]; did you mean" in answer.stderr
    assert answer.stdout == ""


def test_a_household_without_a_plan_is_shown_and_exits_with_3(tmp_path: Path) -> None:
    (tmp_path / "household.toml").write_text(f"{TAXPAYER}[plan]\ncash_needed = 5\n", "utf-8")
    answer = invoke(str(tmp_path))
    assert answer.exit_code == 3
    assert "no plan: " in " ".join(answer.stdout.split())
    assert "cash_needed" in answer.stderr


def test_a_scenario_without_a_plan_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "household.toml").write_text(f"{TAXPAYER}[scenarios.Broke]\nplan.cash_needed = 5\n", "utf-8")
    answer = invoke(str(tmp_path), "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    row = json.loads(answer.stdout)["scenarios"][1]
    assert (row["name"], row["plan"], len(row["refusals"])) == ("Broke", None, 1)


def test_a_rule_that_breaks_a_constraint_is_not_compared_with(comparison: Comparison) -> None:
    """The plan is set against the best rule that breaks none; a rule that shows more says what it breaks for it."""
    rows = {each.name: each for each in comparison.scenarios}
    plan = rows["as given"].plan
    assert plan is not None
    richer = replace(plan, benefit=replace(plan.benefit, tax_saved=plan.benefit.tax_saved + 7))

    def said(**apart: str) -> list[str]:
        changed = dict(rows)
        changed["sell every loss"] = replace(rows["sell every loss"], plan=richer, apart="breaks must_sell")
        changed[NAIVE] = replace(rows[NAIVE], apart="breaks must_sell")
        changed["do nothing"] = replace(rows["do nothing"], apart=apart.get("nothing", ""))
        return list(against_rules(replace(comparison, scenarios=tuple(changed.values()))))

    more = "“sell every loss” has a net benefit $7.00 higher, but is not comparable: breaks must_sell."
    best = f"${plan.benefit.total:,.2f} higher than that of “do nothing”, the best rule of thumb that keeps"
    assert said() == [f"The plan’s net benefit is {best} your constraints.", more]
    none = "No rule of thumb keeps your constraints, so the plan is compared with none."
    assert said(nothing="breaks must_sell") == [none, more]


@pytest.mark.parametrize(
    ("now", "january", "words"),
    [
        (
            "100",
            "60",
            "$40.00 of the net benefit expires on December 31, 2026: the same sales in January would have $60",
        ),
        (
            "78.56",
            "-44.45",
            "All of the net benefit expires on December 31, 2026: the same sales in January would have -$",
        ),
        ("-5", "-44", "After December 31, 2026, the same sales in January would have -$44.00, $39.00 less, by"),
        (
            "100",
            "120",
            "Nothing of the net benefit expires on December 31, 2026: the same sales in January would have $12",
        ),
    ],
)
def test_no_more_than_the_whole_net_benefit_expires(now: str, january: str, words: str) -> None:
    assert expiring(Waiting(Decimal(now), Decimal(january)), 2026).startswith(words)


def test_thresholds_in_a_row_are_one_row(comparison: Comparison) -> None:
    assert comparison.marginal is not None
    plain = comparison.marginal.long_loss.rungs[0]
    cliffs = [replace(plain, end=Decimal(n), jump=Decimal(17), why=f"crosses{AT_ONCE}goes") for n in (1, 2, 3, 4)]
    found = list(runs([plain, *cliffs, plain], cliffs[0]))
    assert found == [[plain], [cliffs[0]], cliffs[1:], [plain]]  # the plan's own row stands alone
    assert list(runs(cliffs[:3], cliffs[0])) == [[each] for each in cliffs[:3]]
    assert cliffs[0].past_the_jump == "goes"
