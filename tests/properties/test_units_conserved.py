"""Units are conserved: opening + in - out = what the ledger holds, for every account and asset, over every layout that
lists movements; and what one account of the household sends another receives, once.

The counting here looks at the rows that were read and knows nothing of lots. Securities that a history does not
explain are held back, and left out here.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.domain.portfolio import Transaction
from planner.loader import load_case
from rules.option_contracts import option_underlying
from rules.substantially_identical import spelling
from rules.terms import ZERO

AS_OF = date(2026, 12, 31)
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\ntime_zone = "UTC"\n'
FIXTURES = Path(__file__).parents[1] / "loading" / "fixtures"
HISTORIES = {
    path.name.removesuffix(".expected.json"): expected
    for path in sorted(FIXTURES.glob("*.expected.json"))
    if (expected := json.loads(path.read_text("utf-8")))["kind"] == "transactions"
}
COMES = {"buy", "reinvest", "vest", "income", "transfer_in", "gift_in", "inherit", "exchange_in", "spinoff"}
GOES = {"sell", "expire", "transfer_out", "gift_out", "exchange_out", "worthless"}
DUST = Decimal("1e-9")


def counted(rows: list[Transaction]) -> dict[tuple[str, str], Decimal]:
    """Units by account and symbol, added up from the rows alone, in their order."""
    units: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        key = row.account, row.symbol
        if row.action in COMES or (row.action == "exercise" and option_underlying(row.symbol) is None):
            units[key] += row.quantity
        elif row.action in GOES or row.action == "exercise" or (row.action == "fee" and row.quantity):
            left = units[key] - row.quantity
            units[key] = left if row.stated is None else max(left, ZERO)  # more were held before: at the stated basis
        elif row.action == "split" and row.quantity:
            units[key] += row.quantity
        elif row.action == "split" and row.change.ratio is not None:
            units[key] *= row.change.ratio[0] / row.change.ratio[1]
    return units


def held(case: Case) -> dict[tuple[str, str], Decimal]:
    units: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for holding in case.holdings:
        units[holding.lot.account, holding.lot.symbol] += holding.lot.quantity
    return units


def assert_conserved(case: Case) -> int:
    """How many securities were compared."""
    there, rows = held(case), [row for row in case.transactions if row.symbol]
    expected = counted(rows)
    odd = {row.symbol for row in rows if row.action in ("unexplained", "write", "close", "assign", "other")}
    old = {row.symbol for row in rows if row.action == "exchange_out"}  # an old CUSIP is another name
    compared = 0
    for (account, symbol), units in expected.items():
        at_par = any("at par" in holding.lot.lot_id for holding in case.holdings if holding.lot.symbol == symbol)
        left_out = (account, spelling(symbol)) in case.unexplained or at_par
        if left_out or symbol in odd or (symbol in old and units < 0) or account not in case.rebuilt:
            continue
        if any(caution.code == "stablecoin_at_par" and f" {symbol} more" in caution.text for caution in case.cautions):
            continue
        assert abs(there[account, symbol] - units) <= DUST, (account, symbol, units, there[account, symbol])
        compared += 1
    return compared


@pytest.mark.parametrize("name", HISTORIES)
def test_every_layout_conserves_units(tmp_path: Path, name: str) -> None:
    assert_conserved(_household_of(tmp_path, name, (FIXTURES / name).read_bytes()))


def _household_of(folder: Path, name: str, content: bytes) -> Case:
    words = list(dict.fromkeys(row["account"] for row in HISTORIES[name]["rows"] if "account" in row)) or ["Broker"]
    accounts = "".join(
        f'[[accounts]]\nname = "{word}"\nnumbers = ["{word}"]\ntransactions = "file"\n' for word in words
    )
    (folder / "household.toml").write_text(TAXPAYER + accounts, "utf-8")
    (folder / "file").write_bytes(content)
    return load_case(folder, as_of=AS_OF)


def _lines_of_rows(case: Case) -> set[int]:
    """The lines that hold what was read, and what was passed over among it, such as rows said to be internal."""
    read = {int(row.where.rpartition(":")[2]) for row in case.transactions}
    passed_over = {row.line for file in case.files for row in file.skipped}
    return read | {line for line in passed_over if min(read) <= line <= max(read)}


IN_LINES = [name for name in HISTORIES if name.endswith(".csv")]


@pytest.mark.parametrize("name", IN_LINES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_rows_of_every_layout_left_out_and_repeated_at_random_conserve_units(name: str, data: st.DataObject) -> None:
    """A broker's own words for purchases, sales, fees, transfers and corporate actions, in numbers it never wrote."""
    lines = (FIXTURES / name).read_bytes().splitlines(keepends=True)
    if any(line.count(b'"') % 2 for line in lines):
        return  # a row goes on over several lines
    with tempfile.TemporaryDirectory() as folder:
        rows = _lines_of_rows(_household_of(Path(folder), name, b"".join(lines)))
    times = data.draw(st.fixed_dictionaries({line: st.integers(0, 3) for line in sorted(rows)}))
    content = b"".join(line * times.get(number, 1) for number, line in enumerate(lines, 1))
    with tempfile.TemporaryDirectory() as folder:
        try:
            case = _household_of(Path(folder), name, content)
        except InputError:
            return  # two sides of a trade of which one is gone: refused, with its line
        assert_conserved(case)


def _kraken(events: list[tuple[str, int, int]]) -> str:
    lines = ['"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance","amountusd"']
    for n, (kind, day, units) in enumerate(events):
        stamp = f"{date(2025, 1, 6) + timedelta(day):%Y-%m-%d} 15:00:00"
        if kind == "buy":
            lines.append(f'"L{n}","R{n}","{stamp}","trade","tradespot","currency","ZUSD",-{units * 10},0,0,')
            lines.append(f'"M{n}","R{n}","{stamp}","trade","tradespot","currency","SOL",{units},0,0,')
        elif kind == "sell":
            lines.append(f'"L{n}","R{n}","{stamp}","trade","tradespot","currency","SOL",-{units},0,0,')
            lines.append(f'"M{n}","R{n}","{stamp}","trade","tradespot","currency","ZUSD",{units * 9},1,0,')
        elif kind == "send":
            lines.append(f'"L{n}","R{n}","{stamp}","withdrawal","","currency","SOL",-{units},0.01,0,')
        else:
            lines.append(f'"L{n}","R{n}","{stamp}","staking","","currency","SOL",{units},0,0,{units}')
    return "\n".join(lines) + "\n"


def _koinly(events: list[tuple[str, int, int]]) -> str:
    lines = [
        "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Receiving Wallet,Received Amount,Received Currency,"
        "Fee Amount,Fee Currency,Net Value (USD),Fee Value (USD),TxHash"
    ]
    for kind, day, units in events:
        stamp = f"{date(2025, 1, 6) + timedelta(day):%Y-%m-%d} 15:00:00 UTC"
        cells = {
            "buy": f"buy,,X,{units * 10},USD,X,{units},SOL,,,,,",
            "sell": f"sell,,X,{units},SOL,X,{units * 9},USD,1,USD,,,",
            "send": f"withdrawal,,X,{units},SOL,,,,0.01,SOL,,,",
            "earn": f"deposit,reward,,,,X,{units},SOL,,,{units},,",
        }[kind]
        lines.append(f"{stamp},{cells}")
    return "\n".join(lines) + "\n"


def _ours(events: list[tuple[str, int, int]]) -> str:
    lines = ["date,action,symbol,quantity,amount"]
    words = {"buy": "buy", "sell": "sell", "send": "transfer_out", "earn": "income"}
    for kind, day, units in events:
        lines.append(f"{date(2025, 1, 6) + timedelta(day)},{words[kind]},SOL,{units},{units * 10}")
        if kind == "send":
            lines.append(f"{date(2025, 1, 6) + timedelta(day)},fee,SOL,0.01,0")
    return "\n".join(lines) + "\n"


def _binance(events: list[tuple[str, int, int]]) -> str:
    lines = [
        "User ID,Time,Category,Operation,Order ID,Transaction ID,Primary Asset,Realized Amount For Primary Asset,"
        "Realized Amount for Primary Asset in USD,Base Asset,Realized Amount For Base Asset,"
        "Realized Amount For Base Asset In USD,Quote Asset,Realized Amount for Quote Asset,"
        "Realized Amount for Quote Asset in USD,Fee Asset,Realized Amount for Fee Asset,"
        "Realized Amount for Fee Asset in USD,Payment Method,Withdraw Method,Additional Note"
    ]
    for n, (kind, day, units) in enumerate(events):
        stamp = f"{date(2025, 1, 6) + timedelta(day):%Y-%m-%d} 15:00:00.000"
        money = units * (10 if kind == "buy" else 9)
        trade = f",,,SOL,{units},{money},USD,{money},{money},USD,1,1,Wallet,,"
        single = f"SOL,{units},{units},,,,,,,SOL,0.01,0.1,Wallet,,"
        words, cells = {
            "buy": ("Spot Trading,Buy", trade),
            "sell": ("Spot Trading,Sell", trade),
            "send": ("Withdrawal,Crypto Withdrawal", single),
            "earn": ("Distribution,Staking Rewards", f"SOL,{units},{units},,,,,,,,,,Wallet,,"),
        }[kind]
        lines.append(f"1,{stamp},{words},{n},T{n},{cells}")
    return "\n".join(lines) + "\n"


EVENTS = st.lists(
    st.tuples(st.sampled_from(["buy", "buy", "sell", "send", "earn"]), st.integers(0, 600), st.integers(1, 40)),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("write", [_kraken, _koinly, _ours, _binance], ids=lambda write: write.__name__.strip("_"))
@settings(max_examples=25, deadline=None)
@given(events=EVENTS)
def test_what_is_sent_is_received_once(write: Any, events: list[tuple[str, int, int]]) -> None:
    """Random purchases, sales, rewards and withdrawals with a fee; the wallet lists what it received."""
    held_so_far, kept = Decimal(0), []
    for kind, day, units in sorted(events, key=lambda event: event[1]):
        less = units + (Decimal("0.01") if kind == "send" else ZERO)
        if kind in ("buy", "earn"):
            held_so_far += units
        elif less <= held_so_far and day not in {other for name, other, _ in kept if name == "send"}:
            held_so_far -= less
        else:
            continue
        kept.append((kind, day, units))
    if not kept:
        return
    wallet = ["date,action,symbol,quantity,amount"]
    wallet += [f"{date(2025, 1, 6) + timedelta(d)},transfer_in,SOL,{u},0" for kind, d, u in kept if kind == "send"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.csv").write_text(write(kept), "utf-8")
        (folder / "w.csv").write_text("\n".join(wallet) + "\n", "utf-8")
        toml = '[[accounts]]\nname = "X"\ntransactions = "x.csv"\n'
        toml += '[[accounts]]\nname = "W"\ntransactions = "w.csv"\n' if len(wallet) > 1 else ""
        (folder / "household.toml").write_text(TAXPAYER + toml, "utf-8")
        case = load_case(folder, as_of=AS_OF)
    assert not case.unexplained
    sent = sum((Decimal(units) for kind, _, units in kept if kind == "send"), ZERO)
    there = held(case)
    assert abs(there["X", "SOL"] - held_so_far) <= DUST
    assert there["W", "SOL"] == sent
    assert assert_conserved(case)


def test_the_counting_would_see_units_that_moved_twice() -> None:
    """The check can fail: a lot too many in the receiving account."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.csv").write_text(_ours([("buy", 0, 10)]), "utf-8")
        (folder / "household.toml").write_text(TAXPAYER + '[[accounts]]\nname = "X"\ntransactions = "x.csv"\n', "utf-8")
        case = load_case(folder, as_of=AS_OF)
    with pytest.raises(AssertionError):
        assert_conserved(replace(case, holdings=(*case.holdings, *case.holdings)))
