"""Replacements: the table whole, dated and cited; nothing identical or in question offered; one's own list prevails."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.replacements import MOST, funds, replacements_for, why_none
from rules.assets import classify, figures
from rules.substantially_identical import IdenticalGroups, Verdict, same_exposure
from rules.terms import AssetClass

STOCK, ETF, FUND, OPTION, BOND, CRYPTO, COLLECTIBLE, OTHER = AssetClass
ROOT = Path(__file__).resolve().parents[2]
TABLE = tomllib.loads((ROOT / "planner" / "analysis" / "replacements.toml").read_text("utf-8"))
EXPOSURES, SECTORS = TABLE["exposures"], TABLE["stocks"]["sectors"]
STOCKS = [ticker for sector in SECTORS.values() for ticker in sector["tickers"]]
NO_GROUPS = IdenticalGroups()
TICKER = re.compile(r"[A-Z]{1,5}(\.[AB])?")

a_fund = st.sampled_from(sorted(funds()))
anything_known = st.sampled_from(sorted({*funds(), *STOCKS, "GLD", "SLV", "IBIT", "ETHA", "BITO", "UNKNOWN"}))
a_class = st.sampled_from([STOCK, ETF, FUND, OTHER])


def symbols(sold, asset_class=ETF, groups=NO_GROUPS, own=None, **more):
    return [candidate.symbol for candidate in replacements_for(sold, asset_class, groups, own or {}, **more)]


# --- the table ---


def test_the_table_covers_the_funds_and_stocks_people_hold():
    assert len(funds()) >= 300
    assert len(STOCKS) >= 300
    assert {"VTI", "VOO", "VXUS", "VEA", "VWO", "BND", "QQQ", "SCHD", "VNQ", "VTSAX", "FXAIX"} <= set(funds())


@pytest.mark.parametrize("fund", funds().values(), ids=funds())
def test_every_fund_says_what_it_tracks_and_who_says_so(fund):
    assert TICKER.fullmatch(fund.symbol)
    assert fund.name
    assert fund.issuer in TABLE["issuers"]
    assert fund.source
    assert date(2026, 1, 1) <= fund.checked <= date(2100, 1, 1)
    assert fund.certainty in ("high", "medium")
    row = EXPOSURES[fund.exposure]["funds"][fund.symbol]
    assert ("index" in row) != row.get("active", False), "an index, or active = true"
    assert set(row) <= {"issuer", "index", "active", "name", "certainty", "source", "checked"}
    assert fund.certainty == "medium" or fund.source != TABLE["issuers"][fund.issuer], "high names its document"


def test_a_fund_has_one_exposure_and_a_stock_one_sector():
    listed = [symbol for exposure in EXPOSURES.values() for symbol in exposure["funds"]]
    assert len(listed) == len(set(listed)) == len(funds())
    assert len(STOCKS) == len(set(STOCKS))
    assert not set(STOCKS) & set(listed)
    assert all(TICKER.fullmatch(stock) for stock in STOCKS)


def test_what_the_table_names_is_in_it():
    assert all(near in EXPOSURES for exposure in EXPOSURES.values() for near in exposure.get("near", ()))
    assert set(SECTORS) <= set(EXPOSURES)
    assert len(SECTORS) == 11, "GICS has eleven sectors"
    assert {fund.issuer for fund in funds().values()} == set(TABLE["issuers"])
    indexes = {fund.index for fund in funds().values()}
    twins = TABLE["near_twins"]["pairs"]
    assert all(len(pair) == 2 and set(pair) <= indexes for pair in twins)


def test_the_sectors_say_that_nobody_verified_each_row():
    stocks = TABLE["stocks"]
    assert stocks["certainty"] == "compiled, not verified row by row"
    assert stocks["source"]
    assert type(stocks["checked"]) is date


def test_the_table_and_the_law_agree_on_who_tracks_one_index():
    for one, other in combinations(funds(), 2):
        if same_exposure(one) is not None and same_exposure(one) == same_exposure(other):
            assert funds()[one].index == funds()[other].index, (one, other)


def test_classes_of_one_fund_track_one_index():
    for classes in figures("assets")["share_classes"]["funds"]:
        assert len({funds()[symbol].index for symbol in classes if symbol in funds()}) <= 1, classes


def test_no_fund_is_a_trust_that_holds_metal_or_coins():
    assert all(classify(symbol) in (None, ETF, FUND) for symbol in funds())
    for trusts in ("metal_grantor_trusts", "crypto_trusts"):
        rows = figures("assets")[trusts].values()
        assert not {ticker for row in rows if isinstance(row, list) for ticker in row} & set(funds())


# --- what is offered ---


@pytest.mark.parametrize("sold", funds())
def test_every_fund_of_the_table_has_a_candidate(sold):
    candidates = replacements_for(sold, ETF, NO_GROUPS, {})
    assert 1 <= len(candidates) <= MOST
    for candidate in candidates:
        assert candidate.why
        assert candidate.interpretation == "I-07"
        assert candidate.name == funds()[candidate.symbol].name
        index = funds()[candidate.symbol].index
        assert index is None or index != funds()[sold].index


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        ("VTI", ["ITOT", "SCHB", "SPTM", "IWV"]),  # never VTHR beside IWV: one index
        ("VTSAX", ["ITOT", "SCHB", "SPTM", "IWV"]),
        ("SCHB", ["VTI", "ITOT", "SPTM", "IWV"]),  # no FSKAX: its index is a near twin
        ("VOO", ["SCHX", "IWB", "BKLC", "FNILX"]),  # no SPY, IVV; Vanguard's own VV comes last
        ("BND", ["IUSB", "FBND", "TOTL"]),  # no AGG: a near twin
        ("QQQ", ["ONEQ", "VUG", "SCHG", "IWF"]),  # then what comes near
        ("VEA", ["IEFA", "SPDW", "EFA", "IDEV"]),  # SCHF, of FTSE too, comes later
        ("TLT", ["VGLT", "TLH"]),
        ("XLK", ["VGT", "IYW"]),
        ("AAPL", ["XLK", "VGT", "IYW"]),
        ("brk/b", ["XLF", "VFH", "IYF"]),
        ("JPM", ["XLF", "VFH", "IYF"]),
        ("GLD", []),  # another gold trust is a question, and another metal another exposure
        ("IBIT", []),
        ("UNKNOWN", []),
    ],
)
def test_what_is_offered(sold, expected):
    assert symbols(sold, STOCK) == symbols(sold, ETF) == expected


def test_a_sector_fund_says_which_sector():
    xlk = replacements_for("AAPL", STOCK, NO_GROUPS, {})[0]
    assert xlk.why == "holds AAPL's sector: information technology (GICS)"
    assert xlk.interpretation is None


def test_a_fund_says_how_it_differs():
    itot = replacements_for("VTI", ETF, NO_GROUPS, {})[0]
    assert itot.why == (
        "also holds the whole US stock market; on the S&P Total Market index, not CRSP US Total Market; of iShares"
    )


@pytest.mark.parametrize("coin", ["BTC", "ETH-USD", "SOL"])
def test_a_coin_is_its_own_replacement_while_section_1091_does_not_reach_it(coin):
    (same,) = replacements_for(coin, CRYPTO, NO_GROUPS, {})
    assert (same.symbol, same.interpretation) == (coin, "I-10")
    assert "§ 7701(o)" in same.why
    assert replacements_for(coin, CRYPTO, NO_GROUPS, {}, crypto_covered=True) == ()


@pytest.mark.parametrize(("symbol", "asset_class"), [("BTC", ETF), ("IBIT", CRYPTO), ("ETHA", STOCK)])
def test_a_share_of_a_trust_that_holds_coins_is_no_coin(symbol, asset_class):
    assert replacements_for(symbol, asset_class, NO_GROUPS, {}) == ()


@pytest.mark.parametrize("asset_class", [OPTION, BOND, COLLECTIBLE])
def test_for_other_kinds_of_asset_there_is_no_table(asset_class):
    assert replacements_for("VTI", asset_class, NO_GROUPS, {}) == ()


@pytest.mark.parametrize(
    ("symbol", "asset_class", "said"),
    [
        ("GLD", ETF, "all gold funds hold"),
        ("IBIT", ETF, "all BTC funds hold"),
        ("UNKNOWN", STOCK, "its holdings are not known"),
        ("VTI", ETF, "every known candidate is, or may be, substantially identical"),
        ("BTC", CRYPTO, "the same asset would be identical"),
        ("912828XX", BOND, "no table for this asset class (bond)"),
    ],
)
def test_why_there_is_none(symbol, asset_class, said):
    assert said in why_none(symbol, asset_class)


# --- what may never be offered ---


def clean(sold, candidate, groups):
    return groups.answer(sold, candidate).verdict is Verdict.NO


@given(anything_known, a_class, st.lists(st.frozensets(a_fund, min_size=2, max_size=5), max_size=4))
def test_nothing_offered_is_identical_or_in_question(sold, asset_class, identical):
    groups = IdenticalGroups(identical)
    for candidate in symbols(sold, asset_class, groups):
        assert clean(sold, candidate, groups)
        assert candidate != sold


@given(anything_known, st.lists(anything_known, max_size=4))
def test_nothing_offered_is_bought_back_for_something_else_that_is_sold(sold, also_sold):
    for candidate in symbols(sold, also_sold=also_sold):
        assert all(clean(gone, candidate, NO_GROUPS) for gone in [sold, *also_sold])


@given(a_fund, st.data())
def test_a_group_of_the_taxpayers_takes_a_candidate_away(sold, data):
    candidate = data.draw(st.sampled_from(symbols(sold)))
    by_way_of = data.draw(a_fund)
    groups = IdenticalGroups([frozenset({sold, by_way_of}), frozenset({by_way_of, candidate})])
    assert candidate not in symbols(sold, groups=groups)


def test_two_sales_at_once_do_not_wash_one_another():
    assert symbols("VTI", also_sold=["ITOT", "VTHR"]) == ["SCHB", "SPTM", "FSKAX", "FZROX"]  # IWV: VTHR's index


# --- one's own table ---


def test_ones_own_table_prevails_in_its_order():
    own = {"VTI": ("SPTM", "SCHX"), "GLD": ("GDX",), "BTC": ("ETH",), "ODD": ("EVEN",)}
    assert symbols("vti", own=own) == ["SPTM", "SCHX"]
    assert symbols("GLD", own=own) == ["GDX"]
    assert symbols("BTC", CRYPTO, own=own) == ["ETH"]
    assert symbols("ODD", STOCK, own=own) == ["EVEN"]
    assert symbols("VOO", own=own) == symbols("VOO")
    named = replacements_for("VTI", ETF, NO_GROUPS, own)[0]
    assert (named.name, named.why) == (funds()["SPTM"].name, "named in your own [replacements]")


def test_an_empty_list_of_ones_own_means_none():
    assert symbols("VTI", own={"VTI": ()}) == []


def test_one_spelling_for_one_security():
    assert symbols("BRK.B", STOCK, own={"BRK-B": ("V",)}) == ["V"]


def test_ones_own_table_offers_nothing_that_washes_the_sale():
    assert symbols("VOO", own={"VOO": ("SPY", "VTI", "VFIAX")}) == ["VTI"]
    held_different = IdenticalGroups(different=[frozenset({"VOO", "SPY"})])
    assert symbols("VOO", groups=held_different, own={"VOO": ("SPY", "VTI", "VFIAX")}) == ["SPY", "VTI"]


@given(anything_known, a_class, st.lists(anything_known, max_size=5))
def test_ones_own_table_is_kept_but_for_what_is_not_clean(sold, asset_class, chosen):
    expected = [symbol for symbol in chosen if clean(sold, symbol, NO_GROUPS)]
    assert symbols(sold, asset_class, own={sold: tuple(chosen)}) == expected
