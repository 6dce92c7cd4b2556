"""Our own transactions layout: contract.md, "Our own CSV layouts"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.loader.reading.records import ACTIONS

HEADER = "date,action,symbol,quantity,amount\n"


def test_a_row_becomes_a_transaction(load):
    (bought,) = load(
        transactions="id,date,action,symbol,quantity,amount,lot_id,asset_class,fees\n"
        't1,11/30/2026,Buy,vti,3,"$900.30",L9,etf,0.30\n'
    ).transactions
    assert (bought.transaction_id, bought.date, bought.action, bought.symbol) == (
        "t1",
        date(2026, 11, 30),
        "buy",
        "VTI",
    )
    assert (bought.quantity, bought.amount, bought.fees) == (3, Decimal("900.30"), Decimal("0.30"))
    assert (bought.lot_id, bought.asset_class, bought.account, bought.where) == (
        "L9",
        "etf",
        "Schwab",
        "transactions.csv:2",
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_understood(load, action):
    (row,) = load(transactions=HEADER + f"2026-11-30,{action.replace('_', ' ').upper()},VTI,1,10\n").transactions
    assert row.action == action


def test_only_cash_may_move_without_a_symbol_or_shares(load, refused):
    (row,) = load(transactions=HEADER + "2026-11-30,interest,,0,1.25\n").transactions
    assert (row.symbol, row.quantity, row.amount) == ("", 0, Decimal("1.25"))
    assert refused(transactions=HEADER + "2026-11-30,buy,,0,1.25\n") == [
        "transactions.csv:2: `quantity` is 0 in a `buy` row",
        "transactions.csv:2: `symbol` is empty",
    ]


def test_a_reverse_split_takes_shares_away_and_a_sale_is_written_positive(load, refused):
    (row,) = load(transactions=HEADER + "2026-11-30,split,VTI,-90,0\n").transactions
    assert row.quantity == -90
    assert refused(transactions=HEADER + "2026-11-30,sell,VTI,-90,900\n") == [
        "transactions.csv:2: `quantity` is -90 in a `sell` row"
    ]
    assert refused(transactions=HEADER + "2026-11-30,sell,VTI,90,(900)\n") == [
        "transactions.csv:2: `amount` is negative: -900"
    ]


def test_an_unknown_action_is_refused_with_the_nearest(refused):
    (said,) = refused(transactions=HEADER + "2026-11-30,reinvestment,VTI,1,10\n")
    assert said == "transactions.csv:2: `action` is `reinvestment`; did you mean `reinvest`"


def test_a_transaction_to_come_is_refused(refused):
    (said,) = refused(transactions=HEADER + "2026-12-09,buy,VTI,1,10\n")
    assert said == "transactions.csv:2: `date` is 2026-12-09, which is after the as-of date 2026-12-08"


def test_history_is_ordered_by_day_and_within_it_by_content_not_by_row(load):
    rows = [
        "2026-11-30,sell,VTI,1,10\n",
        "2026-11-30,buy,VTI,1,10\n",
        "2026-11-29,buy,VTI,1,10\n",
        "2026-11-30,split,VTI,1,0\n",
        "2026-11-30,dividend,VTI,0,1\n",
    ]

    def actions(order):
        return [row.action for row in load(transactions=HEADER + "".join(order)).transactions]

    assert actions(rows) == actions(rows[::-1]) == ["buy", "split", "buy", "sell", "dividend"]


def test_what_was_traded_is_what_is_held_under_that_symbol(load):
    case = load(
        lots="symbol,quantity,acquired,basis,price,asset_class\nZZZ,1,2025-03-04,5,5,bond\n",
        transactions=HEADER + "2026-11-30,buy,ZZZ,1,10\n2026-11-30,buy,QQQQQ9,1,10\n",
    )
    assert {row.symbol: row.asset_class for row in case.transactions} == {"ZZZ": "bond", "QQQQQ9": None}


def test_what_was_transferred_in_or_given_may_state_its_past(load, refused):
    header = HEADER.strip() + ",acquired,loss_basis\n"
    (row,) = load(transactions=header + "2026-11-30,gift_in,VTI,1,10,2020-03-02,7\n").transactions
    assert (row.acquired, row.loss_basis) == (date(2020, 3, 2), 7)
    assert refused(transactions=header + "2026-11-30,buy,VTI,1,10,2020-03-02,\n") == [
        "transactions.csv:2: `acquired` is given in a `buy` row"
    ]
    assert refused(transactions=header + "2026-11-30,transfer_in,VTI,1,10,2026-12-01,\n") == [
        "transactions.csv:2: `acquired` is 2026-12-01, after the units were received on 2026-11-30"
    ]
