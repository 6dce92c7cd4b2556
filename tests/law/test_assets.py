"""What tickers stand for, what of it is a collectible, a § 1256 contract or reached by § 1091, and what is proposed."""

from datetime import date

import pytest

from rules.assets import (
    classify,
    crypto_trust_of,
    figures,
    in_collectibles_group,
    is_crypto_etp,
    is_money_market_fund,
    is_section_1256,
    shared_ticker,
)
from rules.digital_assets import proposals, reached_by_1091
from rules.terms import AssetClass

STOCK, ETF, FUND, OPTION, BOND, CRYPTO, COLLECTIBLE, OTHER = AssetClass
TABLE = figures("assets")


def lists(table: str) -> dict[str, list[str]]:
    return {name: row for name, row in TABLE[table].items() if isinstance(row, list)}


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("VTI", ETF),
        ("spy ", ETF),
        ("IBIT", ETF),
        ("GLD", ETF),
        ("GDX", ETF),
        ("BITO", ETF),
        ("VTSAX", FUND),
        ("FXAIX", FUND),
        ("VMFXX", FUND),
        ("BTC", CRYPTO),
        ("ETH", CRYPTO),
        ("BTC-USD", CRYPTO),
        ("DOGE/USD", CRYPTO),
        ("DASH-USD", CRYPTO),
        ("AAPL 01/15/2027 200.00 C", OPTION),
        ("SPXW  261218C06000000", OPTION),
        ("91282CAE1", BOND),  # a Treasury note
        ("064159SH0", BOND),  # a bank's
        ("922908769", None),  # VTI by its CUSIP: a share's issue number is digits
        ("AAPL", None),
        ("NA", None),
        ("AMZN", None),
        ("DASH", None),
        ("STX", None),
        ("ETHW", ETF),
        ("NEAR", ETF),
        ("NOTACOIN-USD", None),
        ("", None),
    ],
)
def test_what_a_ticker_means(symbol, expected):
    assert classify(symbol) is expected


def test_letters_that_mean_two_things_are_told():
    assert shared_ticker("btc") == "Grayscale Bitcoin Mini Trust ETF"
    assert shared_ticker("DASH") == "DoorDash"
    assert shared_ticker("IBIT") is None
    assert shared_ticker("BTC-USD") is None


@pytest.mark.parametrize(
    ("symbol", "asset_class", "expected"),
    [
        ("IBIT", ETF, True),
        ("IBIT", STOCK, True),
        ("IBIT", CRYPTO, True),  # letters no coin has: a share, whatever it is called
        ("BITO", CRYPTO, True),
        ("BTC", ETF, True),
        ("BTC", CRYPTO, False),
        ("ETHW", CRYPTO, False),
        ("IBIT", OPTION, False),
        ("MSTR", STOCK, False),
    ],
)
def test_crypto_etps(symbol, asset_class, expected):
    assert is_crypto_etp(symbol, asset_class) is expected


def test_the_coin_a_trust_holds():
    assert (crypto_trust_of("IBIT"), crypto_trust_of("FETH"), crypto_trust_of("BITO")) == ("BTC", "ETH", None)


@pytest.mark.parametrize(
    ("symbol", "asset_class", "expected"),
    [
        ("American Gold Eagle", COLLECTIBLE, True),
        ("GLD", ETF, True),
        ("SGOL", STOCK, True),
        ("PALL", OTHER, True),
        ("GLD", OPTION, False),
        ("GDX", ETF, False),
        ("PHYS", ETF, False),
        ("IBIT", ETF, False),
        ("BTC", CRYPTO, False),
        ("AAPL", STOCK, False),
    ],
)
def test_the_28_percent_group(symbol, asset_class, expected):
    assert in_collectibles_group(symbol, asset_class) is expected


@pytest.mark.parametrize(
    ("symbol", "asset_class", "expected"),
    [
        ("SPX", OPTION, True),
        ("SPX 12/18/2026 6000.00 P", OPTION, True),
        ("NDXP  261218C20000000", OPTION, True),
        ("VIX 16DEC26 20 C", OTHER, True),
        ("/ESZ26", OTHER, True),
        ("GC=F", OTHER, True),
        ("SPY 12/18/2026 600.00 P", OPTION, False),
        ("AAPL 01/15/2027 200.00 C", OPTION, False),
        ("SPX", STOCK, False),
        ("AAPL", OPTION, False),
    ],
)
def test_section_1256_contracts(symbol, asset_class, expected):
    assert is_section_1256(symbol, asset_class) is expected
    assert not (expected and reached_by_1091(symbol, asset_class, crypto_covered=True))


@pytest.mark.parametrize(
    ("symbol", "asset_class", "expected"),
    [
        ("AAPL", STOCK, True),
        ("VTI", ETF, True),
        ("FXAIX", FUND, True),
        ("912828ZQ6", BOND, True),
        ("AAPL 01/15/2027 200.00 C", OPTION, True),
        ("IBIT", ETF, True),
        ("IBIT", CRYPTO, True),
        ("BTC", ETF, True),
        ("GLD", ETF, True),
        ("XYZ partnership", OTHER, True),
        ("XYZ", OTHER, True),
        ("BTC", CRYPTO, False),
        ("unknown token", CRYPTO, False),
        ("Krugerrand", COLLECTIBLE, False),
        ("XAU", OTHER, False),
        ("CAD", OTHER, False),
        ("CAD", STOCK, True),
        ("VMFXX", FUND, False),
    ],
)
def test_what_section_1091_reaches(symbol, asset_class, expected):
    assert reached_by_1091(symbol, asset_class, crypto_covered=False) is expected


def test_an_unnamed_money_market_fund_is_any_fund():
    """The relief of Rev. Proc. 2023-35 is given to the funds we know, not to letters that look like one."""
    assert not is_money_market_fund("ABCXX")
    assert reached_by_1091("ABCXX", FUND, crypto_covered=False)


# --- the table itself ---


@pytest.mark.parametrize("table", TABLE)
def test_every_table_says_where_it_comes_from_and_how_sure_it_is(table):
    rows = TABLE[table]
    assert rows["law"]
    assert rows["source"]
    assert rows["certainty"]
    assert isinstance(rows["checked"], date)


def test_no_ticker_stands_in_two_lists_of_one_kind():
    for tables in (
        ("etf", "metal_grantor_trusts", "metal_but_not_collectible", "crypto_trusts", "crypto_funds"),
        ("money_market_funds", "etf"),
        ("coins", "etf"),
        ("same_index",),
    ):
        tickers = [ticker for table in tables for names in lists(table).values() for ticker in names]
        assert sorted(set(tickers)) == sorted(tickers), tables
    classes = [ticker for names in TABLE["share_classes"]["funds"] for ticker in names]
    assert sorted(set(classes)) == sorted(classes)


def test_a_coin_that_is_also_a_listed_security_is_in_the_table_of_shared_tickers():
    listed = {ticker for table in ("etf", "crypto_trusts") for names in lists(table).values() for ticker in names}
    shared = {name for name, row in TABLE["shared_tickers"].items() if isinstance(row, dict)}
    assert listed & set(TABLE["coins"]["tickers"]) <= shared
    for name in shared:
        first = TABLE["shared_tickers"][name]["first"]
        assert first in {"coin", "security"}
        assert (first == "coin") is (name in TABLE["coins"]["tickers"]), name
        assert (classify(name) is CRYPTO) is (first == "coin"), name


def test_the_table_is_reasonably_broad():
    assert sum(len(names) for names in lists("etf").values()) > 250
    assert len(TABLE["coins"]["tickers"]) >= 60


def test_tickers_are_written_as_exchanges_write_them():
    for table in TABLE:
        for names in lists(table).values():
            for name in names:
                assert all(ticker == ticker.strip().upper() for ticker in ([name] if isinstance(name, str) else name))


# --- proposals ---


def test_no_proposal_is_law_and_each_is_dated():
    seen = proposals(date(2026, 10, 1))
    assert {"H.R. 9172", "H.R. 10357"} <= {proposal.name.split(",")[0] for proposal in seen}
    assert [proposal.introduced for proposal in seen] == sorted(proposal.introduced for proposal in seen)
    for proposal in seen:
        assert proposal.introduced <= proposal.status_on
        assert proposal.source
        assert proposal.certainty


def test_a_proposal_is_not_known_before_its_day():
    assert len(proposals(date(2026, 6, 8))) == len(proposals(date(2026, 6, 7))) + 1
    assert proposals(date(2021, 1, 1)) == ()


def test_the_bill_that_would_reach_back_says_so():
    reaching_back = [p for p in proposals(date(2026, 10, 1)) if p.alive and p.effective is not None]
    assert [(p.name[:9], p.effective) for p in reaching_back] == [
        ("H.R. 9172", date(2026, 6, 9)),
        ("H.R. 1035", date(2026, 9, 15)),  # 10357, as introduced: after its introduction on 14 September
    ]
