"""The parts of the page that hold a plan against other plans: the next dollar, the scenarios, a key that moves."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.analysis.comparison import Compared, Comparison, ScenarioOrigin, Sweep, SweepPoint, Waiting
from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung, Side
from planner.cli import app
from planner.domain.errors import ExitCode, Problem
from planner.domain.plan import Plan
from planner.report.html.charts.worths import scenarios_chart, staircase_chart
from planner.report.html.page import html_page
from rules.tax_year import tax_year
from rules.terms import Character
from tests.reporting.made_plans import made_case, made_plan, sale
from tests.reporting.page_reading import Element, read_page

ROOT = Path(__file__).resolve().parents[2]
PLAN = made_plan(sale("Schwab:VXUS:2025-02-03:1"))
NONE = Decimal(0)


def rung(start: str, end: str | None, saved: str, carried: str = "0", why: str = "offsets gain") -> Rung:
    return Rung(
        Decimal(start), None if end is None else Decimal(end), Decimal(saved), NONE, NONE, NONE,
        Decimal(carried), Decimal("0.0921"), why,
    )  # fmt: skip


LONG = MarginalStaircase(
    Side.LOSS,
    Character.LONG,
    (rung("0", "10000", "0.2375"), rung("10000", "13000", "0.22"), rung("13000", None, "0", "0.1296", "is carried")),
    Decimal("12000.50"),
)
SHORT = MarginalStaircase(Side.LOSS, Character.SHORT, (rung("0", None, "0", "0.1296", "is carried"),))
GAINS = MarginalStaircase(Side.GAIN, Character.LONG, (rung("0", None, "-0.15", why="is taxed"),))
MARGINAL = Marginal(SHORT, LONG, replace(GAINS, character=Character.SHORT), GAINS)
SWEEP = Sweep(
    "plan.max_sales",
    Decimal(3),
    (
        SweepPoint(Decimal(0), None, None, 0, NONE, None, (Problem("a", "cash cannot be raised", "b"),)),
        SweepPoint(Decimal(5), PLAN.benefit, PLAN.status, 1, Decimal("10000.00"), Decimal(1)),
    ),
    comparable=True,
)


def scenario(name: str, plan: Plan | None, *, apart: str = "") -> Compared:
    problems = () if plan else (Problem("a", "max_sales is below what cash_needed takes", "b"),)
    return Compared(name, ScenarioOrigin.HOUSEHOLD, f"What {name} changes", plan, problems, apart=apart)


COMPARISON = Comparison(
    scenarios=(
        replace(scenario("as given", PLAN), origin=ScenarioOrigin.AS_GIVEN),
        scenario("worse", replace(PLAN, benefit=replace(PLAN.benefit, tax_saved=Decimal("-5000.00")))),
        scenario("elsewhere", PLAN, apart="other income or carryovers"),
        scenario("hopeless", None),
    ),
    best="as given",
    naive_gap=Decimal("12.34"),
    waiting=Waiting(Decimal("3474.14"), Decimal("1000.00")),
    marginal=MARGINAL,
    sweep=SWEEP,
)


def page_of(comparison: Comparison) -> Element:
    return read_page(html_page(PLAN, made_case(), tax_year(2026), comparison))


@pytest.fixture(scope="module")
def page() -> Element:
    return page_of(COMPARISON)


def test_the_two_parts_stand_where_they_belong(page: Element) -> None:
    parts = [part.attributes["id"] for part in page.all("section")]
    assert parts[2:7] == ["year", "brackets", "staircase", "windows", "sales"]


def test_every_step_is_there_and_the_plans_next_dollar_is_marked(page: Element) -> None:
    staircase = page.by_id("staircase")
    assert staircase.text.startswith(
        "Value of the next dollar of loss The plan takes $12,000.50 of long-term loss. "
        "One dollar more offsets gain: it saves 22¢ of tax this year; its net benefit is 12.79¢."
    )
    long, short, *gains = (table.rows()[1:] for table in staircase.all("table"))
    assert long == [
        ["$0.00", "$10,000.00", "23.75¢", "0¢", "9.21¢", "14.54¢", "offsets gain"],
        ["$10,000.00", "$13,000.00", "22¢", "0¢", "9.21¢", "12.79¢", "offsets gain the plan’s next dollar"],
        ["$13,000.00", "above", "0¢", "12.96¢", "9.21¢", "3.75¢", "is carried"],
    ]
    assert len(short) == 1
    assert [rows[0][2] for rows in gains] == ["-15¢", "-15¢"]


def test_only_a_staircase_with_steps_is_drawn(page: Element) -> None:
    titles = [svg.text for svg in page.by_id("staircase").all("svg") if svg.attributes.get("role") == "img"]
    assert len(titles) == 2  # the long-term one, wide and narrow
    assert all(title.startswith("What the next dollar of long-term loss is worth") for title in titles)


def test_the_steps_are_drawn_as_long_as_they_are() -> None:
    wide, _ = staircase_chart(LONG).drawings
    (drawn,) = re.findall(r'<path d="([^"]*)"[^>]*fill="var\(--accent-soft\)"', wide.content)
    first, second = (float(width) for width in re.findall(r"M[\d.]+,[\d.]+h([\d.]+)v", drawn)[:2])
    assert first / second == pytest.approx(10 / 3, rel=0.01)


def test_every_column_that_stacks_on_a_phone_is_labeled(page: Element) -> None:
    """With its own heading, by the cell or by the style sheet; a column of reasons or keys needs none."""
    (style, *_) = page.all("style")
    labels = set(re.findall(r"#([\w-]+) td:nth-child\((\d+)\) \{ --label: ", style.text))
    stacked = [table for table in page.all("table") if "stack" in table.attributes.get("class", "").split()]
    assert len(stacked) >= 6
    for table in stacked:
        (body,) = table.all("tbody")
        name = table.attributes.get("id", "")
        for row in body.all("tr"):
            for number, cell in enumerate(row.all("th", "td"), 1):
                unlabeled = cell.tag == "th" or "colspan" in cell.attributes or name == "assumptions-table"
                if not unlabeled and cell.attributes.get("class") != "why":
                    assert "data-label" in cell.attributes or (name, str(number)) in labels, (name, number)


def test_scenarios_stand_side_by_side_with_the_best_marked(page: Element) -> None:
    rows = page.by_id("scenarios-table").rows()[1:]
    assert [row[0].split(" What")[0] for row in rows] == ["as given best", "worse", "elsewhere", "hopeless"]
    assert [row[1] for row in rows] == ["$3,474.14", "-$4,735.86", "$3,474.14", "no plan"]
    assert rows[0][6:] == ["1", "$10,000.00", "1", "$0.00"]
    assert "not comparable: other income" in rows[2][0]
    assert "max_sales is below what cash_needed takes" in rows[3][0]


def test_the_gap_to_the_rule_of_thumb_and_what_expires_are_said_first(page: Element) -> None:
    gap, expires = list(page.by_id("scenarios").all("p"))[:2]
    assert gap.text == "The plan’s net benefit is $12.34 higher than that of selling losers until gains are zero."
    assert expires.text.startswith("$2,474.14 of the net benefit expires on December 31, 2026")


def test_what_stands_apart_is_not_drawn_beside_the_others(page: Element) -> None:
    drawing = next(svg for svg in page.by_id("scenarios").all("svg"))
    labels = {text.text for text in drawing.all("text")}
    assert {"as given", "worse", "$3,474.14", "-$4,735.86"} <= labels
    assert not {"elsewhere", "hopeless"} & labels


def test_two_scenarios_that_are_cut_alike_stay_two() -> None:
    long = "x" * 200
    chart = scenarios_chart([scenario(f"{long}{n}", PLAN) for n in (1, 2)], best=None)
    for drawing in chart.drawings:
        assert drawing.content.count("xxx…</text>") == 2


def test_a_moved_key_is_drawn_and_listed_with_the_values_that_have_no_plan(page: Element) -> None:
    rows = page.by_id("sweep-table").rows()
    assert rows[1:] == [
        ["0", "no plan: cash cannot be raised"],
        ["5", "$3,474.14", "$3,210.00", "1", "$10,000.00"],
    ]
    assert "household’s own value, 3" in page.by_id("scenarios").text


@pytest.mark.parametrize(
    "comparison",
    [
        replace(COMPARISON, scenarios=(scenario("as given", None), *COMPARISON.scenarios[1:])),
        Comparison(COMPARISON.scenarios[:1]),
        replace(COMPARISON, sweep=replace(SWEEP, points=SWEEP.points[:1], as_given=None)),
    ],
)
def test_a_page_is_made_of_whatever_was_compared(comparison: Comparison) -> None:
    assert page_of(comparison).by_id("first")


# --- from the command line ---


def exported(tmp_path: Path, kind: str, *words: str) -> tuple[int, str, Path]:
    household, output = ROOT / "examples" / "bitcoin-loss", tmp_path / "file"
    asked = ["export", str(household), kind, "--output", str(output), "--as-of", "2026-12-08", *words]
    answer = CliRunner().invoke(app, asked)
    return answer.exit_code, answer.output, output


def test_the_page_compares_without_asking_and_moves_a_key_if_asked(tmp_path: Path) -> None:
    code, _, output = exported(tmp_path, "html", "--sweep", "plan.max_sales=0:1:2")
    assert code == ExitCode.DONE
    page = read_page(output.read_bytes())
    rows = page.by_id("scenarios-table").rows()[1:]
    assert {row[0].split(" ")[0] for row in rows} >= {"as", "do", "sell", "losers"}
    assert [row[:2] for row in page.by_id("sweep-table").rows()[1:]] == [["0", "$0.00"], ["1", "$1,874.84"]]


def test_a_key_that_there_is_not_leaves_no_page(tmp_path: Path) -> None:
    code, said, output = exported(tmp_path, "html", "--sweep", "plan.max_sale=0:1:2")
    assert code == ExitCode.REFUSED
    assert "max_sale" in said
    assert not output.exists()


def test_only_the_page_draws_a_moved_key(tmp_path: Path) -> None:
    code, said, output = exported(tmp_path, "json", "--sweep", "plan.max_sales=0:1:2")
    assert code == ExitCode.USAGE
    assert "remove --sweep" in said
    assert not output.exists()
