"""Shares of a stock plan reported by the plan and by the broker: one vest, at the value of its day (§ 83(a))."""

from __future__ import annotations

from decimal import Decimal

import pytest

BROKER = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
PLAN = (
    '"Date","Action","Symbol","Description","Quantity","FeesAndCommissions","DisbursementElection","Amount","AwardDate",'
    '"AwardId","FairMarketValuePrice","SalePrice","SharesSoldWithheldForTaxes","NetSharesDeposited","Taxes"\n'
)


def lapse(day: str, gross: int, withheld: int, value: str) -> str:
    first = f'"{day}","Lapse","GOOG","Restricted Stock Lapse","{gross}","","","","","","","","","",""\n'
    net = gross - withheld
    return first + f'"","","","","","","","","03/05/2024","C1","${value}","","{withheld}","{net}","$9.00"\n'


def arrived(day: str, units: int) -> str:
    return f'"{day}","Stock Plan Activity","GOOG","ALPHABET INC","{units}","","",""\n'


TWO = '[[accounts]]\nname = "A"\ntransactions = "broker.csv"\n[[accounts]]\nname = "Plan"\ntransactions = "plan.csv"\n'
ONE = '[[accounts]]\nname = "A"\ntransactions = ["broker.csv", "plan.csv"]\n'


@pytest.mark.parametrize("accounts", [ONE, TWO])
def test_a_vest_told_of_by_the_plan_and_by_the_broker_is_one(load, accounts):
    rows = {"broker": BROKER + arrived("03/09/2026", 12), "plan": PLAN + lapse("03/05/2026", 20, 8, "170.00")}
    case = load(toml=accounts, **rows)
    (vest,) = case.transactions
    assert (vest.account, vest.quantity, vest.amount, vest.date.isoformat()) == ("A", 12, 2040, "2026-03-05")
    (held,) = case.holdings
    assert (held.lot.quantity, held.lot.basis) == (12, Decimal(2040))


def test_each_vest_finds_its_own_and_one_that_differs_stays(load):
    broker = arrived("03/09/2026", 12) + arrived("06/08/2026", 12) + arrived("09/08/2026", 7)
    plan = (
        lapse("03/05/2026", 20, 8, "170.00") + lapse("06/05/2026", 20, 8, "180.00") + lapse("09/05/2026", 9, 1, "1.00")
    )
    case = load(toml=TWO, broker=BROKER + broker, plan=PLAN + plan)
    assert sorted((row.account, row.quantity, row.amount) for row in case.transactions) == [
        ("A", 7, 0),
        ("A", 12, 2040),
        ("A", 12, 2160),
        ("Plan", 8, 8),
    ]


@pytest.mark.parametrize("pair", ["BTC/USDT", "BTC-USDT", "BTC_USDT", "BTCUSDT", "BTCUSDT_SPBL"])
def test_bitgets_pairs_with_and_without_a_sign(load, pair):
    row = f"2026-11-18 10:00:00,{pair},Buy,90000,0.01,900,0.00001,BTC\n"
    header = "Date(UTC+8),Trading pair,Direction,Price,Amount,Total,Fee,Fee coin\n"
    case = load(transactions=header + row)
    assert {(t.action, t.symbol) for t in case.transactions} == {("buy", "BTC"), ("sell", "USDT")}


BOUGHT = (
    "Run Date,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),Accrued Interest ($),"
    "Amount ($),Settlement Date\n"
)
FIDELITY = '[[accounts]]\nname = "A"\ntransactions = "f.csv"\n'


@pytest.mark.parametrize(
    ("action", "warned"), [("YOU BOUGHT ESPP### CISCO SYSTEMS INC (CSCO) (Cash)", 1), ("YOU BOUGHT CISCO (CSCO)", 0)]
)
def test_a_purchase_in_an_employees_plan_is_warned_of(load, action, warned):
    """Its discount is wages where it is sold too early (§ 423(c)): a history says nothing of it."""
    row = f"01/30/2026,{action},CSCO,CISCO SYSTEMS INC,Cash,52.00,50,,,,-2600.00,02/02/2026\n"
    codes = [caution.code for caution in load(toml=FIDELITY, f=BOUGHT + row).cautions]
    assert codes.count("purchase_plan_basis") == warned
