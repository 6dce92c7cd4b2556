"""The wash-sale ledger of a long history: write one of any size, and measure `harvest windows` on it.

    python benchmarks/history.py [--transactions 200000] [--rounds 3] [--also]
    python benchmarks/history.py --transactions 1000 --write FOLDER     # writes the household, and measures nothing

Six years of four accounts, no two alike: a direct index that names the lots it sells, losers first; a brokerage that
sells first in, first out; a spouse's account that reinvests in fractions; an IRA whose purchases destroy losses. The
same symbols are traded in all of them, so losses are replaced across accounts. The same for the same arguments.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from make_portfolio import AS_OF, DAYS, walk
from run import AS_OF as AS_OF_THAT_DAY
from run import HARVEST, alone

HOUSEHOLD = """\
# {transactions:,} transactions, seed {seed}: written by benchmarks/history.py
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
ordinary_income = 410_000
"""

ACCOUNT = """
[[accounts]]
name = "{name}"
kind = "{kind}"
owner = "{owner}"
fractional = {fractional}
transactions = "{file}"
"""


@dataclass(slots=True)
class Account:
    """`share` is its part of the transactions, `reinvests` that of its purchases which are reinvested dividends."""

    name: str
    share: float
    reinvests: float
    kind: str = "taxable"
    owner: str = "taxpayer"
    names_lots: bool = False
    open: dict[str, list[Lot]] = field(default_factory=dict)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.name.lower().replace(' ', '_')}.csv"


@dataclass(slots=True)
class Lot:
    lot_id: str
    thousandths: int
    paid: int  # cents a share


def accounts() -> list[Account]:
    return [
        Account("Direct index", 0.4, 0.1, names_lots=True),
        Account("Brokerage", 0.3, 0.1),
        Account("Spouse", 0.2, 0.6, owner="spouse"),
        Account("IRA", 0.1, 0.4, kind="ira"),
    ]


def make_history(transactions: int, symbols: int, seed: int) -> list[Account]:
    """The accounts with their rows, each in order of days. A third of the rows are sales, of what is there."""
    chance = random.Random(seed)
    market = {f"S{number:03d}": walk(chance) for number in range(symbols)}
    names, household = list(market), accounts()
    days = sorted(chance.randint(1, DAYS) for _ in range(transactions))
    of_accounts = chance.choices(household, [account.share for account in household], k=transactions)
    for number, (day, account) in enumerate(zip(days, of_accounts, strict=True)):
        symbol = chance.choice(names)
        price, lots = market[symbol][day], account.open.setdefault(symbol, [])
        sells = bool(lots) and chance.random() < 0.4
        if sells:
            action, (lot_id, thousandths) = "sell", sold(account, lots, price, chance)
        else:
            reinvests = bool(lots) and chance.random() < account.reinvests
            action, lot_id = ("reinvest" if reinvests else "buy"), f"L{number:06d}"
            dollars = chance.lognormvariate(4.0 if reinvests else 7.5, 0.8)
            thousandths = round(dollars * 100_000 / price)
            thousandths = max(1, thousandths) if reinvests else max(1000, round(thousandths, -3))
            lots.append(Lot(lot_id, thousandths, price))
        account.rows.append(
            (
                f"T{number:06d}",
                (AS_OF - timedelta(days=DAYS - day)).isoformat(),
                action,
                symbol,
                f"{thousandths / 1000:.3f}",
                f"{round(thousandths * price / 1000) / 100:.2f}",
                *((lot_id,) if account.names_lots else ()),
            )
        )
    return household


def sold(account: Account, lots: list[Lot], price: int, chance: random.Random) -> tuple[str, int]:
    """What a sale takes off the open lots: units of the dearest, or a part of them first in first out."""
    if account.names_lots:
        lot = max(lots, key=lambda lot: lot.paid - price)
        thousandths = lot.thousandths if chance.random() < 0.7 else (lot.thousandths + 1) // 2
        lot.thousandths -= thousandths
        if not lot.thousandths:
            lots.remove(lot)
        return lot.lot_id, thousandths
    held = sum(lot.thousandths for lot in lots)
    thousandths = held if chance.random() < 0.1 else max(1, round(held * chance.uniform(0.05, 0.6)))
    left = thousandths
    while left:
        taken = min(left, lots[0].thousandths)
        lots[0].thousandths -= taken
        left -= taken
        if not lots[0].thousandths:
            del lots[0]
    return "", thousandths


def write(folder: Path, transactions: int, symbols: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = HOUSEHOLD.format(transactions=transactions, seed=seed)
    for account in make_history(transactions, symbols, seed):
        text += ACCOUNT.format(
            name=account.name, kind=account.kind, owner=account.owner, file=account.file, fractional="true"
        )
        with (folder / account.file).open("w", newline="", encoding="utf-8") as stream:
            rows = csv.writer(stream)
            rows.writerow(
                ["id", "date", "action", "symbol", "quantity", "amount", *(["lot_id"] if account.names_lots else [])]
            )
            rows.writerows(account.rows)
    (folder / "household.toml").write_text(text, encoding="utf-8")


def measure(folder: Path, rounds: int, commands: list[tuple[str, ...]]) -> None:
    for command in commands:
        alone(f"harvest {' '.join(command)}", rounds, HARVEST, command[0], folder, *AS_OF_THAT_DAY, *command[1:])


def main() -> None:
    words = argparse.ArgumentParser(description="Time and memory of the ledger of a long history.")
    words.add_argument("--transactions", type=int, default=200_000)
    words.add_argument("--symbols", type=int, default=500)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--also", action="store_true", help="measure `harvest check` and `harvest plan` too")
    words.add_argument("--write", type=Path, metavar="FOLDER", help="write the household there, and measure nothing")
    given = words.parse_args()
    if given.write is not None:
        write(given.write, given.transactions, given.symbols, given.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), given.transactions, given.symbols, given.seed)
        print(f"{f'{given.transactions:,} transactions':36}{'wall s':>9}{'cpu s':>9}{'MiB':>7}")
        also: list[tuple[str, ...]] = [("check", "--json"), ("plan", "--json")] if given.also else []
        measure(Path(folder), given.rounds, [("windows", "--json"), ("windows",), *also])


if __name__ == "__main__":
    sys.exit(main())
