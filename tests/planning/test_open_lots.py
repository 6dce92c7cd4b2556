"""Lots that a history leaves: a casebook through files, each case by its law; then what is refused and what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.portfolio import Holding
from planner.ledger import household_ledger
from planner.ledger.run import keep
from planner.loader import load_case, under_scenarios
from planner.optimizer import plan_case
from rules.terms import AssetClass

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 120_000\n'
HEADER = "date,action,symbol,quantity,amount,lot_id,fees,acquired,loss_basis"
AS_OF = date(2026, 12, 8)


def loaded(folder: Path, histories: Mapping[str, str], more: str = "") -> Case:
    """A household with an account for each history; `name:kind` says what it is. Rows may leave out what is blank."""
    text = TAXPAYER
    for n, (words, rows) in enumerate(histories.items()):
        name, _, kind = words.partition(":")
        padded = [row.strip() + "," * (HEADER.count(",") - row.count(",")) for row in rows.strip().splitlines()]
        (folder / f"{n}.csv").write_text("\n".join([HEADER, *padded]) + "\n", "utf-8")
        text += f'[[accounts]]\nname = "{name}"\nkind = "{kind or "taxable"}"\ntransactions = "{n}.csv"\n'
    (folder / "household.toml").write_text(text + more, "utf-8")
    return load_case(folder, as_of=AS_OF)


def lots(case: Case) -> dict[str, Holding]:
    held = {holding.lot.lot_id: holding for holding in case.holdings}
    assert len(held) == len(case.holdings), "every id once"
    return held


def brief(case: Case) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(name, holding.lot.quantity, holding.lot.basis) for name, holding in sorted(lots(case).items())]


def codes(case: Case) -> set[str]:
    return {caution.code for caution in case.cautions}


# --- § 1012: which lots are left ---


def test_first_in_is_first_out_unless_a_lot_is_named(tmp_path):
    """Reg. § 1.1012-1(c)(1), (3)."""
    history = """2024-01-05,buy,ABC,10,1000
        2024-02-05,buy,ABC,10,1100,L2
        2024-03-05,buy,ABC,10,1200
        2025-01-05,sell,ABC,4,600
        2025-02-05,sell,ABC,7,700,L2"""
    assert brief(loaded(tmp_path, {"A": history})) == [
        ("A:ABC:2024-01-05:1", 6, 600),
        ("A:ABC:2024-03-05:1", 10, 1200),
        ("L2", 3, 330),
    ]


def test_a_lot_stands_where_its_purchase_was_read_with_its_class_and_day(tmp_path):
    (held,) = loaded(tmp_path, {"A": "2024-01-05,deposit,,0,5\n2024-01-05,buy,VTI,10,2000"}).holdings
    assert (held.where, held.lot.acquired, held.lot.asset_class, held.price) == (
        "0.csv:3",
        date(2024, 1, 5),
        AssetClass.ETF,
        None,
    )


def test_the_ledger_of_windows_has_the_same_lots(tmp_path):
    history = "2026-01-05,buy,ABC,10,1000\n2026-06-01,sell,ABC,6,300\n2026-06-10,buy,ABC,4,220"
    case = loaded(tmp_path, {"A": history})
    ledger = [(held.lot.lot_id, held.quantity, held.basis) for held in household_ledger(case).lots]
    assert sorted(ledger) == brief(case) == [("A:ABC:2026-01-05:1", 4, 400), ("A:ABC:2026-06-10:1", 4, 420)]


def test_a_lot_that_is_a_replacement_in_part_is_two_lots(tmp_path):
    """§ 1091(d): 4 of the 10 bought take the loss of 50 a share; Reg. § 1.1091-1(e): they replace no others."""
    history = "2026-01-05,buy,ABC,4,400\n2026-06-01,sell,ABC,4,200\n2026-06-10,buy,ABC,10,550"
    case = loaded(tmp_path, {"A": history})
    assert brief(case) == [("A:ABC:2026-06-10:1", 6, 330), ("A:ABC:2026-06-10:1 (replacement)", 4, 420)]
    assert [holding.washed for _, holding in sorted(lots(case).items())] == [False, True]


def test_a_split_is_no_purchase_and_keeps_the_basis(tmp_path):
    """§ 1223(4), Reg. § 1.1091-1(f)."""
    history = "2024-01-05,buy,ABC,10,1000\n2025-01-05,split,ABC,20,0\n2025-02-05,sell,ABC,6,90"
    assert brief(loaded(tmp_path, {"A": history})) == [("A:ABC:2024-01-05:1", 24, 800)]


def test_reinvestments_vests_and_income_are_lots_at_their_cost_or_value(tmp_path):
    """§ 61, § 83(a); Rev. Rul. 2023-14 for staking."""
    history = """2025-01-05,reinvest,ABC,0.031442,10.06
        2025-02-05,vest,ABC,20,2200
        2025-03-05,income,ETH,0.000412,1.24"""
    assert brief(loaded(tmp_path, {"A": history})) == [
        ("A:ABC:2025-01-05:1", Decimal("0.031442"), Decimal("10.06")),
        ("A:ABC:2025-02-05:1", 20, 2200),
        ("A:ETH:2025-03-05:1", Decimal("0.000412"), Decimal("1.24")),
    ]


@pytest.mark.parametrize("action", ["income", "vest", "gift_in", "inherit"])
def test_a_value_that_no_row_gives_is_unknown_and_not_zero(tmp_path, action):
    case = loaded(tmp_path, {"A": f"2025-03-05,{action},ABC,3,0"})
    assert [holding.lot.basis for holding in case.holdings] == [None]
    assert "its basis is not known" in plan_case(case).held_back[0].reason


def test_a_gift_keeps_the_givers_basis_day_and_lower_basis_for_losses(tmp_path):
    """§§ 1015(a), 1223(2)."""
    history = "2026-05-04,gift_in,ABC,10,1000,,,2019-03-01,700\n2026-06-04,sell,ABC,5,600"
    (held,) = loaded(tmp_path, {"A": history}).holdings
    lot = held.lot
    assert (lot.quantity, lot.basis, lot.loss_basis, lot.holding_since) == (5, 500, 350, date(2019, 3, 1))


def test_an_inheritance_is_long_term_at_its_value(tmp_path):
    """§§ 1014(a), 1223(9)."""
    (held,) = loaded(tmp_path, {"A": "2026-11-04,inherit,ABC,10,1000"}).holdings
    assert (held.lot.basis, held.lot.inherited) == (1000, True)


def test_an_option_that_expires_is_sold_for_nothing_and_one_exercised_is_gone(tmp_path):
    """§ 1234(a)(2); an exercise is no sale of the option."""
    call, put = "ABC 01/15/2027 20.00 C", "ABC 01/15/2027 10.00 P"
    history = f"""2026-01-05,buy,{call},2,300
        2026-01-05,buy,{put},1,80
        2026-05-15,expire,{put},1,0
        2026-06-15,exercise,{call},2,0
        2026-06-15,exercise,ABC,200,4300"""
    case = loaded(tmp_path, {"A": history})
    assert brief(case) == [("A:ABC:2026-06-15:1", 200, 4300)]
    assert [sale.recognized for sale in household_ledger(case).dispositions] == [-80]


# --- transfers between the household's own accounts ---


def test_a_transfer_takes_basis_and_day_along_and_changes_nothing_else(tmp_path):
    """Reg. § 1.1091-1(f): no acquisition; § 1223."""
    first = "2024-01-05,buy,ABC,10,1000\n2026-05-04,transfer_out,ABC,4,0"
    case = loaded(tmp_path, {"A": first, "B": "2026-05-06,transfer_in,ABC,4,0"})
    assert brief(case) == [("A:ABC:2024-01-05:1", 6, 600), ("A:ABC:2024-01-05:1 (in B)", 4, 400)]
    assert {holding.lot.account for holding in case.holdings} == {"A", "B"}
    assert {holding.lot.acquired for holding in case.holdings} == {date(2024, 1, 5)}
    assert not codes(case) & {"transfer_outside", "history_not_explained"}


def test_a_lot_moved_whole_keeps_its_id(tmp_path):
    first = "2024-01-05,buy,ABC,10,1000\n2026-05-04,transfer_out,ABC,10,0"
    assert brief(loaded(tmp_path, {"A": first, "B": "2026-05-06,transfer_in,ABC,10,0"})) == [
        ("A:ABC:2024-01-05:1", 10, 1000)
    ]


def test_coins_are_first_in_first_out_within_the_wallet_by_the_day_of_purchase(tmp_path):
    """Reg. § 1.1012-1(j)(3)(i), US-LOT-003: a coin of 2022 that came in last goes before one bought there in 2025."""
    other = "2022-05-01,buy,BTC,1,40000\n2026-02-01,transfer_out,BTC,1,0"
    wallet = "2025-03-01,buy,BTC,1,85000\n2026-02-01,transfer_in,BTC,1,0\n2026-04-01,sell,BTC,1,70000"
    case = loaded(tmp_path, {"Exchange": other, "Wallet": wallet})
    assert brief(case) == [("Wallet:BTC:2025-03-01:1", 1, 85000)]
    assert [sale.recognized for sale in household_ledger(case).dispositions] == [30_000]


def test_a_wallet_does_not_sell_the_coins_of_another(tmp_path):
    """§ 1012(c)(1): since 2025 account by account."""
    case = loaded(
        tmp_path, {"A": "2020-01-05,buy,ETH,1,200", "B": "2025-05-01,buy,ETH,1,1800\n2026-05-01,sell,ETH,1,1700"}
    )
    assert brief(case) == [("A:ETH:2020-01-05:1", 1, 200)]


def test_coins_that_crossed_wallets_before_2025_are_said(tmp_path):
    """Rev. Proc. 2024-28, I-28."""
    first = "2020-01-05,buy,ETH,1,200\n2024-05-04,transfer_out,ETH,1,0"
    case = loaded(tmp_path, {"A": first, "B": "2024-05-04,transfer_in,ETH,1,0"})
    assert "coins_before_2025" in codes(case)
    assert brief(case) == [("A:ETH:2020-01-05:1", 1, 200)]


def test_shares_that_crossed_brokers_before_2025_are_nothing_to_say(tmp_path):
    first = "2020-01-05,buy,ABC,1,200\n2024-05-04,transfer_out,ABC,1,0"
    assert "coins_before_2025" not in codes(loaded(tmp_path, {"A": first, "B": "2024-05-04,transfer_in,ABC,1,0"}))


def test_a_network_fee_is_what_did_not_arrive(tmp_path):
    """I-27."""
    first = "2025-01-05,buy,ETH,2,4000\n2026-05-04,transfer_out,ETH,1.000,0"
    case = loaded(tmp_path, {"A": first, "B": "2026-05-04,transfer_in,ETH,0.995,0"})
    assert brief(case) == [
        ("A:ETH:2025-01-05:1", 1, 2000),
        ("A:ETH:2025-01-05:1 (in B)", Decimal("0.995"), 1990),
    ]
    assert "network_fee" in codes(case)


def test_a_fee_paid_in_coins_is_a_sale_of_them(tmp_path):
    """Notice 2014-21, Q-6; I-27: 0.01 ETH that cost $20, worth $30 when it paid for gas."""
    case = loaded(tmp_path, {"A": "2025-01-05,buy,ETH,1,2000\n2026-05-04,fee,ETH,0.01,30"})
    assert brief(case) == [("A:ETH:2025-01-05:1", Decimal("0.99"), 1980)]
    (sale,) = household_ledger(case).dispositions
    assert (sale.quantity, sale.recognized) == (Decimal("0.01"), 10)


def test_a_fee_of_coins_without_a_value_only_takes_them_away(tmp_path):
    case = loaded(tmp_path, {"A": "2025-01-05,buy,ETH,1,2000\n2026-05-04,fee,ETH,0.01,0"})
    assert brief(case) == [("A:ETH:2025-01-05:1", Decimal("0.99"), 1980)]
    assert not household_ledger(case).dispositions
    assert "fee_without_value" in codes(case)


def test_what_leaves_the_household_is_said_once_an_account(tmp_path):
    history = "2025-01-05,buy,ETH,2,4000\n2026-05-04,transfer_out,ETH,1,0\n2026-06-04,transfer_out,ETH,0.5,0"
    case = loaded(tmp_path, {"A": history})
    (said,) = (caution.text for caution in case.cautions if caution.code == "transfer_outside")
    assert said.startswith("0.csv:3: 1 ETH left A on 2026-05-04 (and 1 more), and no account of the household shows")
    assert brief(case) == [("A:ETH:2025-01-05:1", Decimal("0.5"), 1000)]


def test_what_no_one_sent_is_held_back_unless_the_row_gives_its_basis_and_day(tmp_path):
    case = loaded(tmp_path, {"A": "2026-05-04,transfer_in,ABC,10,0"})
    assert "0.csv:2: 10 ABC came into A on 2026-05-04, but no account of the household sent" in text_of(case)
    assert [held.symbol for held in plan_case(case).held_back] == ["ABC"]
    (held,) = loaded(tmp_path, {"A": "2026-05-04,transfer_in,ABC,10,900,,,2021-02-03"}).holdings
    assert (held.lot.lot_id, held.lot.basis, held.lot.acquired) == ("A:ABC:2021-02-03:1", 900, date(2021, 2, 3))


def test_what_came_with_its_cost_but_without_its_day_is_held_back(tmp_path):
    case = loaded(tmp_path, {"A": "2026-05-04,transfer_in,ABC,10,900"})
    assert [(holding.lot.lot_id, holding.lot.acquired) for holding in case.holdings] == [("A:ABC:Various:1", None)]
    assert len(plan_case(case).held_back) == 1


def test_a_transfer_out_of_an_account_whose_lots_are_listed_needs_the_past_of_what_came(tmp_path):
    (tmp_path / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nVTI,5,2024-01-05,1000,300\n")
    (tmp_path / "out.csv").write_text("date,action,symbol,quantity,amount\n2026-05-04,transfer_out,ABC,10,0\n")
    listed = '[[accounts]]\nname = "L"\nlots = "lots.csv"\ntransactions = "out.csv"\n'
    case = loaded(tmp_path, {"A": "2026-05-04,transfer_in,ABC,10,0"}, listed)
    assert "0.csv:2: 10 ABC came from L, and no file says which of its lots" in text_of(case)
    assert "history_not_explained" in {caution.code for caution in plan_case(case).cautions}
    case = loaded(tmp_path, {"A": "2026-05-04,transfer_in,ABC,10,900,,,2021-02-03"}, listed)
    assert "A:ABC:2021-02-03:1" in lots(case)


def text_of(case):
    """Every caution of a case, one a line."""
    return "\n".join(caution.text for caution in case.cautions)


# --- what does not explain itself ---


def test_a_history_that_sells_more_than_it_received_costs_one_security_and_no_household(tmp_path):
    history = "2026-01-05,buy,ABC,10,1000\n2026-02-05,sell,ABC,12,900\n2026-03-05,buy,DEF,1,5"
    case = loaded(tmp_path, {"A": history})
    assert brief(case) == [("A:ABC:2026-01-05:1", 10, None), ("A:DEF:2026-03-05:1", 1, 5)], "nothing is patched"
    assert {"history_not_explained", "sale_not_counted"} <= codes(case)
    assert "0.csv:3: 2 ABC more than A held on 2026-02-05" in text_of(case)
    (held,) = [held for held in plan_case(case).held_back if held.symbol == "ABC"]
    assert held.reason.startswith("history unclear: 0.csv:3")
    assert not household_ledger(case).dispositions


def test_more_sent_than_was_there_is_held_back_and_what_arrived_is_not_known(tmp_path):
    case = loaded(
        tmp_path,
        {"A": "2026-01-05,buy,ETH,1,2000\n2026-02-05,transfer_out,ETH,2,0", "B": "2026-02-05,transfer_in,ETH,2,0"},
    )
    assert [(h.lot.account, h.lot.basis) for h in case.holdings] == [("A", None)]
    assert "0.csv:3: 1 ETH more than A held" in text_of(case)
    assert {account for account, _ in case.unexplained} == {"A", "B"}
    assert not plan_case(case).sales


def test_a_retirement_account_may_begin_in_the_middle(tmp_path):
    """Its sales are none on a return: only what it buys matters, and what is older went first."""
    case = loaded(
        tmp_path, {"R:ira": "2026-11-20,buy,ABC,10,1000\n2026-11-25,sell,ABC,30,3000\n2026-12-01,buy,ABC,2,9"}
    )
    assert [(name, quantity) for name, quantity, _ in brief(case)] == [
        ("R:ABC:2026-11-20:1", 10),
        ("R:ABC:2026-12-01:1", 2),
    ]
    assert not plan_case(case).sales


# --- beside lots and positions ---

MERRILL = (
    "COB Date,Symbol,CUSIP #,Security Description,Account Registration,Account #,Quantity,Price ($),Value ($),"
    "Unrealized Gain/Loss ($)\n"
)
WITH_FILE = '[[accounts]]\nname = "M"\nlots = "listed.csv"\ntransactions = "0.csv"\n'


def beside(folder: Path, listed: str, rows: str) -> Case:
    """An account that lists a file and has a history."""
    (folder / "listed.csv").write_text(listed, "utf-8")
    loaded(folder, {"unused": rows})
    (folder / "household.toml").write_text(TAXPAYER + WITH_FILE, "utf-8")
    return load_case(folder, as_of=AS_OF)


def test_positions_without_lots_take_the_lots_of_a_history_that_comes_to_the_same(tmp_path):
    position = MERRILL + "12/7/2026,VTI,,,CMA,11A,12,300.00,3600.00,1100.00\n"
    case = beside(tmp_path, position, "2024-01-05,buy,VTI,10,2000\n2025-02-05,reinvest,VTI,2,500")
    assert brief(case) == [("M:VTI:2024-01-05:1", 10, 2000), ("M:VTI:2025-02-05:1", 2, 500)]
    assert {holding.price for holding in case.holdings} == {300}, "the price of the position"
    assert [check.agrees for read in case.files for check in read.checks] == [True, True]
    assert not codes(case) & {"positions_only", "position_differs"}


HEAD = "symbol,quantity,acquired,basis,price,asset_class\n"


@pytest.mark.parametrize(
    ("listed", "rows", "said"),
    [
        ("ABC,10,2024-01-05,900,50,stock\n", "2024-01-05,buy,ABC,10,900", None),
        ("ABC,10,2024-01-05,900,50,stock\n", "2026-11-05,sell,ABC,2,90", None),
        ("ABC,10,2024-01-05,900,50,stock\n", "2026-11-05,buy,ABC,2,90", None),
        ("ABC,6,2024-01-05,900,50,stock\n", "2024-01-05,buy,ABC,10,900\n2025-01-05,sell,ABC,4,300", None),
        (
            "ABC,10,2024-01-05,900,50,stock\n",
            "2024-01-05,buy,ABC,10,900\n2026-12-01,buy,ABC,3,150",
            "listed.csv:2: 10 ABC are listed, but the history of M leaves 13 (last 0.csv:3)",
        ),
        (
            "ABC,10,2024-01-05,900,50,stock\n",
            "2023-01-05,buy,ABC,10,900",
            "listed.csv:2: 10 ABC of 2024-01-05 are listed, but the history of M has fewer of that day",
        ),
    ],
)
def test_lots_and_a_complete_history_that_contradict_each_other(tmp_path, listed, rows, said):
    case = beside(tmp_path, HEAD + listed, rows)
    found = [caution.text for caution in case.cautions if caution.code == "lots_contradict_history"]
    assert [text.split(". The listed")[0] for text in found] == ([said] if said else [])
    assert sum(holding.lot.quantity for holding in case.holdings) == sum(
        Decimal(row.split(",")[1]) for row in listed.split()
    ), "counted once"


def test_a_realized_file_explains_a_sale_of_what_was_bought_before_the_history_begins(tmp_path):
    """Its day and basis stand (Form 1099-B); the lots of the history are not touched."""
    (tmp_path / "sold.csv").write_text(
        "symbol,quantity,acquired,sold,proceeds,basis\nABC,10,2020-01-06,2026-06-10,900,1000\n"
        "ABC,2,2026-03-02,2026-06-10,180,150\n"
    )
    loaded(tmp_path, {"M": "2026-03-02,buy,ABC,5,375\n2026-06-10,sell,ABC,12,1080"})
    with (tmp_path / "household.toml").open("a", encoding="utf-8") as file:
        file.write('realized = "sold.csv"\n')
    case = load_case(tmp_path, as_of=AS_OF)
    assert brief(case) == [("M:ABC:2026-03-02:1", 3, 225)]
    (sale,) = household_ledger(case).dispositions
    assert [(lot.quantity, lot.recognized, lot.character.value) for lot in sale.by_lot] == [
        (10, -100, "long"),
        (2, 30, "short"),
    ]
    assert "history_not_explained" not in codes(case)


# --- scenarios ---


def test_lots_are_as_the_answers_on_wash_sales_leave_them(tmp_path):
    """Coins are outside § 1091; where a scenario supposes them in, the loss moves into the coins bought back."""
    history = "2026-01-05,buy,BTC,1,90000\n2026-06-01,sell,BTC,1,70000\n2026-06-10,buy,BTC,1,71000"
    scenario = '[prices]\nBTC = 60_000\n[scenarios."In"]\nwash_sale.crypto = true\n'
    case = loaded(tmp_path, {"W": history}, scenario)
    other = under_scenarios(case)["In"]
    assert [(holding.lot.basis, holding.price) for holding in case.holdings] == [(71_000, 60_000)]
    assert [(holding.lot.basis, holding.price) for holding in other.holdings] == [(91_000, 60_000)]
    assert other.holdings == load_case(tmp_path, as_of=AS_OF, scenario="In").holdings
    assert household_ledger(other).dispositions[0].disallowed_loss == 20_000


def test_the_ledger_is_kept_once_and_again_where_something_of_it_changes(tmp_path):
    case = loaded(tmp_path, {"W": "2026-01-05,buy,BTC,1,90000"})
    assert keep(case) is keep(replace(case, cautions=())) is case.kept
    assert keep(replace(case, transactions=())) is not case.kept
    assert keep(replace(case, as_of=date(2026, 12, 9))) is not case.kept
