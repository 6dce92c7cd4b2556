"""The first screen of a plan: one screen for any household, and its last line says the most important thing again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analysis.first_screen import CHANGES_A_FIGURE
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account
from planner.domain.plan import Cancellation, Sale, Status, Window
from planner.domain.portfolio import Holding, Transaction
from planner.domain.swaps import Exposed, Replacement, Swap, Swaps
from planner.report.screens.first import MOST_LINES, first_screen
from planner.report.screens.value import year_note
from rules.estimated_tax import Payments, estimated_tax_worksheet
from rules.terms import ZERO, AssetClass, Character, FilingStatus, Lot
from tests.reporting.made_plans import COINS, WASHED, made_case, made_plan

PLAN, CASE = made_plan(COINS, WASHED), made_case()
PAYMENTS = Payments(Decimal(123_456_789), Decimal(999_999_999), Decimal(1), Decimal(2))
FORM_2210 = estimated_tax_worksheet(Decimal(987_654_321), ZERO, ZERO, PAYMENTS, FilingStatus.SINGLE)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=60)
SYMBOLS = st.text("ABCDEFGHIJ", min_size=1, max_size=12)
DAYS = st.integers(0, 23).map(lambda days: date(2026, 12, 8) + timedelta(days))


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    gain = draw(st.decimals(-(10**9), 10**9, places=2))
    return Sale(
        lot_id=draw(WORDS),
        account=draw(st.sampled_from(["Broker", "An account of a very long name, at a broker of a long name", "C"])),
        symbol=draw(SYMBOLS),
        asset_class=AssetClass.STOCK,
        date=draw(DAYS),
        quantity=Decimal(1),
        proceeds=abs(gain),
        basis=Decimal(0),
        gain=gain,
        character=Character.SHORT,
    )


@st.composite
def windows(draw: st.DrawFn) -> Window:
    day = draw(DAYS)
    return Window(draw(SYMBOLS), day, day, day + timedelta(31), "sold at a loss")


def bought(sold: list[Sale]) -> Swaps:
    """Something bought for each sale, without a price, and all of it drifting."""
    instead = Replacement("SCHB", "", "")
    stock = AssetClass.STOCK
    swaps = [Swap(s.symbol, s.account, s.date, s.proceeds, s.proceeds, instead, stock, stock) for s in sold]
    moved = (Exposed("VTI", Decimal(10**9), ZERO, ZERO),)
    return Swaps(tuple(swaps), moved, moved, moved)


CODES = ["taxpayer_assumed", "coverage_incomplete", "stale_prices", "amt", "state_estimate", "crypto_exempt", "other"]
CAUTIONS = st.builds(Caution, st.sampled_from(CODES), WORDS.map(lambda text: f"{text} " * 6))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(sales(), max_size=60),
    st.lists(windows(), max_size=40),
    st.lists(CAUTIONS, max_size=30),
    st.integers(0, 9),
    st.sampled_from(list(Status)),
    st.booleans(),
    st.booleans(),
)
def test_any_plan_is_one_screen(
    sold: list[Sale],
    closed: list[Window],
    warned: list[Caution],
    cancelled: int,
    status: Status,
    pays: bool,
    buys: bool,
) -> None:
    case = replace(CASE, household=replace(CASE.household, payments=PAYMENTS if pays else None))
    cancel = Cancellation(date(2026, 12, 28), "Broker", "VTI", Decimal(3), Decimal(1))
    plan = replace(
        PLAN,
        sales=tuple(sold),
        windows=tuple(closed),
        cautions=tuple(warned),
        cancellations=(cancel,) * cancelled,
        status=status,
        baseline=replace(PLAN.baseline, estimated_tax_worksheet=FORM_2210),
        planned=replace(PLAN.planned, estimated_tax_worksheet=FORM_2210),
        swaps=bought(sold) if buys else None,
    )
    text = first_screen(plan, case, "my-household", width=80, color=False)
    lines = text.rstrip("\n").split("\n")
    assert ("Estimated tax by" in text) is pays
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= 80
    if sold:
        assert any(line.startswith(f"Sell {len(sold):,} lot") for line in lines[-2:])
        assert lines[2].startswith("Net benefit")
    else:
        assert any("Nothing to sell" in line for line in lines[-2:])


def household(*names: str) -> Case:
    accounts = tuple(Account(name) for name in names)
    return replace(CASE, household=replace(CASE.household, accounts=accounts))


def test_it_says_what_it_rests_on() -> None:
    cautions = (
        Caution("coverage_incomplete", "Roth: purchases since 2026-11-15 may be missing"),
        Caution("sale_not_explained", "history.csv:7: 20 VTI: left out"),
        Caution("taxpayer_assumed", "nobody has confirmed ordinary_income"),
    )
    plan = replace(PLAN, cautions=cautions)
    text = " ".join(first_screen(plan, household("Broker", "Roth"), "h", width=80, color=False).split())
    assert "Based on: purchases since Nov 8 known in 1 of 2 accounts; 1 not counted; income not confirmed" in text
    assert text.index("[taxpayer_assumed]") < text.index("[sale_not_explained]") < text.index("[coverage_incomplete]")


def test_files_that_end_before_the_windows_open_are_named() -> None:
    """Old downloads show no purchase since: "known" alone would be too much."""
    bought = Transaction("Broker", date(2026, 9, 2), "buy", "VTI", Decimal(1), Decimal(300), "h.csv:2")
    case = replace(household("Broker", "Roth"), transactions=(bought, replace(bought, account="Roth")))
    older = replace(case, transactions=(replace(bought, date=date(2026, 7, 1)), *case.transactions[1:]))
    recent = replace(case, transactions=tuple(replace(row, date=date(2026, 11, 8)) for row in case.transactions))
    broker, roth = case.household.accounts
    stated = (replace(broker, complete_from=date(2026, 1, 1)), roth)
    stated_case = replace(older, household=replace(older.household, accounts=stated))
    for files, said in (
        (older, "2 of 2 accounts; files of 2 accounts end before that, the first on Jul 1; all sales counted"),
        (stated_case, "2 of 2 accounts; files of 1 account end before that, on Sep 2; all sales counted"),
        (recent, "2 of 2 accounts; all sales counted"),
    ):
        assert said in " ".join(first_screen(PLAN, files, "h", width=80, color=False).split())


def test_a_warning_that_only_explains_is_counted_and_not_shown() -> None:
    plan = replace(PLAN, cautions=(Caution("amt", "income is high"), Caution("crypto_exempt", "outside")))
    text = first_screen(plan, CASE, "h", width=80, color=False)
    assert "[amt]" in text
    assert "[crypto_exempt]" not in text
    assert "and 1 more warning: --full" in text
    assert "· 2 warnings ·" in " ".join(text.split()), "the last line counts all of them"


def test_a_wallet_of_coins_is_no_account_whose_purchases_matter() -> None:
    """Notice 2014-21: coins are property, and § 1091 reaches stock and securities alone."""
    lots = [("Wallet", "BTC", AssetClass.CRYPTO), ("Broker", "VTI", AssetClass.ETF)]
    holdings = [
        Holding(Lot(f"{account}:1", account, symbol, kind, Decimal(1), None, Decimal(9)), Decimal(8), "l.csv:2")
        for account, symbol, kind in lots
    ]
    case = household("Broker", "Roth", "Wallet")
    for held, said in (
        (holdings, "Based on: purchases since Nov 8 known in 2 of 2 accounts that § 1091 reaches;"),
        ([], "Based on: purchases since Nov 8 known in 3 of 3 accounts;"),
    ):
        text = first_screen(PLAN, replace(case, holdings=tuple(held)), "h", width=100, color=False)
        assert said in " ".join(text.split())
    coins = replace(household("Wallet"), holdings=tuple(holdings[:1]))
    assert "Based on: no account that § 1091 reaches;" in first_screen(PLAN, coins, "h", width=100, color=False)


def test_credits_in_the_federal_tax_are_named() -> None:
    credited = replace(PLAN, planned=replace(PLAN.planned, premium_tax_credit=Decimal(5)))
    assert "Federal tax after credits" in first_screen(credited, CASE, "h", width=80, color=False)
    assert "after credits" not in first_screen(PLAN, CASE, "h", width=80, color=False)


def test_the_note_under_the_year_follows_what_is_computed() -> None:
    assert "without the alternative minimum tax" in year_note(PLAN)
    edges = replace(PLAN, baseline=replace(PLAN.baseline, edge_worksheets=(PLAN.baseline.income_tax_worksheet,)))
    assert "after the credits and the alternative minimum tax shown" in year_note(edges)
    assert "without" not in year_note(edges)


def test_losses_and_gains_are_called_so() -> None:
    text = first_screen(PLAN, CASE, "h", width=100, color=False)
    assert "gain -$" not in text
    assert "loss $" in text


@pytest.mark.parametrize("color", [True, False])
def test_color_has_a_meaning_and_none_without_a_terminal(color: bool) -> None:
    text = first_screen(PLAN, CASE, "h", width=80, color=color)
    assert ("\x1b[1;32mNet benefit" in text) == color
    assert ("\x1b" in text) == color


def test_every_warning_that_changes_a_figure_is_one_that_is_given() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "messages.md").read_text("utf-8")
    assert [code for code in CHANGES_A_FIGURE if f"| `{code}` |" not in documented] == []
    assert len(set(CHANGES_A_FIGURE)) == len(CHANGES_A_FIGURE)


def test_a_last_day_is_shown_rather_than_counted() -> None:
    """One row more than there is room for takes the line that would say so."""
    days = [replace(WASHED, lot_id=f"L{n}", date=date(2026, 12, 8) + timedelta(days=n)) for n in range(9)]
    text = first_screen(replace(PLAN, sales=tuple(days)), CASE, "h", width=100, color=False)
    assert "more, through" not in text
