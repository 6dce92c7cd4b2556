"""The next year's household as files: household.toml with what has to be confirmed, and our own layouts an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.analysis.next_year import CarriedPurchase, NextYear
from planner.domain.case import Case
from planner.domain.household import Account
from planner.domain.portfolio import Holding
from planner.domain.toml_text import toml_text
from planner.report.files.csv_file import Cell, csv_text
from rules.liability import Liability
from rules.terms import ZERO, to_cents

LOTS = (
    "symbol", "quantity", "acquired", "basis", "price", "lot_id", "name", "asset_class", "holding_since", "loss_basis",
    "inherited", "frozen",
)  # fmt: skip
OPEN_LOTS = (  # of `generic_lots`, where `--` is what no one knows
    "Symbol", "Quantity", "Date Acquired", "Cost Basis", "Price", "Description", "Asset Class", "Holding Since",
    "Loss Basis",
)  # fmt: skip
TRANSACTIONS = ("date", "action", "symbol", "quantity", "amount", "lot_id", "asset_class")
CONFIRM = ("ordinary_income", "qualified_dividends", "net_investment_income", "deduction", "social_security")
OF_ONE_YEAR = ("sale_date", "last_sale_date", "must_sell", "exactly")  # keys of [plan] that do not go on
LEFT_BEHIND = (
    "realized",
    "accounts",
    "planned_purchases",
    "prices",
    "ignore",
    "symbols",
    "basis",
    "distributions",
    "giving",
)


def next_year_files(next_year: NextYear, case: Case, document: Mapping[str, Any]) -> dict[str, bytes]:
    """The files by name. `document` is the household.toml of the year that ends."""
    files: dict[str, bytes] = {}
    accounts = []
    for number, account in enumerate(case.household.accounts, 1):
        table = _account(account)
        lots = [holding for holding in next_year.holdings if holding.lot.account == account.name]
        if lots:
            files[f"lots-{number}.csv"] = csv_text(LOTS, map(_lot, lots)).encode()
            table["lots"] = [f"lots-{number}.csv"]
        if unknown := [holding for holding in next_year.unknown if holding.lot.account == account.name]:
            files[f"open-lots-{number}.csv"] = csv_text(OPEN_LOTS, map(_open_lot, unknown)).encode()
            table["lots"] = [*table.get("lots", []), f"open-lots-{number}.csv"]
        if rows := list(_transactions(next_year, account.name)):
            files[f"transactions-{number}.csv"] = csv_text(TRANSACTIONS, rows).encode()
            table["transactions"] = f"transactions-{number}.csv"
        accounts.append(table)
    files["household.toml"] = (
        _opening(next_year, case) + toml_text(_household(next_year, document, accounts))
    ).encode()
    return files


def _opening(next_year: NextYear, case: Case) -> str:
    lines = [f"The {next_year.tax_year} household, made on {case.as_of.isoformat()} from last year's."]
    if next_year.provisional:
        lines.append(
            "PROVISIONAL: a purchase can still wash these losses (§ 1091). Run harvest close again when all are safe:"
        )
        lines += [f"  {loss.symbol}, lot {loss.lot_id}: safe on {loss.safe_on}" for loss in next_year.open_losses]
    lines.append("Lots have their bases and holding periods after wash sales (§§ 1091(d), 1223(3)). Your broker's may")
    lines.append("differ. The keys in `assumed` are last year's: enter this year's, and remove them from that list.")
    return "".join(f"# {line}\n" for line in lines) + "\n"


def _household(next_year: NextYear, document: Mapping[str, Any], accounts: list[dict[str, Any]]) -> dict[str, Any]:
    taxpayer = dict(document.get("taxpayer", {}))
    taxpayer["tax_year"] = next_year.tax_year
    taxpayer["assumed"] = [key for key in CONFIRM if key in taxpayer]
    carried = document.get("carryover", {})
    found: dict[str, Any] = {
        "taxpayer": taxpayer,
        "carryover": {
            "short_term": next_year.year.carryover_short,
            "long_term": next_year.year.carryover_long,
            **_state_carryover(next_year.year, given="state" in carried),
        },
        "accounts": accounts,
        "planned_purchases": [
            {
                "date": planned.date,
                "account": planned.account,
                "symbol": planned.symbol,
                "quantity": planned.quantity,
                "cancelable": planned.cancelable,
            }
            for planned in next_year.planned
        ],
    }
    if (sheet := next_year.year.estimated_tax_worksheet) is not None:  # this year's return, and no payment of it
        found["payments"] = {"last_year_tax": to_cents(sheet["4"]), "last_year_agi": next_year.year.agi}
    for key, value in document.items():
        if key not in found and key not in LEFT_BEHIND:
            found[key] = _without(value, key)
    return {key: value for key, value in found.items() if value}


def _state_carryover(year: Liability, *, given: bool) -> dict[str, Any]:
    """`[carryover.state]`, where the household had one or the state's return carries other losses than the federal."""
    own = year.state_carryover
    federal = (year.carryover_short, year.carryover_long)
    if not given and (own.total == 0 or (own.short_term, own.long_term) == federal):
        return {}
    return {"state": {"short_term": own.short_term, "long_term": own.long_term}}


def _without(value: Any, key: str) -> Any:
    """A table of the year that ends without what belongs to that year alone."""
    if key == "plan":
        return {name: item for name, item in value.items() if name not in OF_ONE_YEAR}
    if key == "special":  # what was worthless is out of the books with the year
        return {name: item for name, item in value.items() if name != "worthless"}
    if key == "scenarios":
        return {name: {k: _without(v, k) for k, v in changes.items() if k not in LEFT_BEHIND}
                for name, changes in value.items()}  # fmt: skip
    return value


def _account(account: Account) -> dict[str, Any]:
    table: dict[str, Any] = {"name": account.name, "kind": account.kind.value, "owner": account.owner.value}
    if account.fractional:
        table["fractional"] = True
    if not account.sell:
        table["sell"] = False
    if account.custody is not None:
        table["custody"] = account.custody.value
    return table


def _lot(holding: Holding) -> Sequence[Cell]:
    lot = holding.lot
    acquired = holding.bought
    since = lot.holding_since or (lot.acquired if lot.acquired != acquired else None)
    return (
        lot.symbol,
        lot.quantity,
        acquired or ("Inherited" if lot.inherited else "Various"),
        lot.basis,
        holding.price,
        lot.lot_id,
        holding.name or None,
        lot.asset_class.value,
        since,
        lot.loss_basis,
        "true" if lot.inherited else None,
        "true" if holding.frozen else None,
    )


def _open_lot(holding: Holding) -> Sequence[Cell]:
    """A lot of unknown basis or price: it is listed, and held back."""
    symbol, quantity, acquired, basis, price, _, name, kind, since, lower, *_ = _lot(holding)
    return (symbol, quantity, acquired, "--" if basis is None else basis, "--" if price is None else price, name, kind,
            since, lower)  # fmt: skip


def _transactions(next_year: NextYear, account: str) -> Iterator[tuple[Cell, ...]]:
    """What the windows of the next year must know: purchases of its last 30 days, and late sales with their lots."""
    rows: list[tuple[Cell, ...]] = []
    for bought in next_year.purchases:
        if bought.account == account:
            asset_class = bought.asset_class and bought.asset_class.value
            rows.append((bought.date, "buy", bought.symbol, bought.quantity, bought.amount, None, asset_class))
    for carried in next_year.carried:
        if carried.account == account:
            rows += _purchase_and_sales(carried)
    return iter(sorted(rows, key=lambda row: str(row[0])))


def _purchase_and_sales(it: CarriedPurchase) -> Iterator[tuple[Cell, ...]]:
    yield (it.acquired, "buy", it.symbol, it.quantity, to_cents(it.cost), it.lot_id, it.asset_class)
    for sale in it.sales:
        proceeds = to_cents(max(sale.proceeds, ZERO))
        yield (sale.sold, "sell", it.symbol, sale.quantity, proceeds, it.lot_id, it.asset_class)
