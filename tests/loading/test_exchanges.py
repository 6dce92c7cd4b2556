"""Exchanges and wallets: swaps, rewards, fees in coins, codes and days of their own; and households of nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.ledger import household_ledger
from planner.loader.layouts.kraken import _asset
from planner.optimizer import plan_case

COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)
KRAKEN = "txid,refid,time,type,subtype,aclass,asset,wallet,amount,fee,balance\n"
GEMINI = (
    "Date,Time (UTC),Type,Symbol,Specification,Liquidity Indicator,USD Amount USD,Fee (USD) USD,BTC Amount BTC,"
    "Fee (BTC) BTC,ETH Amount ETH,Fee (ETH) ETH,Trade ID\n"
)
BITGET = "Date(UTC+8),Trading pair,Direction,Price,Amount,Total,Fee,Fee coin,Order ID\n"
CRYPTO_COM = (
    "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,"
    "Native Amount (in USD),Transaction Kind\n"
)


def told(case):
    """Each leg: action, asset, units, dollars."""
    return [(t.action, t.symbol, t.quantity, t.amount) for t in sorted(case.transactions, key=lambda t: t.action)]


def d(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


# --- swaps ---


@pytest.mark.parametrize("stated", ["$324.00,$320.00,$4.00", "$324.00,$320.00,-$4.00", "$320.00,$324.00,$4.00"])
def test_coinbase_tells_the_other_side_of_a_conversion_in_its_notes_only(load, stated):
    note = "Converted 0.0036 BTC to 156.14 XRP"
    row = f"c1,2026-05-05 15:00:00 UTC,Convert,BTC,-0.0036,USD,$90000,{stated},{note}\n"
    assert told(load(transactions=COINBASE + row)) == [
        ("buy", "XRP", *d("156.14", "320")),  # the fee was kept back, and is counted once: in what BTC brought
        ("sell", "BTC", *d("0.0036", "320")),
    ]


def test_coinbase_tells_a_conversion_in_two_rows_of_one_id(load):
    rows = (
        "c1,2026-01-24 22:14:05 UTC,Convert,BTC,0.00084397,USD,$89345.925,$75.40,$77.58,$2.18,\n"
        "c1,2026-01-24 22:14:05 UTC,Convert,USDC,-77.589329,USD,$1.00,$77.58,$77.58,$0.00,\n"
    )
    assert told(load(transactions=COINBASE + rows)) == [
        ("buy", "BTC", *d("0.00084397", "75.40")),
        ("sell", "USDC", *d("77.589329", "75.40")),
    ]


def held_back(case) -> set[tuple[str, Decimal]]:
    """The coins that are not explained, and how many: no household is refused for them."""
    assert {row.action for row in case.transactions} == {"unexplained"}
    return {(row.symbol, row.quantity) for row in case.transactions}


def test_two_rows_of_a_conversion_that_both_brought_coins_are_held_back(load):
    rows = (
        "c1,2026-01-24 22:14:05 UTC,Convert,BTC,0.00084397,USD,$89345.925,$75.40,$77.58,$2.18,\n"
        "c1,2026-01-24 22:14:05 UTC,Convert,USDC,77.589329,USD,$1.00,$77.58,$77.58,$0.00,\n"
    )
    case = load(transactions=COINBASE + rows)
    assert held_back(case) == {("BTC", Decimal("0.00084397")), ("USDC", Decimal("77.589329"))}
    assert case.transactions[0].said == "the sides of this `Convert` are not clear"


def test_a_conversion_whose_notes_are_gone_is_held_back(load):
    case = load(transactions=COINBASE + "c1,2026-05-05 15:00:00 UTC,Convert,BTC,-0.0036,USD,$90000,$324.00,,,\n")
    assert held_back(case) == {("BTC", Decimal("0.0036"))}
    assert "does not say into what" in case.transactions[0].said


@pytest.mark.parametrize(("price", "total"), [("EUR", "$320.00"), ("USD", "€320.00")])
def test_another_currency_is_refused(refused, price, total):
    row = f"c1,2026-05-05 15:00:00 UTC,Buy,BTC,0.0036,{price},90000,324.00,{total},4.00,\n"
    assert "only dollars are read" in refused(transactions=COINBASE + row)[0]


def test_a_swap_of_two_coins_without_dollars_is_held_back(load):
    rows = (
        "L1,R1,2026-05-05 15:00:00,trade,tradespot,currency,XXBT,spot / main,-0.1,0,0\n"
        "L2,R1,2026-05-05 15:00:00,trade,tradespot,currency,XETH,spot / main,3,0.01,3\n"
    )
    case = load(transactions=KRAKEN + rows)
    assert held_back(case) == {("BTC", Decimal("0.1")), ("ETH", Decimal("2.99"))}
    assert "BTC was exchanged for ETH" in case.transactions[0].said
    assert {row.where for row in case.transactions} == {"transactions.csv:2"}


def test_a_swap_held_back_is_explained_by_rows_of_ones_own_that_replace_it(load):
    rows = (
        "L0,R0,2026-01-05 15:00:00,trade,tradespot,currency,XXBT,spot / main,1,0,1\n"
        "L9,R0,2026-01-05 15:00:00,trade,tradespot,currency,ZUSD,spot / main,-80000,0,0\n"
        "L1,R1,2026-05-05 15:00:00,trade,tradespot,currency,XXBT,spot / main,-0.1,0,0\n"
        "L2,R1,2026-05-05 15:00:00,trade,tradespot,currency,XETH,spot / main,3,0,3\n"
    )
    own = "date,action,symbol,quantity,amount,asset_class,replaces\n"
    own += "2026-05-05,sell,BTC,0.1,9000,crypto,kraken.csv:4\n2026-05-05,buy,ETH,3,9000,crypto,kraken.csv:4\n"
    files = '[[accounts]]\nname = "K"\ntransactions = ["kraken.csv", "own.csv"]\n'
    case = load(toml=files, kraken=KRAKEN + rows, own=own)
    assert {(row.action, row.symbol) for row in case.transactions} == {("buy", "BTC"), ("sell", "BTC"), ("buy", "ETH")}
    assert {(h.lot.symbol, h.lot.quantity, h.lot.basis) for h in case.holdings} == {
        ("BTC", Decimal("0.9"), 72_000),
        ("ETH", 3, 9_000),
    }


def test_a_swap_against_a_stablecoin_is_worth_a_dollar_each_and_that_is_said(load):
    rows = (
        "L1,R1,2026-05-05 15:00:00,trade,tradespot,currency,XXBT,spot / main,-0.1,0,0\n"
        "L2,R1,2026-05-05 15:00:00,trade,tradespot,currency,USDC,spot / main,9000,9,8991\n"
    )
    case = load(transactions=KRAKEN + rows)
    assert told(case) == [("buy", "USDC", *d("8991", "8991")), ("sell", "BTC", *d("0.1", "8991"))]
    assert "stablecoin_at_par" in [caution.code for caution in case.cautions]


def test_three_sides_of_one_trade_are_not_guessed_at(load):
    sides = [("XXBT", "-0.1"), ("XETH", "1"), ("ADA", "2")]
    rows = "".join(f"L{asset},R1,2026-05-05 15:00:00,trade,,currency,{asset},m,{units},0,0\n" for asset, units in sides)
    case = load(transactions=KRAKEN + rows)
    assert {symbol for symbol, _ in held_back(case)} == {"BTC", "ETH", "ADA"}


# --- fees in coins ---


def test_a_fee_in_what_was_given_goes_with_it_and_one_in_what_came_never_arrived(load):
    rows = (
        "2026-05-05 20:00:00,BTC/USDC,Sell,90000,0.1,9000,0.001,BTC,1\n"
        "2026-05-06 20:00:00,ETH/USDC,Buy,3000,1 ETH,3000 USDC,0.002,ETH,2\n"
    )
    assert [leg for leg in told(load(transactions=BITGET + rows)) if leg[1] in ("BTC", "ETH")] == [
        ("buy", "ETH", *d("0.998", "3000")),
        ("sell", "BTC", *d("0.101", "9000")),
    ]


def test_a_fee_in_a_third_coin_is_a_sale_of_it(load):
    case = load(transactions=BITGET + "2026-05-05 20:00:00,BTC/USDC,Sell,90000,0.1,9000,3.5,BGB,1\n")
    assert ("fee", "BGB", *d("3.5", "0")) in told(case)


def test_krakens_fee_of_a_withdrawal_is_paid_in_the_coin(load):
    rows = (
        "L0,R0,2026-05-01 15:00:00,deposit,,currency,ZUSD,m,10000,0,10000\n"
        "L1,R1,2026-05-05 15:00:00,spend,,currency,ZUSD,m,-9000,0,0\n"
        "L2,R1,2026-05-05 15:00:00,receive,,currency,XXBT,m,0.1,0,0.1\n"
        "L3,R3,2026-05-06 15:00:00,withdrawal,,currency,XXBT,m,-0.05,0.0001,0.0499\n"
    )
    legs = told(load(transactions=KRAKEN + rows))
    assert ("fee", "BTC", *d("0.0001", "0")) in legs
    assert ("transfer_out", "BTC", *d("0.05", "0")) in legs
    assert ("deposit", "", *d("0", "10000")) in legs


# --- codes, pairs, units ---


@pytest.mark.parametrize(
    ("code", "asset"),
    [
        *(("XXBT", "BTC"), ("XBT.F", "BTC"), ("XETH", "ETH"), ("ETH2.S", "ETH"), ("ZUSD", "USD"), ("XXDG", "DOGE")),
        *(("DOT28.S", "DOT"), ("SOL03.S", "SOL"), ("ADA", "ADA"), ("XTZ", "XTZ"), ("ZRX", "ZRX"), ("XRP", "XRP")),
    ],
)
def test_krakens_codes(code, asset):
    assert _asset(code) == asset


@pytest.mark.parametrize("pair", ["XBT/USD", "XXBTZUSD", "XBTUSD"])
def test_krakens_pairs(load, pair):
    header = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers\n"
    row = f'T1,O1,{pair},2026-05-05 15:00:00.1234,buy,limit,90000,9000,18,0.1,0,,"L1,L2"\n'
    assert told(load(transactions=header + row)) == [("buy", "BTC", *d("0.1", "9018"))]


def test_krakens_margin_trades_and_moves_within_are_skipped(load):
    rows = (
        "L1,R1,2026-05-05 15:00:00,margin,,currency,ZUSD,m,-5,0,0\n"
        "L2,R2,2026-05-05 15:00:00,earn,allocation,currency,ETH,m,-1,0,0\n"
        "L3,R2,2026-05-05 15:00:00,earn,allocation,currency,ETH.F,m,1,0,0\n"
    )
    case = load(transactions=KRAKEN + rows)
    assert (case.transactions, len(case.files[0].skipped)) == ((), 3)


def test_what_is_called_a_move_within_and_does_not_come_back_is_not_explained(load):
    rows = (
        "L2,R2,2026-05-05 15:00:00,earn,allocation,currency,ETH,m,-1,0,0\n"
        "L3,R2,2026-05-05 15:00:00,earn,allocation,currency,ETH.F,m,1,0,0\n"
        "L4,R4,2026-05-06 15:00:00,transfer,spottostaking,currency,ETH,m,-2,0,0\n"
    )
    case = load(transactions=KRAKEN + rows)
    assert [(row.action, row.symbol, row.quantity) for row in case.transactions] == [("unexplained", "ETH", 2)]
    assert [row.line for row in case.files[0].skipped] == [2, 3]


def test_geminis_columns_are_those_of_every_asset_ever_held(load):
    rows = (
        "2026-05-05,2026-05-05 10:00:00.123,Buy,ETHBTC,Limit,Taker,,,(0.05 BTC),0.0 BTC,1.5 ETH,0.0 ETH,g1\n"
        "2026-05-06,2026-05-06 10:00:00.123,Credit,ETH,Earn Interest,,,,,,0.01 ETH,,g2\n"
        ",,,,,,$10.00,,1.0 BTC,,,,\n"
    )
    swapped = load(transactions=GEMINI + rows).transactions
    assert {row.symbol for row in swapped if row.action == "unexplained"} == {"BTC", "ETH"}
    case = load(transactions=GEMINI + rows.split("\n", 1)[1])
    assert told(case) == [("income", "ETH", *d("0.01", "0"))]
    assert [row.why for row in case.files[0].skipped] == ["a sum, not a row of the table"]


def test_crypto_coms_kinds(load):
    rows = "".join(
        f"2026-05-0{n} 15:00:00,x,{currency},{units},,,USD,{dollars},{dollars},{kind}\n"
        for n, (kind, currency, units, dollars) in enumerate(
            [
                ("crypto_earn_interest_paid", "CRO", "5", "0.6"),
                ("dust_conversion_debited", "ADA", "-3", "1.2"),
                ("crypto_earn_program_created", "CRO", "-5", "0.6"),
                ("something_new", "CRO", "1", "0.1"),
            ],
            1,
        )
    )
    case = load(transactions=CRYPTO_COM + rows)
    assert told(case) == [
        ("income", "CRO", *d("5", "0.6")),
        ("sell", "ADA", *d("3", "1.2")),
        ("unexplained", "CRO", *d("1", "0")),
    ]
    assert [row.why for row in case.files[0].skipped] == ["moved within Crypto.com"]
    assert "action_unknown" in [caution.code for caution in case.cautions]


def test_eighteen_decimals_and_exponents_are_exact(load):
    row = "c1,2026-05-05 15:00:00 UTC,Buy,ETH,0.123456789012345678,USD,$3000,$1.2E+2,$121,$1,\n"
    assert told(load(transactions=COINBASE + row)) == [("buy", "ETH", *d("0.123456789012345678", "121"))]


def test_koinlys_days_come_first_where_one_of_them_can_be_no_month(load):
    header = "Date Sold,Date Acquired,Asset,Amount,Cost (USD),Proceeds (USD),Gain / loss,Notes,Wallet Name\n"
    rows = "".join(f"{day}/11/2026 10:15,01/02/2025 08:00,ETH,1,10,9,-1,,\n" for day in ("09", "25"))
    assert [sold.sold for sold in load(realized=header + rows).realized] == [date(2026, 11, 9), date(2026, 11, 25)]


@pytest.mark.parametrize(
    ("sold", "bought", "term", "read", "said"),
    [
        ("09/11/2026", "10/10/2025", "Long term", date(2026, 11, 9), False),  # on 11 September it would be short-term
        ("09/11/2026", "10/10/2025", "Short term", date(2026, 9, 11), False),
        ("09/11/2026", "01/02/2025", "Long term", date(2026, 9, 11), True),
        ("09/12/2026", "01/02/2026", "Short term", date(2026, 9, 12), False),  # 9 December is still to come
    ],
)
def test_koinlys_order_of_day_and_month_follows_from_its_holding_periods(load, sold, bought, term, read, said):
    header = (
        "Date Sold,Date Acquired,Asset,Amount,Cost (USD),Proceeds (USD),Gain / loss,Notes,Wallet Name,Holding period\n"
    )
    case = load(realized=f"{header}{sold} 10:15,{bought} 08:00,ETH,1,10,9,-1,,,{term}\n")
    assert [row.sold for row in case.realized] == [read]
    assert ("day_or_month" in [caution.code for caution in case.cautions]) is said


def test_coinledgers_word_and_sign_must_agree(refused, fixtures):
    header, *_ = (fixtures / "coinledger_transactions.csv").read_text().splitlines(keepends=True)
    (said,) = refused(transactions=header + "2026-05-05T15:00:00,Interest,1,Kraken,Kraken,,,Credit,ADA,-5,\n")
    assert "the word and the sign say different things" in said


# --- days ---


def test_a_sale_late_on_new_years_eve_is_of_the_old_year(load):
    row = "c1,2026-01-01 03:00:00 UTC,Buy,BTC,0.1,USD,$90000,$9000,$9010,$10,\n"
    case = load(transactions=COINBASE + row)
    assert case.transactions[0].date == date(2025, 12, 31)
    assert "local_day" in [caution.code for caution in case.cautions]


def test_bitgets_stamps_are_eight_hours_ahead(load):
    case = load(transactions=BITGET + "2026-05-05 11:00:00,BTC/USDC,Sell,90000,0.1,9000,0,USDC,1\n")
    assert {t.date for t in case.transactions} == {date(2026, 5, 4)}  # 23:00 in New York


# --- households of exchanges and wallets alone ---

TWO_EXCHANGES = """\
[[accounts]]
name = "Coinbase"
transactions = "coinbase.csv"
[[accounts]]
name = "Kraken"
transactions = "kraken.csv"
"""


@pytest.fixture
def two_exchanges(load, tmp_path):
    """A tenth of a bitcoin for $9,010, another for $7,010 at Coinbase; the first goes to Kraken, and half is sold."""
    (tmp_path / "coinbase.csv").write_text(
        COINBASE
        + "c1,2025-02-03 15:00:00 UTC,Buy,BTC,0.1,USD,$90000,$9000,$9010,$10,\n"
        + "c2,2026-06-03 15:00:00 UTC,Buy,BTC,0.1,USD,$70000,$7000,$7010,$10,\n"
        + "c3,2026-06-04 15:00:00 UTC,Send,BTC,-0.1,USD,$70000,$7000,$7000,$0,to Kraken\n"
    )
    (tmp_path / "kraken.csv").write_text(
        KRAKEN
        + "L1,R1,2026-06-04 15:30:00,deposit,,currency,XXBT,m,0.1,0,0.1\n"
        + "L2,R2,2026-07-01 15:00:00,trade,tradespot,currency,XXBT,m,-0.05,0,0.05\n"
        + "L3,R2,2026-07-01 15:00:00,trade,tradespot,currency,ZUSD,m,4000,8,3992\n"
        + "L4,R4,2026-07-05 15:00:00,staking,,currency,ETH2.S,m,0.01,0,0.01\n"
    )
    (tmp_path / "prices.csv").write_text("symbol,price\nBTC,60000\nETH,2000\n")
    return load(toml=TWO_EXCHANGES)


def test_a_coin_that_moves_keeps_its_basis_and_its_day(two_exchanges):
    held = {(h.lot.account, h.lot.symbol): h for h in two_exchanges.holdings}
    moved = held["Kraken", "BTC"].lot
    assert (moved.quantity, moved.basis, moved.acquired) == (Decimal("0.05"), Decimal("4505"), date(2025, 2, 3))
    kept = held["Coinbase", "BTC"].lot
    assert (kept.quantity, kept.basis, kept.acquired) == (Decimal("0.1"), Decimal("7010"), date(2026, 6, 3))


def test_a_reward_whose_value_the_file_does_not_state_has_no_basis_and_is_held_back(two_exchanges):
    (reward,) = [h for h in two_exchanges.holdings if h.lot.symbol == "ETH"]
    assert (reward.lot.basis, reward.lot.acquired) == (None, date(2026, 7, 5))
    plan = plan_case(two_exchanges)
    assert reward.lot.lot_id in {held.lot_id for held in plan.held_back}


def test_the_plan_and_the_ledger_of_coins_alone(two_exchanges):
    """Half of 9,010 brought 3,992: a long loss of 513. At 60,000 there are 0.05 that cost 4,505 and 0.1 for 7,010."""
    (sale,) = household_ledger(two_exchanges).dispositions
    assert (sale.gain_before_wash, sale.disallowed_loss) == (Decimal(-513), Decimal(0))
    plan = plan_case(two_exchanges)
    assert {(s.account, s.gain) for s in plan.sales} <= {("Kraken", Decimal(-1505)), ("Coinbase", Decimal(-1010))}
    assert plan.baseline.net_long_term == Decimal(-513)
    assert len(plan.sales) == 2
