"""Write a household of any size, the same for the same arguments: household.toml and one lots file an account.

    python benchmarks/make_portfolio.py FOLDER --lots 100000

Prices walk at random for six years; lots are bought along the way, a regular investor's dates and sizes, so that
gains and losses, short and long, come in the proportions that a plausible market gives. The year's realized gains
are set to a part of the losses to be had, and a carryover is worth little: a plan that sold every loser would waste
most of them, so which losers to sell is a real choice.
"""

from __future__ import annotations

import argparse
import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

AS_OF = date(2026, 12, 8)
DAYS = 6 * 365
RECENT_DAYS = 30
ACCOUNTS = ("Brokerage", "Direct index", "Joint", "Old account")

HOUSEHOLD = """\
# {lots:,} lots, seed {seed}: written by benchmarks/make_portfolio.py
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
ordinary_income = 410_000
qualified_dividends = 18_000
net_investment_income = 12_000

[carryover]
short_term = 0
long_term = 4_000

[realized]
short_term = {realized_short}
long_term = {realized_long}

[assumptions]
years_to_use_carryover = 15     # a large one is not soon used: so the best plan stops short of selling every loser
"""

ACCOUNT = """
[[accounts]]
name = "{name}"
kind = "taxable"
owner = "taxpayer"
fractional = {fractional}
lots = "{file}"
"""


@dataclass(frozen=True, slots=True)
class Lot:
    account: str
    lot_id: str
    symbol: str
    acquired: date
    quantity_thousandths: int
    basis_cents: int
    price_cents: int

    @property
    def gain_cents(self) -> int:
        return self.quantity_thousandths * self.price_cents // 1000 - self.basis_cents


def walk(chance: random.Random) -> list[int]:
    """A symbol's prices in cents, a day each, up to the as-of date."""
    price = chance.uniform(20, 400)
    drift, swing = chance.gauss(0.0001, 0.0003), chance.uniform(0.010, 0.028)
    prices = []
    for _ in range(DAYS + 1):
        price = max(1.0, price * (1 + chance.gauss(drift, swing)))
        prices.append(round(price * 100))
    return prices


def make_lots(count: int, symbols: int, recent: float, fractional: bool, seed: int) -> list[Lot]:
    """`recent` is the share of lots bought in the last 30 days; the others are spread over the years before."""
    chance = random.Random(seed)
    market = {f"S{number:03d}": walk(chance) for number in range(symbols)}
    names = list(market)
    lots = []
    for number in range(count):
        symbol = chance.choice(names)
        ago = chance.randint(1, RECENT_DAYS) if chance.random() < recent else chance.randint(RECENT_DAYS + 1, DAYS)
        paid = market[symbol][DAYS - ago]
        thousandths = round(chance.lognormvariate(6.2, 0.9) * 100_000 / paid)
        quantity = max(1, thousandths) if fractional else max(1000, round(thousandths, -3))
        lots.append(
            Lot(
                account=ACCOUNTS[number % len(ACCOUNTS)],
                lot_id=f"L{number:06d}",
                symbol=symbol,
                acquired=AS_OF - timedelta(days=ago),
                quantity_thousandths=quantity,
                basis_cents=round(quantity * paid / 1000),
                price_cents=market[symbol][DAYS],
            )
        )
    return lots


def losses_to_be_had(lots: list[Lot]) -> tuple[int, int]:
    """Whole dollars of short- and long-term loss; a year is taken as 366 days, near enough to set the scene."""
    short = long = 0
    for lot in lots:
        if lot.gain_cents < 0:
            if (AS_OF - lot.acquired).days > 366:
                long -= lot.gain_cents
            else:
                short -= lot.gain_cents
    return short // 100, long // 100


def write(folder: Path, lots: list[Lot], fractional: bool, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    short, long = losses_to_be_had(lots)
    text = HOUSEHOLD.format(lots=len(lots), seed=seed, realized_short=short // 4, realized_long=long // 2)
    for name in ACCOUNTS:
        file = f"{name.lower().replace(' ', '_')}.csv"
        text += ACCOUNT.format(name=name, file=file, fractional=str(fractional).lower())
        with (folder / file).open("w", newline="", encoding="utf-8") as stream:
            rows = csv.writer(stream)
            rows.writerow(["lot_id", "symbol", "asset_class", "quantity", "acquired", "basis", "price"])
            for lot in lots:
                if lot.account == name:
                    rows.writerow(
                        [
                            lot.lot_id,
                            lot.symbol,
                            "stock",
                            f"{lot.quantity_thousandths / 1000:.3f}"
                            if fractional
                            else lot.quantity_thousandths // 1000,
                            lot.acquired.isoformat(),
                            f"{lot.basis_cents / 100:.2f}",
                            f"{lot.price_cents / 100:.2f}",
                        ]
                    )
    (folder / "household.toml").write_text(text, encoding="utf-8")


def main() -> None:
    words = argparse.ArgumentParser(description="Write a household of any size, the same for the same arguments.")
    words.add_argument("folder", type=Path)
    words.add_argument("--lots", type=int, default=10_000)
    words.add_argument("--symbols", type=int, default=400)
    words.add_argument("--recent", type=float, default=0.01, help="share of lots bought in the last 30 days")
    words.add_argument("--fractional", action="store_true", help="any fraction of a lot may be sold, not whole shares")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    lots = make_lots(given.lots, given.symbols, given.recent, given.fractional, given.seed)
    write(given.folder, lots, given.fractional, given.seed)


if __name__ == "__main__":
    main()
