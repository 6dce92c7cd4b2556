"""Files of exchanges: a coin is a coin, units move once, a fee's dollars count. § 1091(a), I-27, I-40."""

from __future__ import annotations

from pathlib import Path

import pytest
from field_answers import answer, lots, sales, told

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\ntime_zone = "UTC"\n'
NAMES = """
AERO APT ARB AXS BCH BGB BLUR CEL COMP EGLD ENA FARTCOIN FET FLOW FTT KAVA LEO LUNA LUNC MINA MNT MORPHO
OKB OP POPCAT PYTH SAND SEI SNX STRK SUI TIA TRUMP ZRO BTC ETH BAR LIT STRAX XYZQ
"""
COINS = NAMES.split()


def household(folder: Path, accounts: str, **files: str) -> Path:
    (folder / "household.toml").write_text(TAXPAYER + accounts, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_a_coin_unknown_to_our_list_is_outside_1091() -> None:
    assert sales("52-kraken-coin-unknown-to-us") == [("BCH", 10, -2025, 0)]
    assert {lot["asset_class"] for lot in answer("check", "52-kraken-coin-unknown-to-us")["lots"]} == {"crypto"}


def test_every_symbol_of_an_exchange_is_a_coins(tmp_path: Path) -> None:
    """W0: of 85 common coins in a Coinbase file 34 were stocks."""
    header = "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    header += "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
    rows = "".join(f"{n},2026-02-02 15:00:00 UTC,Buy,{coin},1,USD,$1,$1,$1,$0,\n" for n, coin in enumerate(COINS))
    folder = household(tmp_path, '[[accounts]]\nname = "C"\ntransactions = "c.csv"\n', c=header + rows)
    document = told("check", folder)
    assert {lot["symbol"]: lot["asset_class"] for lot in document["lots"]} == dict.fromkeys(COINS, "crypto")
    assert "asset_class_assumed" not in {caution["code"] for caution in document["cautions"]}


def test_the_household_says_what_a_symbol_is(tmp_path: Path) -> None:
    lots = "symbol,quantity,acquired,basis,price\nQQZZ,1,2026-01-05,10,5\nARB,1,2026-01-05,10,5\n"
    toml = '[[accounts]]\nname = "W"\nlots = "l.csv"\n[asset_classes]\nQQZZ = "crypto"\n'
    document = told("check", household(tmp_path, toml, l=lots))
    assert [lot["asset_class"] for lot in document["lots"]] == ["stock", "crypto"]


def test_a_withdrawal_with_its_fee_moves_the_coins_once() -> None:
    """W1: the fee stands on the withdrawal's own line."""
    assert lots("53-kraken-withdrawal-with-fee") == [
        ("SOL", 29.99, 5698.1, "2024-12-05"),
        ("SOL", 20, 3800, "2024-12-05"),
    ]


def test_most_of_what_is_held_may_be_withdrawn_with_a_fee(tmp_path: Path) -> None:
    kraken = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
    kraken += '"A","R","2026-01-05 16:00:01","trade","tradespot","currency","ZUSD",-500,0,0\n'
    kraken += '"B","R","2026-01-05 16:00:01","trade","tradespot","currency","SOL",50,0,50\n'
    kraken += '"C","S","2026-06-20 11:00:00","withdrawal","","currency","SOL",-40,0.01,9.99\n'
    toml = '[[accounts]]\nname = "K"\ntransactions = "k.csv"\n[[accounts]]\nname = "L"\ntransactions = "l.csv"\n'
    wallet = "date,action,symbol,quantity,amount\n2026-06-20,transfer_in,SOL,40,0\n"
    document = told("check", household(tmp_path, toml, k=kraken, l=wallet))
    assert [(lot["account"], lot["quantity"]) for lot in document["lots"]] == [("K", 9.99), ("L", 40)]


def test_a_fees_own_dollars_are_part_of_what_a_purchase_cost() -> None:
    """W4: 0.5 BNB worth 440.00, which cost 350.35, paid for 200 DOT."""
    name = "54-binanceus-fee-has-dollars"
    assert lots(name) == [("BNB", 4.5, 3153.15, "2025-01-06"), ("DOT", 200, 1440, "2026-03-02")]
    assert sales(name) == [("BNB", 0.5, 89.65, 0)]
    assert "fee_without_value" not in {caution["code"] for caution in answer("check", name)["cautions"]}


def test_a_blank_amount_of_dollars_stands_in_the_column_beside_it() -> None:
    name = "35-binanceus-bnb-fee"
    assert ("AVAX", 1.23, 36.93, "2026-01-02") in lots(name)
    assert ("AVAX", 3.77, -37.76, 0) in sales(name)


@pytest.mark.parametrize(
    ("sold", "bought", "asks"),
    [
        ("GOOG", "GOOGL", True),
        ("BRK.B", "BRK.A", True),
        ("IBIT", "BITO", True),
        ("GOOG", "GOOGL 01/15/2027 200 CALL", True),
        ("GOOG", "GOOGL 01/15/2027 200 PUT", False),
        ("GOOG", "META", False),
    ],
)
def test_two_classes_of_one_companys_stock_are_a_question(tmp_path: Path, sold: str, bought: str, asks: bool) -> None:
    """I-41: neither clean nor a wash sale until the taxpayer says."""
    lots = "symbol,quantity,acquired,basis,price\n"
    history = "date,action,symbol,quantity,amount\n2026-01-05,interest,,0,1\n2026-02-02,buy,{0},10,5000\n"
    history += "2026-11-20,sell,{0},10,4000\n2026-11-25,buy,{1},1,4000\n"
    toml = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n'
    document = told("windows", household(tmp_path, toml, h=history.format(sold, bought), l=lots))
    asked = [caution["text"] for caution in document["cautions"] if caution["code"] == "ask_identical"]
    assert bool(asked) is asks


COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
    "a,2026-01-02 15:00:00 UTC,Buy,ETH,2,USD,$2000,$4000,$4000,$0,\n"
    "b,2026-02-02 15:00:00 UTC,Card Spend,ETH,-0.5,USD,$1800,-$900,-$900,$0,\n"
)
CRYPTO_COM = (
    "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,"
    "Native Amount (in USD),Transaction Kind,Transaction Hash\n"
    "2026-04-07 10:00:00,Reversal,CRO,-2,,,USD,-0.2,-0.2,card_cashback_reverted,\n"
    "2026-04-06 10:00:00,Cashback,CRO,10,,,USD,1,1,referral_card_cashback,\n"
)
BINANCE_US = (
    "User ID,Time,Category,Operation,Order ID,Transaction ID,Primary Asset,Realized Amount For Primary Asset,"
    "Realized Amount for Primary Asset in USD,Base Asset,Realized Amount For Base Asset,Realized Amount For Base Asset "
    "In USD,Quote Asset,Realized Amount for Quote Asset,Realized Amount for Quote Asset in USD,Fee Asset,"
    "Realized Amount for Fee Asset,Realized Amount for Fee Asset in USD,Payment Method,Withdrawal Method,Note\n"
    "1,2026-05-07 10:00:00,Quick Buy,Buy,,,,,,SOL,2,300,USD,300,300,,,,Wallet,,\n"
    "1,2026-08-08 10:00:00,Staking,Staking Deposit,,,SOL,0.5,70,,,,,,,,,,Wallet,,\n"
    "1,2026-09-08 10:00:00,Distribution,Staking Rewards,,,SOL,0.1,14,,,,,,,,,,Wallet,,\n"
)
KOINLY = (
    "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,Received Amount,"
    "Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (USD),Net Value (USD),Fee Value (USD),TxSrc,"
    "TxDest,TxHash,Description\n"
    "2026-01-05 15:00:00 UTC,buy,,C,4000,USD,,C,2,ETH,4000,,,0,4000,,,,h1,\n"
    "2026-03-05 15:00:00 UTC,crypto_withdrawal,Cost,C,0.5,ETH,1000,,,,,0.1,ETH,0,900,180,,,h3,rent\n"
)


@pytest.mark.parametrize(
    ("file", "left", "sold"),
    [
        (COINBASE, [("ETH", 1.5, 3000)], [("ETH", 0.5, -100)]),
        # paid back in coins: bought at what they are worth then
        (COINBASE + "c,2026-03-02 15:00:00 UTC,Card Buy Back,ETH,0.1,USD,$1700,$170,$170,$0,\n",
         [("ETH", 1.5, 3000), ("ETH", 0.1, 170)], [("ETH", 0.5, -100)]),
        (CRYPTO_COM, [("CRO", 8, 0.8)], []),  # a part of what came is taken back
        (BINANCE_US, [("SOL", 2, 300), ("SOL", 0.1, 14)], []),  # staked coins stay the owner's, and are no income
        (KOINLY, [("ETH", 1.4, 2800)], [("ETH", 0.5, -100), ("ETH", 0.1, -20)]),
    ],
    ids=["card", "refund", "reversed in part", "staked", "spent"],
)  # fmt: skip
def test_what_was_spent_staked_or_paid_back(tmp_path: Path, file: str, left: list[object], sold: list[object]) -> None:
    folder = household(tmp_path, '[[accounts]]\nname = "C"\ntransactions = "c.csv"\n', c=file)
    found, ledger = told("check", folder)["lots"], told("windows", folder)["sales"]
    assert [(lot["symbol"], lot["quantity"], lot["basis"]) for lot in found] == left
    assert [(sale["symbol"], sale["quantity"], sale["gain_before_wash"]) for sale in ledger] == sold
