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
