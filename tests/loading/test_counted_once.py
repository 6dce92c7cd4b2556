"""What several files tell of the same thing counts once, what one file tells twice counts twice, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.domain.case import Case
from planner.domain.errors import InputError

TRADES = "date,action,symbol,quantity,amount,id,lot_id,fees\n"
LOTS = "symbol,quantity,acquired,basis,price\n"
SALES = "symbol,quantity,acquired,sold,proceeds,basis,disallowed_loss\n"
BUY = "2026-11-30,buy,VTI,1,331.20,,,\n"
SELL = "2026-12-01,sell,VTI,2,640.00,,,\n"


@pytest.fixture
def account(load: Callable[..., Case], tmp_path: Path) -> Callable[..., Case]:
    """`account(lots={"a.csv": "…"}, transactions={…})`: one account that lists these files."""

    def loaded(*, more: str = "", **listed: dict[str, str | bytes]) -> Case:
        keys = []
        for key, files in listed.items():
            for name, content in files.items():
                (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            keys.append(f"{key} = {list(files)}\n")
        return load(toml='[[accounts]]\nname = "A"\n' + "".join(keys) + more)

    return loaded


def skipped(case: Case) -> list[tuple[str, int, str]]:
    return [(read.path, row.line, row.why) for read in case.files for row in read.skipped]


def problems(account: Callable[..., Case], **listed: dict[str, str | bytes]) -> list[str]:
    with pytest.raises(InputError) as caught:
        account(**listed)
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


# --- transactions ---


def test_a_trade_in_two_downloads_counts_once_and_is_said_where_it_stands_too(account):
    case = account(transactions={"a.csv": TRADES + BUY + SELL, "b.csv": TRADES + SELL + "2026-12-02,buy,BND,1,70,,,\n"})
    assert [(row.action, row.symbol) for row in case.transactions] == [("buy", "VTI"), ("sell", "VTI"), ("buy", "BND")]
    assert skipped(case) == [("b.csv", 2, "also in a.csv:3; counted once")]
    assert [read.rows for read in case.files] == [2, 1]


def test_two_trades_alike_in_one_file_stay_two(account):
    assert len(account(transactions={"a.csv": TRADES + BUY * 2}).transactions) == 2


@pytest.mark.parametrize(("in_a", "in_b", "counted"), [(2, 1, 2), (1, 3, 3), (2, 2, 2), (1, 0, 1)])
def test_of_trades_alike_as_many_count_as_the_fuller_file_has(account, in_a, in_b, counted):
    case = account(transactions={"a.csv": TRADES + BUY * in_a, "b.csv": TRADES + BUY * in_b})
    assert len(case.transactions) == counted
    assert len(skipped(case)) == in_a + in_b - counted


def test_trades_of_two_accounts_are_two(load, tmp_path):
    (tmp_path / "a.csv").write_text(TRADES + BUY + SELL)
    (tmp_path / "b.csv").write_text(TRADES + BUY)
    accounts = "".join(f'[[accounts]]\nname = "{name}"\ntransactions = "{name}.csv"\n' for name in "ab")
    assert len(load(toml=accounts).transactions) == 3


def test_trades_with_other_ids_are_others(account):
    one, two = BUY.replace(",,,", ",t1,,"), BUY.replace(",,,", ",t2,,")
    case = account(transactions={"a.csv": TRADES + one, "b.csv": TRADES + one + two})
    assert sorted(row.transaction_id for row in case.transactions) == ["t1", "t2"]
    assert len(skipped(case)) == 1
    case = account(transactions={"a.csv": TRADES + one, "b.csv": TRADES + two})
    assert len(case.transactions) == 2


def test_of_a_trade_with_and_without_its_id_the_one_that_says_more_counts(account):
    case = account(transactions={"a.csv": TRADES + BUY, "b.csv": TRADES + BUY.replace(",,,", ",t1,L1,0.05")})
    (trade,) = case.transactions
    assert (trade.transaction_id, trade.lot_id, trade.where) == ("t1", "L1", "b.csv:2")
    assert skipped(case) == [("a.csv", 2, "also in b.csv:2; counted once")]


def test_a_trade_with_an_id_is_one_of_two_alike_without(account):
    case = account(transactions={"a.csv": TRADES + BUY.replace(",,,", ",t1,,"), "b.csv": TRADES + BUY * 2})
    assert [row.transaction_id for row in case.transactions].count("t1") == 1
    assert len(case.transactions) == 2


def test_one_id_for_two_different_trades_is_refused(account):
    one, two = BUY.replace(",,,", ",t1,,"), SELL.replace(",,,", ",t1,,")
    said = problems(account, transactions={"a.csv": TRADES + one, "b.csv": TRADES + two})
    assert said == ["b.csv:2: the id `t1` is also that of a.csv:2, which differs"]
    assert len(account(transactions={"a.csv": TRADES + one, "b.csv": TRADES + one + two}).transactions) == 2


def test_the_same_download_under_two_names(account):
    case = account(transactions={"a.csv": TRADES + BUY * 2 + SELL, "b.csv": TRADES + BUY * 2 + SELL})
    assert len(case.transactions) == 3
    assert [(path, line) for path, line, _ in skipped(case)] == [("b.csv", 2), ("b.csv", 3), ("b.csv", 4)]


moves = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["buy", "sell"]), st.integers(1, 2)), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=moves, cut=st.integers(1, 4), back=st.integers(0, 3), swap=st.booleans(), ids=st.booleans())
def test_overlapping_downloads_are_the_complete_one(account, history, cut, back, swap, ids):
    """A history downloaded twice, each time whole days, is the history downloaded once."""
    rows = [
        (day, f"2026-11-{day:02},{action},VTI,{units},{units}0,{f't{n}' if ids else ''},,\n")
        for n, (day, action, units) in enumerate(history)
    ]
    earlier = TRADES + "".join(row for day, row in rows if day <= cut)
    later = TRADES + "".join(row for day, row in rows if day > cut - back)
    files = {"b.csv": earlier, "a.csv": later} if swap else {"a.csv": earlier, "b.csv": later}
    told = [
        (row.date, row.action, row.quantity, row.amount, row.transaction_id)
        for row in account(transactions=files).transactions
    ]
    once = account(transactions={"once.csv": TRADES + "".join(row for _, row in rows)}).transactions
    assert told == [(row.date, row.action, row.quantity, row.amount, row.transaction_id) for row in once]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.lists(moves, min_size=2, max_size=3))
def test_the_order_of_files_changes_nothing(account, draw, histories):
    def body(history: list[tuple[int, str, int]]) -> str:
        return TRADES + "".join(
            f"2026-11-{day:02},{act},VTI,{n},{n}0,{f't{day}{act}{n}' if n == 2 else ''},,\n" for day, act, n in history
        )

    files = {f"{name}.csv": body(history) for name, history in zip("abc", histories, strict=False)}
    shuffled = {name: files[name] for name in draw.draw(st.permutations(sorted(files)))}
    one, other = account(transactions=files), account(transactions=shuffled)
    assert one.transactions == other.transactions
    assert Counter(skipped(one)) == Counter(skipped(other))


# --- realized ---

SOLD = "VTI,2,2026-01-05,2026-11-30,600,700,\n"


def test_a_sale_in_two_realized_files_counts_once(account):
    case = account(realized={"a.csv": SALES + SOLD * 2, "b.csv": SALES + SOLD})
    assert len(case.realized) == 2
    assert skipped(case) == [("b.csv", 2, "also in a.csv:2; counted once")]
    assert [caution.code for caution in case.cautions] == ["rows_twice"]  # a.csv itself has it twice


def test_a_sale_restated_counts_once_with_the_larger_disallowed_loss_and_that_is_said(account):
    restated = SOLD.replace(",\n", ",40\n")
    case = account(realized={"a.csv": SALES + SOLD, "b.csv": SALES + restated})
    (sold,) = case.realized
    assert (sold.disallowed_loss, sold.where) == (40, "b.csv:2")
    (caution,) = case.cautions
    assert caution.code == "realized_restated"
    assert "a.csv:2 and b.csv:2 state the sale of 2 VTI on 2026-11-30" in caution.text
    assert "$0.00 and $40.00 disallowed" in caution.text


def test_sales_alike_but_for_their_basis_are_paired_with_their_like(account):
    both = SALES + SOLD + SOLD.replace("700", "710")
    case = account(
        realized={"a.csv": both, "b.csv": both.replace("700", "x").replace("710", "700").replace("x", "710")}
    )
    assert sorted(sold.basis for sold in case.realized) == [700, 710]
    assert case.cautions == ()


# --- lots ---

LOT = "VTI,1,2025-03-04,100,110\n"
TITLE = '"VTI Lot Details for  ...412 as of 10:48 AM ET, 12/0{}/2026",\n'
SCHWAB = (
    TITLE
    + '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period"\n'
    + '"11/16/2026","10","$71.04","$74.21","$710.4","$742.1","Short Term"\n'
)


def test_lots_alike_in_one_file_stay_two(account):
    assert len(account(lots={"a.csv": LOTS + LOT * 2}).holdings) == 2


@pytest.mark.parametrize("content", [LOTS + LOT * 2, SCHWAB.format(7)])
def test_a_lots_file_under_two_names_counts_once(account, content):
    case = account(lots={"a.csv": content, "copy of a.csv": content})
    assert len(case.holdings) == content.count("VTI,1") or len(case.holdings) == 1
    assert {(path, why.partition(":")[0]) for path, _, why in skipped(case)} == {("copy of a.csv", "also in a.csv")}


def test_two_downloads_of_one_brokers_lots_are_refused(account):
    said = problems(account, lots={"a.csv": SCHWAB.format(7), "b.csv": SCHWAB.format(6).replace('"10"', '"9"')})
    assert said == ["b.csv:3: VTI is here and in a.csv:3, another download of the same lots"]


def test_a_lot_that_stands_in_two_files_of_ours_is_refused(account):
    said = problems(account, lots={"a.csv": LOTS + LOT, "b.csv": LOTS + LOT.replace("110", "120")})
    assert said == ["b.csv:2: this lot of VTI is also in a.csv:2"]


def test_a_lot_repeated_among_others_is_refused_too(account):
    said = problems(account, lots={"a.csv": LOTS + LOT, "b.csv": LOTS + "BND,1,2025-03-04,70,71\n" + LOT})
    assert said == ["b.csv:3: this lot of VTI is also in a.csv:2"]


def test_two_files_with_other_lots_of_a_security_are_two_parts_of_the_account(account):
    assert len(account(lots={"a.csv": LOTS + LOT, "b.csv": LOTS + LOT.replace(",100,", ",101,")}).holdings) == 2


def two_accounts(load: Callable[..., Case], tmp_path: Path, content: str) -> Case:
    for name in ("A", "B"):
        (tmp_path / f"{name}.csv").write_text(content)
    return load(toml="".join(f'[[accounts]]\nname = "{name}"\nlots = "{name}.csv"\n' for name in ("A", "B")))


def test_a_brokers_download_listed_as_two_accounts_is_refused(load, tmp_path):
    with pytest.raises(
        InputError, match=r"B\.csv: this download has the same content as A\.csv, which is read as A, and this as B"
    ):
        two_accounts(load, tmp_path, SCHWAB.format(7))


def test_two_accounts_that_we_wrote_alike_are_only_asked_about(load, tmp_path):
    case = two_accounts(load, tmp_path, LOTS + LOT)
    assert len(case.holdings) == 2
    assert [caution.code for caution in case.cautions] == ["same_file_twice"]
