"""`[giving] charity` against every gift that could be made: the most long-term gain for the dollars. §§ 170(e),
1(h)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from household_files import AS_OF, planned, printed, sold, write
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from planner import cli
from planner.domain.errors import ExitCode, NoPlan
from planner.domain.giving import GivenLot, Giving
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.optimizer.giving import most_gain, winners
from planner.report.files.ics import entries
from planner.report.files.markdown import markdown_file
from planner.report.html.page import html_page
from planner.report.screens.giving import show_giving
from planner.report.screens.text_page import TextPage
from rules.gifts import LimitedGift, limited_gift
from rules.tax_year import tax_year
from rules.terms import AssetClass

LOSER = "LOSS,100,2024-01-05,9000,60,stock,l\n"


def household(rows: list[tuple[int, int, int]], charity: int) -> tuple[str, str]:
    lots = "".join(
        f"W{n},{units},2024-01-05,{basis},{price},stock,w{n}\n" for n, (units, basis, price) in enumerate(rows)
    )
    return lots, f"[giving]\ncharity = {charity}\n"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 900), st.integers(20, 400)), min_size=1, max_size=4),
    st.integers(1, 1_500),
)
def test_no_other_gift_of_whole_shares_has_more_gain_in_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int]], charity: int
) -> None:
    lots, more = household(rows, charity)
    folder = write(tmp_path_factory.mktemp("giving"), LOSER + lots, more)
    case = load_case(folder, as_of=AS_OF)
    found = winners(case, case.holdings, AS_OF)
    chosen = sum(n * lot.gain for n, lot in zip(most_gain(found, Decimal(charity)), found, strict=True))
    best = max(
        sum(
            (n * (price - Decimal(basis) / units) for n, (units, basis, price) in zip(given_, rows, strict=True)),
            Decimal(0),
        )
        for given_ in product(*(range(units + 1) for units, _, _ in rows))
        if sum(n * price for n, (_, _, price) in zip(given_, rows, strict=True)) <= charity
        and all(
            n == 0 or units * price - basis >= Decimal("0.01")
            for n, (units, basis, price) in zip(given_, rows, strict=True)
        )
    )
    assert abs(chosen - best) < Decimal("1e-9")


def test_the_gift_takes_nothing_from_the_sales_at_a_loss(tmp_path: Path) -> None:
    lots, more = household([(30, 1000, 170), (100, 10_000, 400)], 10_000)
    with_gift, without = planned(write(tmp_path, LOSER + lots, more)), planned(write(tmp_path, LOSER + lots))
    assert sold(with_gift) == sold(without) == {"l": 100}
    assert with_gift.benefit == without.benefit
    giving = with_gift.giving
    assert giving is not None
    assert {lot.lot_id: lot.quantity for lot in giving.lots} == {"w0": 28, "w1": 13}
    assert without.giving is None


def test_page_document_and_calendar_say_what_to_give(tmp_path: Path) -> None:
    lots, more = household([(30, 1000, 170), (100, 10_000, 400)], 10_000)
    case = load_case(write(tmp_path, LOSER + lots, more), as_of=AS_OF)
    plan = plan_case(case)
    said = "Give 28 W0, 13 W1 to charity"
    page = html_page(plan, case, tax_year(2026)).decode()
    assert said in page
    assert said in markdown_file(plan, case).decode()
    (entry,) = [entry for entry in entries(plan, case) if entry.kind == "give"]
    assert entry.last == date(2026, 12, 31)
    assert "13 W1 of lot w1" in entry.description


def test_losers_and_young_lots_are_never_given(tmp_path: Path) -> None:
    young = "NEW,10,2026-06-01,100,170,stock,n\n"
    document = printed(write(tmp_path, LOSER + young, "[giving]\ncharity = 5_000\n"))
    assert document["giving"]["lots"] == []
    assert document["giving"]["in_cash"] == 5_000


def test_lots_kept_by_name_or_asked_to_be_sold_are_not_given(tmp_path: Path) -> None:
    lots, more = household([(10, 100, 100), (10, 200, 100), (10, 300, 100)], 900)
    limits = '[plan]\nkeep = ["w0"]\nmust_sell = ["W1"]\n'
    document = printed(write(tmp_path, lots, more + limits))
    assert [lot["lot_id"] for lot in document["giving"]["lots"]] == ["w2"]


def test_what_is_given_is_not_sold_for_its_gain(tmp_path: Path) -> None:
    """Gains are wanted too, on the 0% rate: the rest of the lot alone is sold."""
    lots, more = household([(10, 100, 100)], 400)
    poor = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 20_000\n'
    plan = planned(write(tmp_path, lots, more + "[plan]\nsell_gains = true\n", taxpayer=poor))
    assert sold(plan) == {"w0": 6}
    assert plan.giving is not None
    assert plan.giving.value == 400


def test_the_deduction_has_its_limit_and_the_rest_is_carried(tmp_path: Path) -> None:
    """§ 170(b)(1)(C), (d)(1): 100,000 given of 100,000 of income: 30,000 less the floor. A sale is taxed at 15%."""
    income = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
    lots, more = household([(1000, 0, 100)], 100_000)
    document = printed(write(tmp_path, lots.replace("stock", "crypto").replace("W0", "ETH"), more, taxpayer=income))
    giving = document["giving"]
    assert (giving["limit"], giving["deductible"], giving["carried"]) == (30_000, 29_500, 70_500)
    assert giving["appraisal_needed"] == ["ETH"]
    assert giving["tax_if_sold_instead"] == 15_000


@pytest.mark.parametrize(
    ("rows", "cash", "charity", "given_away"),
    [
        # gold at 28% and a share at 15%, alike but for the rate: cash is raised with the share, and the gold is given
        ("S,2,2024-01-05,100,500,stock,s\nGLD,2,2024-01-05,110,500,etf,g\n", 1_000, 1_000, {"g": 2}),
        # four of S are the most that can be given, and would leave too little to raise the cash
        ("S,10,2024-01-05,100,100,stock,s\nT,3,2024-01-05,200,100,stock,t\n", 1_000, 400, {"s": 3}),
        ("S,3,2024-01-05,90,100,stock,s\nT,3,2024-01-05,20,40,stock,t\nU,2,2026-03-05,20,90,stock,u\n", 250, 130, None),
    ],
)
def test_no_other_gift_leaves_a_better_plan(
    tmp_path: Path, rows: str, cash: int, charity: int, given_away: dict[str, int] | None
) -> None:
    """Every gift of whole shares is planned for: the plan, and φ of the gain given, are never worth more together."""
    limits = f"[plan]\nsell_gains = true\ncash_needed = {cash}\n[giving]\ncharity = {charity}\n"
    case = load_case(write(tmp_path, rows, limits), as_of=AS_OF)
    joint = plan_case(case)
    assert joint.giving is not None
    if given_away is not None:
        assert {lot.lot_id: lot.quantity for lot in joint.giving.lots} == given_away
    worth = case.household.assumptions.deferral_rate
    found = winners(case, case.holdings, AS_OF)
    best = Decimal("-Infinity")
    for units in product(*(range(lot.steps + 1) for lot in found)):
        if sum(n * lot.value for n, lot in zip(units, found, strict=True)) <= charity:
            chosen = {lot.holding.lot.lot_id: Decimal(n) for n, lot in zip(units, found, strict=True)}
            gain = sum((n * lot.gain for n, lot in zip(units, found, strict=True)), Decimal(0))
            with suppress(NoPlan):
                best = max(best, plan_case(replace(case, given=chosen)).benefit.total + worth * gain)
    assert abs(joint.benefit.total + worth * joint.giving.gain - best) <= Decimal("0.05")


def test_half_a_percent_of_income_is_taken_off_and_comes_back_only_with_an_excess() -> None:
    """§ 170(b)(1)(I), (d)(1)(C), by hand: of 100,000 of income the floor is 500, the limit 30,000."""
    half = Decimal("0.005")
    below = limited_gift(Decimal(10_000), Decimal(100_000), Decimal(0), half)
    assert (below.deductible, below.carried) == (9_500, 0)  # gone: no excess is carried
    above = limited_gift(Decimal(40_000), Decimal(100_000), Decimal(0), half)
    assert (above.deductible, above.carried) == (29_500, 10_500)
    met = limited_gift(Decimal(10_000), Decimal(100_000), Decimal(400), half)
    assert met.deductible == 9_900  # 400 of the floor are met by cash, of which nothing is deducted without the gift


def test_cash_given_leaves_less_of_the_50_percent() -> None:
    """§ 170(b)(1)(A), (C)(i), (G)(iii)(II): 35,000 of cash leaves 15,000; 60,000 and more leaves nothing."""
    limits = [
        limited_gift(Decimal(40_000), Decimal(100_000), Decimal(cash), Decimal(0)).limit
        for cash in (0, 20_000, 35_000, 70_000)
    ]
    assert limits == [30_000, 30_000, 15_000, 0]


def test_what_the_deduction_saves_is_the_tax_on_the_pieces_of_schedule_a(tmp_path: Path) -> None:
    """In the 24% bracket, with deductions above the standard one: 24% of 20,000 less half a percent of income."""
    itemizer = (
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 180_000\n'
        "[taxpayer.itemized]\nmortgage_interest = 25_000\n"
    )
    lots, _ = household([(200, 1_000, 100)], 0)
    giving = printed(write(tmp_path, lots, "[giving]\ncharity = 20_000\n", taxpayer=itemizer))["giving"]
    assert (giving["floor"], giving["deductible"]) == (900, 19_100)
    assert giving["deduction_saves"] == Decimal("4584.00")


@pytest.mark.parametrize(("income", "with_it"), [(125_000, 660), (185_000, 720)])
def test_a_deduction_that_moves_what_the_sales_save_is_said(tmp_path: Path, income: int, with_it: int) -> None:
    """By hand: 125,000 less 16,200 is 3,100 into the 24% bracket, and a loss of 3,000 saves 720. A gift of 20,000 less
    half a percent of 122,000 leads below it: the same loss saves 22%, 660. At 185,000 both are at 24%."""
    itemizer = (
        f'[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = {income}\ndeduction = 16_200\n'
    )
    lots, more = household([(200, 1_000, 100)], 20_000)
    case = load_case(write(tmp_path, LOSER + lots, more, taxpayer=itemizer), as_of=AS_OF)
    plan = plan_case(case)
    assert plan.benefit.tax_saved == 720
    giving = plan.giving
    assert giving is not None
    assert giving.sales_save == (720, with_it)
    page = TextPage(width=1_000, color=False)
    show_giving(page, giving)
    said = f"With it the sales would save about ${with_it}.00 of this year's tax, not $720.00"
    assert (said in page.text) is (with_it != 720)


@pytest.mark.parametrize(
    ("met", "of_state", "floor", "whose"),
    [
        (0, 0, "and above half a percent of income, $950.00 (I):", "federal tax;"),
        (400, 0, "and above half a percent of income, $950.00 (I), of which other gifts meet $400.00:", "federal tax;"),
        (950, 30, "other gifts meet the floor of half a percent of income, $950.00 (I):", "federal and state tax;"),
    ],
)
def test_the_floor_and_the_tax_saved_are_named(met: int, of_state: int, floor: str, whose: str) -> None:
    """§ 170(b)(1)(I): what other gifts use up is not subtracted again."""
    lot = GivenLot("k", "Broker", "KO", AssetClass.STOCK, Decimal(1), Decimal(400), Decimal(100), AS_OF)
    deduction = LimitedGift(Decimal(400), Decimal(57_000), Decimal(950), Decimal(met))
    page = TextPage(width=1_000, color=False)
    show_giving(page, Giving(Decimal(400), (lot,), deduction, Decimal(96), Decimal(of_state), itemized=True))
    said = " ".join(page.text.split())
    assert floor in said
    assert f"It saves $96.00 of this year's {whose}" in said


def test_cash_that_is_deducted_without_itemizing_is_said(tmp_path: Path) -> None:
    """§ 170(p), P.L. 119-21 § 70424: $1,000, of those who take the standard deduction."""
    standard = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
    lots, more = household([(30, 1000, 170)], 5_000)
    giving = printed(write(tmp_path, lots, more, taxpayer=standard))["giving"]
    assert (giving["cash_deducted"], giving["deduction_saves"]) == (1_000, 0)


def test_coins_together_need_an_appraisal_above_5000(tmp_path: Path) -> None:
    """§ 170(f)(11)(C), (F), CCA 202302012; one kind with another by I-160. Shares need none."""
    lots = "BTC,1,2024-01-05,100,3000,crypto,b\nETH,1,2024-01-05,100,2500,crypto,e\nKO,90,2024-01-05,100,90,stock,k\n"
    document = printed(write(tmp_path, lots, "[giving]\ncharity = 13_600\n"))
    assert sorted(document["giving"]["appraisal_needed"]) == ["BTC", "ETH"]


def test_the_winners_with_the_most_gain_in_a_dollar_are_kept_for_a_step_up(tmp_path: Path) -> None:
    """§ 1014(a). Long-term gain at 15% and the state's 5, short-term at 35 and 5; what is young is not to be given."""
    lots = "A,10,2024-01-05,200,100,stock,a\nB,10,2024-01-05,900,100,stock,b\nC,10,2026-06-01,100,100,stock,c\n"
    winners_kept = printed(write(tmp_path, LOSER.replace("LOSS,100", "LOSS,1").replace("9000", "50") + lots))
    kept = [(w["lot_id"], w["gain"], w["tax_if_sold"], w["may_be_given"]) for w in winners_kept["kept_winners"]]
    assert kept[:3] == [("c", 900, 360, False), ("a", 800, 160, True), ("l", 10, 2, True)]


def test_a_lot_given_whole_is_still_held_and_its_sale_is_not_explained(tmp_path: Path) -> None:
    lots, more = household([(10, 100, 100)], 5_000)
    folder = str(write(tmp_path, LOSER + lots, more))
    explained = CliRunner().invoke(cli.app, ["explain", folder, "W0", "--as-of", AS_OF.isoformat()])
    assert explained.exit_code == ExitCode.REFUSED
    assert "given to charity" in explained.stderr
    asked = CliRunner().invoke(cli.app, ["ask", folder, "sell", "W0", "--as-of", AS_OF.isoformat()])
    assert asked.exit_code == ExitCode.DONE
