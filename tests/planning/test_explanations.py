"""Why a lot is sold or not: a case a kind of lot, its figures computed by hand.

The taxpayer of household_files: ordinary income at 35%, long-term gain at 15%, the state 5% on both. A dollar of basis
given up costs φ = 0.15 ÷ 1.05¹⁰ = 0.09208699, a dollar carried on is worth v = 0.15 ÷ 1.05³ = 0.12957564; a stock's
round trip costs 0.02% of the proceeds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, HISTORY, days_ago, write

from planner.analysis.explanation import Decision, Explanation, LotExplained, Supposition
from planner.analysis.given_away import given_away
from planner.domain.case import Case
from planner.domain.errors import InputError, NoPlanInTime, Problem
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer.explain.explain import explain_case
from planner.optimizer.explain.what_if import Replanning, WhatIfUnfinished
from planner.report.screens.giving import given_away_words
from rules.terms import AssetClass

LONG_GAIN_20_000 = "\n[realized]\nlong_term = 20_000\n"
AND_AN_IRA = ACCOUNT + '[[accounts]]\nname = "IRA"\nkind = "ira"\ntransactions = "ira.csv"\n'
LONG_GAIN_1_000 = "\n[realized]\nlong_term = 1_000\n"
AAA = "AAA,10,2024-01-05,3000,100,stock,a\n"  # 2,000 of long-term loss


def case_of(folder: Path, lots: str, more: str = "", *, as_of: date = AS_OF, **files: str) -> Case:
    return load_case(write(folder, lots, more, **files), as_of=as_of)


def explained(folder: Path, lots: str, more: str = "", word: str = "a", **files: str) -> LotExplained:
    (lot,) = explain_case(case_of(folder, lots, more, **files), word).lots
    return lot


def steps(lot: LotExplained) -> list[tuple[Decimal, Decimal | None, Decimal, Decimal, str]]:
    stretch = lot.in_order or lot.on_top
    assert stretch is not None
    return [(s.rung.start, s.rung.end, s.tax_saved, s.carried, s.rung.why) for s in stretch.steps]


def what_if(lot: LotExplained, change: Supposition) -> tuple[Decimal | None, Decimal]:
    (found,) = [what for what in lot.what_ifs if what.change is change]
    return found.difference, found.sells


# --- dollar by dollar ---


def test_a_loss_sold_against_long_term_gain(tmp_path: Path) -> None:
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000)
    assert (lot.decision, lot.reason) == (Decision.SOLD, "saves $400.00 of tax")
    assert steps(lot) == [(0, 2000, 400, 0, "offsets long-term gain at 15% + 5% state")]
    worth = lot.worth_in_order
    assert worth is not None
    # 2,000 × φ = 184.17; 1,000 × 0.02% = 0.20
    assert (worth.deferred_tax, worth.trading_cost, worth.total) == (
        Decimal("184.17"),
        Decimal("0.20"),
        Decimal("215.63"),
    )
    assert what_if(lot, Supposition.KEPT) == (Decimal("-215.63"), 0)
    assert lot.washing is not None
    assert (lot.washing.last, lot.washing.safe_on) == (date(2027, 1, 30), date(2027, 1, 31))
    # bought back: no loss, so nothing is given up either; only the trading cost stays. In an IRA the basis is gone too.
    assert (lot.washing.disallowed_loss, lot.washing.costs) == (2000, Decimal("215.83"))
    assert lot.washing.costs_in_an_ira == 400


def test_a_loss_that_meets_gain_then_other_income_then_next_year(tmp_path: Path) -> None:
    lot = explained(tmp_path, "AAA,10,2024-01-05,6000,100,stock,a\n", LONG_GAIN_1_000)
    assert steps(lot) == [
        (0, 1000, 200, 0, "offsets long-term gain at 15% + 5% state"),
        (1000, 4000, 1200, 0, "reduces other income at 35% + 5% state"),
        (4000, 5000, 0, 1000, "is carried to 2027"),
    ]
    assert lot.in_order is not None
    assert (lot.in_order.first_dollar.tax_saved, lot.in_order.last_dollar.tax_saved) == (Decimal("0.2"), 0)
    assert lot.worth_in_order is not None
    assert lot.worth_in_order.carryover_value == Decimal("380.95")  # 1,000 × 40% ÷ 1.05, used next year
    assert {"§ 1211(b)", "§ 1212(b)", "§ 1091(a)"} <= {source.law for source in lot.sources}


def test_the_plans_order_decides_which_dollars_a_lot_gets_and_taken_last_they_are_the_last(tmp_path: Path) -> None:
    lots = "AAA,10,2024-01-05,2500,100,stock,a\nBBB,10,2024-01-05,2000,100,stock,b\n"  # losses of 1,500 and 1,000
    case = case_of(tmp_path, lots, LONG_GAIN_1_000)
    first, second = (explain_case(case, word).lots[0] for word in ("a", "b"))
    assert [step[:3] for step in steps(first)] == [(0, 1000, 200), (1000, 1500, 200)]
    assert [step[:3] for step in steps(second)] == [(0, 1000, 400)]
    assert first.on_top is not None
    assert first.on_top.tax_saved == 600  # after the other has met the gain, all 1,500 reduce other income
    assert (first.in_order and first.in_order.after, second.in_order and second.in_order.after) == (0, 1)


def test_a_loss_in_the_28_percent_group(tmp_path: Path) -> None:
    gold = "GLD,10,2024-01-05,2000,100,etf,a\n"
    lot = explained(tmp_path, gold, "\n[realized]\nlong_term = 600\ncollectibles = 600\n")
    assert steps(lot)[0] == (0, 600, 198, 0, "offsets gain in the 28-percent group at 28% + 5% state")
    assert lot.sale is not None
    assert lot.sale.asset_class is AssetClass.ETF
    assert "§ 1(h)(4), (5)" in {source.law for source in lot.sources}


def test_a_short_loss_that_meets_gain_in_the_28_percent_group_says_where_that_stands(tmp_path: Path) -> None:
    more = "\n[realized]\nlong_term = 5_000\ncollectibles = 5_000\n"
    lot = explained(tmp_path, "AAA,10,2026-02-05,3000,100,stock,a\n", more)
    assert steps(lot)[0][4].startswith("offsets gain in the 28-percent group")
    assert "§ 1(h)(4)" in {source.law for source in lot.sources}


def test_the_reasons_of_the_plan_are_the_sums_of_the_steps(tmp_path: Path) -> None:
    lots = "".join(f"S{n},10,2024-01-05,{1700 + 613 * n}.37,100,stock,lot{n}\n" for n in range(4))
    case = case_of(tmp_path, lots, "\n[realized]\nlong_term = 4_321.09\n")
    for sale in explain_case(case).plan.sales:
        (lot,) = explain_case(case, sale.lot_id).lots
        assert lot.in_order is not None
        said = []
        if lot.in_order.tax_saved:
            said.append(f"saves ${lot.in_order.tax_saved:,.2f} of tax")
        if lot.in_order.carried:
            said.append(f"carries ${lot.in_order.carried:,.2f} forward")
        assert lot.reason == "; ".join(said) == sale.reason


# --- kept, each for its own reason ---


def test_a_lot_that_was_asked_to_be_kept(tmp_path: Path) -> None:
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000 + '\n[plan]\nkeep = ["AAA"]\n')
    assert (lot.decision, lot.reason) == (Decision.BARRED, "you asked to keep it")
    assert what_if(lot, Supposition.KEEP) == (Decimal("215.63"), 10)
    assert lot.break_even is None


def test_letting_one_lot_off_keep_keeps_the_others_of_its_symbol(tmp_path: Path) -> None:
    lots = AAA + "AAA,10,2024-02-05,2500,100,stock,b\n"
    lot = explained(tmp_path, lots, LONG_GAIN_20_000 + '\n[plan]\nkeep = ["AAA"]\n')
    assert what_if(lot, Supposition.KEEP) == (Decimal("215.63"), 10)


def test_a_frozen_lot(tmp_path: Path) -> None:
    lots = "symbol,quantity,acquired,basis,price,lot_id,frozen\nAAA,10,2024-01-05,3000,100,a,true\n"
    lot = explained(tmp_path, lots, LONG_GAIN_20_000)
    assert lot.decision is Decision.BARRED
    assert what_if(lot, Supposition.FROZEN) == (Decimal("215.63"), 10)


def test_a_loss_below_the_least_one_asked_for(tmp_path: Path) -> None:
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000 + "\n[plan]\nminimum_loss = 2_500\n")
    assert (lot.decision, lot.reason) == (Decision.BARRED, "its loss is below minimum_loss = 2500")
    assert what_if(lot, Supposition.MINIMUM_LOSS) == (Decimal("215.63"), 10)


def test_nothing_is_sold(tmp_path: Path) -> None:
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000 + "\n[plan]\nsell = false\n")
    assert lot.decision is Decision.BARRED
    assert what_if(lot, Supposition.SELL) == (Decimal("215.63"), 10)


def test_a_gain_that_nobody_asked_for(tmp_path: Path) -> None:
    lot = explained(tmp_path, "AAA,10,2024-01-05,600,100,stock,a\n", LONG_GAIN_20_000)
    assert lot.decision is Decision.GAIN
    # 400 of gain at 20%, less φ × 400 spared = 36.83, and 0.20 of trading
    assert what_if(lot, Supposition.SOLD) == (Decimal("-43.37"), 10)
    assert what_if(lot, Supposition.SELL_GAINS) == (0, 0)
    assert lot.break_even is not None
    assert lot.break_even.sold_at < 60  # only at a loss, and one that pays for the trading


def test_a_lot_without_gain_or_loss(tmp_path: Path) -> None:
    lot = explained(
        tmp_path, "AAA,10,2024-01-05,1000,100,stock,a\n", LONG_GAIN_20_000 + "\n[plan]\nsell_gains = true\n"
    )
    assert (lot.decision, lot.reason) == (
        Decision.HELD,
        "it has neither a gain nor a loss, so selling it changes no tax",
    )
    assert lot.on_top is not None
    assert lot.on_top.steps == ()
    assert what_if(lot, Supposition.SOLD) == (Decimal("-0.20"), 10)


def test_a_loss_that_saves_less_than_it_costs(tmp_path: Path) -> None:
    worthless = "\n[assumptions]\nyears_to_use_carryover = inf\n\n[carryover]\nlong_term = 30_000\n"
    lot = explained(tmp_path, AAA, worthless)
    assert lot.decision is Decision.HELD
    assert lot.reason == (
        "all else equal, selling all of it would lower the net benefit by $184.37: its loss saves less than it costs"
    )
    assert what_if(lot, Supposition.SOLD) == (Decimal("-184.37"), 10)
    assert lot.worth_on_top is not None
    assert lot.worth_on_top.total == Decimal("-184.37")
    assert lot.break_even is None  # not at any price


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"basis": None}, "its basis is not known"),
        ({"acquired": None}, "acquired on various dates"),
        ({"price": None}, "its price is not known"),
    ],
)
def test_what_is_not_known_is_not_reckoned_with(tmp_path: Path, change: dict[str, None], reason: str) -> None:
    case = case_of(tmp_path, AAA, LONG_GAIN_20_000)
    (holding,) = case.holdings
    lot_change = {name: value for name, value in change.items() if name != "price"}
    holding = replace(holding, lot=replace(holding.lot, **lot_change))
    if "price" in change:
        holding = replace(holding, price=None)
    (lot,) = explain_case(replace(case, holdings=(holding,)), "a").lots
    assert lot.decision is Decision.BARRED
    assert lot.reason.startswith(reason)
    assert (lot.sale, lot.on_top, lot.break_even, lot.what_ifs) == (None, None, None, ())


def test_a_lot_in_an_ira_is_on_nobodys_return(tmp_path: Path) -> None:
    accounts = '\n[[accounts]]\nname = "Broker"\nkind = "roth_ira"\nlots = "lots.csv"\n'
    case = load_case(write(tmp_path, AAA, LONG_GAIN_20_000, accounts=accounts), as_of=AS_OF)
    (lot,) = explain_case(case, "a").lots
    assert lot.decision is Decision.OUTSIDE
    assert "§§ 408A(a), 408(e)(1)" in lot.reason
    assert (lot.sale, lot.what_ifs, lot.break_even) == (None, (), None)


def test_a_spouses_lot_on_a_separate_return(tmp_path: Path) -> None:
    accounts = '\n[[accounts]]\nname = "Broker"\nowner = "spouse"\nlots = "lots.csv"\n'
    case = load_case(write(tmp_path, AAA, LONG_GAIN_20_000, accounts=accounts), as_of=AS_OF)
    (lot,) = explain_case(case, "a").lots
    assert lot.decision is Decision.BARRED
    assert "§ 6013" in lot.reason
    assert (lot.sale, lot.what_ifs) == (None, ())


# --- limits, days, prices ---


def test_a_limit_that_binds_is_lifted(tmp_path: Path) -> None:
    lots = AAA + "BBB,10,2024-01-05,4000,100,stock,b\n"
    lot = explained(tmp_path, lots, LONG_GAIN_20_000 + "\n[plan]\nmax_sales = 1\n")
    assert (lot.decision, lot.reason) == (Decision.HELD, "your limit max_sales = 1")
    assert what_if(lot, Supposition.MAX_SALES) == (Decimal("215.63"), 10)
    # with it instead of the other: 2,000 of loss in place of 3,000, half as much again
    assert what_if(lot, Supposition.SOLD) == (Decimal("-107.91"), 10)


def test_a_lot_sold_in_part(tmp_path: Path) -> None:
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000 + "\n[plan]\nmax_turnover = 400\n")
    assert lot.decision is Decision.SOLD_IN_PART
    assert lot.sale is not None
    assert (lot.sale.quantity, lot.sale.gain) == (4, -800)
    assert lot.rest == "your limit max_turnover = 400"
    assert what_if(lot, Supposition.MAX_TURNOVER) == (Decimal("129.38"), 10)  # the other six shares
    (forced,) = [what for what in lot.what_ifs if what.change is Supposition.SOLD]
    assert forced.difference is None
    assert forced.no_plan == "selling the whole of a brings $1,000.00, but max_turnover allows $400.00"


def test_a_lot_that_must_be_sold_is_not_supposed_kept(tmp_path: Path) -> None:
    """What the household requires, no replanning changes, and no other reason is given for it."""
    lot = explained(tmp_path, AAA, '\n[plan]\nmust_sell = [{lot = "a", quantity = 5}]\n')
    kept = [what.no_plan for what in lot.what_ifs if what.change is Supposition.KEPT]
    assert kept == ["`must_sell` requires the sale of 5 of it"]


def test_a_what_if_without_time_is_unfinished_not_impossible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(case: Case, *, seconds: float) -> Plan:
        raise NoPlanInTime([Problem("plan", "no plan was found within 1 seconds", "allow more with --time-limit")])

    monkeypatch.setattr("planner.optimizer.explain.what_if.plan_case", late)
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000)
    assert (lot.what_ifs, lot.break_even, lot.unfinished) == ((), None, True)


def test_a_loss_with_its_washing_purchase_waits_for_the_day_it_leaves_the_window(tmp_path: Path) -> None:
    """An IRA bought ten on 11 November: from 12 December on a sale is clean, and until then its loss is gone."""
    history = HISTORY + "2026-11-11,buy,AAA,10,1000\n"
    folder = write(tmp_path, AAA, LONG_GAIN_20_000, accounts=AND_AN_IRA, ira=history)
    (lot,) = explain_case(load_case(folder, as_of=date(2026, 12, 8)), "a").lots
    assert lot.sale is not None
    assert (lot.decision, lot.sale.date, lot.sale.disallowed_loss) == (Decision.SOLD, date(2026, 12, 14), 0)
    days = {other.day: (other.difference, other.disallowed_loss) for other in lot.other_days}
    # on the 8th the 2,000 are permanently lost: no 400 saved, and the basis is still given up
    assert days[date(2026, 12, 8)] == (Decimal("-400.00"), 2000)


def test_a_washed_loss_says_which_purchase_and_until_when(tmp_path: Path) -> None:
    history = HISTORY + f"{days_ago(5)},buy,AAA,10,1000\n"
    folder = write(tmp_path, AAA, LONG_GAIN_20_000, accounts=AND_AN_IRA, ira=history)
    (lot,) = explain_case(load_case(folder, as_of=AS_OF), "a").lots
    assert (lot.decision, lot.until) == (Decision.HELD, date(2027, 1, 26))
    assert lot.sale is not None
    assert (lot.sale.disallowed_loss, lot.sale.permanently_lost) == (2000, 2000)
    (match,) = lot.matched
    assert (match.account, match.bought, match.quantity) == ("IRA", days_ago(5), 10)
    assert (match.disallowed_loss, match.permanently_lost) == (2000, True)
    assert lot.on_top is not None
    assert lot.on_top.steps == ()
    assert what_if(lot, Supposition.SOLD)[0] == Decimal("-184.37")  # the basis given up for nothing, and the trading


def test_each_purchase_that_washes_is_told_with_its_shares_and_its_part_of_the_loss(tmp_path: Path) -> None:
    """Ten lose 2,000: three bought in the account take 600 over into their basis, four in the IRA 800 for good."""
    lots = AAA + f"AAA,3,{days_ago(20)},300,100,stock,recent\n"
    history = HISTORY + f"{days_ago(5)},buy,AAA,4,400\n"
    kept = LONG_GAIN_20_000 + '\n[plan]\nkeep = ["recent"]\n'
    folder = write(tmp_path, lots, kept, accounts=AND_AN_IRA, ira=history)
    (lot,) = explain_case(load_case(folder, as_of=AS_OF), "a").lots
    assert lot.sale is not None
    assert (lot.sale.disallowed_loss, lot.sale.permanently_lost) == (1400, 800)
    assert [(m.account, m.quantity, m.disallowed_loss, m.permanently_lost) for m in lot.matched] == [
        ("Broker", 3, 600, False),
        ("IRA", 4, 800, True),
    ]


def test_a_short_term_lot_says_when_it_turns_long_term(tmp_path: Path) -> None:
    lot = explained(tmp_path, f"AAA,10,{days_ago(360)},3000,100,stock,a\n", LONG_GAIN_20_000)
    assert lot.turns_long_term == date(2027, 1, 6)


def test_a_coin_may_be_bought_back_at_once(tmp_path: Path) -> None:
    case = case_of(tmp_path, "BTC,1,2024-01-05,3000,1000,crypto,a\n", LONG_GAIN_20_000)
    explanation = explain_case(case, "BTC")
    (lot,) = explanation.lots
    assert lot.washing is None
    assert "crypto_exempt" in {caution.code for caution in explanation.cautions}
    assert any("digital assets" in source.says for source in lot.sources)


@pytest.mark.parametrize(("basis", "cost"), [(3000, "0.0002"), (2500, "0.0002")])
def test_break_even_of_a_lot_on_its_own(tmp_path: Path, basis: int, cost: str) -> None:
    """A dollar of loss is worth 0.20 - φ; at p a share the loss of b - p must pay for cost × p of trading."""
    lot = explained(tmp_path, f"AAA,10,2024-01-05,{basis},100,stock,a\n", LONG_GAIN_20_000)
    worth = Decimal("0.2") - Decimal("0.09208699")
    expected = basis / Decimal(10) * worth / (worth + Decimal(cost))
    assert lot.break_even is not None
    assert lot.break_even.kept_at - lot.break_even.sold_at == Decimal("0.01")
    assert abs(lot.break_even.sold_at - expected) <= Decimal("0.03")  # each figure of a plan is rounded to a cent


# --- words that name lots ---


def names(explanation: Explanation) -> set[str]:
    return {lot.holding.lot.lot_id for lot in explanation.lots}


def test_a_lot_is_named_by_id_by_symbol_or_by_how_it_begins(tmp_path: Path) -> None:
    berkshire = "BRK.B,10,2024-01-05,3000,100,stock,first\nBRK.B,10,2024-02-05,2500,100,stock,second\n"
    case = case_of(tmp_path, berkshire + "CCC,1,2024-02-05,9,9,stock,third\n")
    assert names(explain_case(case, "first")) == {"first"}
    assert names(explain_case(case, "brk/b")) == {"first", "second"}
    assert names(explain_case(case, "SEC")) == {"second"}


@pytest.mark.parametrize(
    ("word", "said"), [("AAB", "the nearest is `AAA`"), ("", "`` is not a lot"), ("lot", "2 lots start with `lot`")]
)
def test_a_word_that_names_nothing_or_too_much_is_refused(tmp_path: Path, word: str, said: str) -> None:
    case = case_of(tmp_path, "AAA,10,2024-01-05,3000,100,stock,lot1\nAAA,10,2024-02-05,2500,100,stock,lot2\n")
    with pytest.raises(InputError, match=said):
        explain_case(case, word)


def test_what_was_sold_this_year_is_told_with_the_days_on_which_nobody_buys(tmp_path: Path) -> None:
    accounts = '\n[[accounts]]\nname = "Broker"\nlots = "lots.csv"\nrealized = "realized.csv"\n'
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nZZZ,10,2024-01-05,2026-12-20,1000,1500\n"
    case = load_case(write(tmp_path, AAA, accounts=accounts, realized=realized), as_of=AS_OF)
    explanation = explain_case(case, "zzz")
    assert explanation.lots == ()
    (sold,) = explanation.sold
    assert (sold.symbol, sold.gain_before_wash) == ("ZZZ", -500)
    (window,) = explanation.windows
    assert (window.symbol, window.safe_on) == ("ZZZ", date(2027, 1, 20))


def test_of_many_lots_the_largest_are_explained_and_the_others_named(tmp_path: Path) -> None:
    lots = "".join(f"AAA,1,2024-01-{n:02},{200 + n},100,stock,lot{n:02}\n" for n in range(1, 13))
    explanation = explain_case(case_of(tmp_path, lots, LONG_GAIN_20_000), "AAA")
    assert len(explanation.lots) == 10
    assert explanation.more == ("lot02", "lot01")


def test_without_time_left_it_says_that_not_everything_was_planned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: object) -> None:
        raise WhatIfUnfinished

    monkeypatch.setattr(Replanning, "_planned", too_late)
    lot = explained(tmp_path, AAA, LONG_GAIN_20_000)
    assert lot.unfinished
    assert (lot.what_ifs, lot.break_even) == ((), None)


def test_what_a_gift_deducts_is_limited_by_the_years_income(tmp_path: Path) -> None:
    """§ 170(b)(1)(C): 30% of adjusted gross income for what is held over a year, (A): 50% for the rest."""
    case = case_of(tmp_path, "AAA,10,2024-01-05,1000,9000,stock,a\nBBB,10,2026-06-05,80000,9000,stock,b\n")
    long, short = (given_away(case, holding, Decimal(100_000)) for holding in case.holdings)
    assert long is not None
    assert short is not None
    assert (long.deduction, long.this_year) == (90_000, 30_000)
    assert (short.deduction, short.this_year) == (80_000, 50_000)
    words = next(given_away_words(long))
    assert "At most $30,000.00 may be deducted this year (30% of adjusted gross income" in words
    assert ("It saves tax only if you itemize" in words) is (case.household.taxpayer.deduction is None)
