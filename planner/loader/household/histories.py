"""What a household says of its files: what a symbol is, and what units had cost of which no file says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.domain.household import StatedBasis
from planner.loader.household.toml_table import TomlTable
from planner.loader.tables.cells import nearest, parse_symbol
from rules.terms import ZERO, AssetClass


def read_asset_classes(table: TomlTable) -> Mapping[str, AssetClass]:
    """`[asset_classes]`: a symbol, as symbols are compared, and what it is."""
    said = {parse_symbol(key): table.choice(key, AssetClass) for key in table.table}
    table.close()
    return {symbol: kind for symbol, kind in said.items() if kind is not None}


def read_stated_bases(tables: Sequence[TomlTable], accounts: Sequence[str]) -> tuple[StatedBasis, ...]:
    """`[[basis]]`: each names a sale by its day (`sold`), or units that came in without a price (`received`)."""
    stated = []
    for table in tables:
        table.require(symbol="write the ticker as the file has it", basis="write the cost of the units")
        symbol, basis = table.symbol("symbol"), table.amount("basis", least=ZERO)
        account, quantity = table.text("account"), table.amount("quantity", least=ZERO)
        sold, received, acquired = table.day("sold"), table.day("received"), table.day("acquired")
        if account is not None and account not in accounts:
            what = f"there is no account `{account}`{nearest(account, accounts)}"
            table.refuse("account", what, f"write one of: {', '.join(accounts)}")
        if (sold is None) == (received is None):
            what = "give either `sold` or `received` to identify the units, not both"
            table.page.refuse(table.path, what, "write the date they were sold, or the date they were received")
        day = sold or received
        if acquired is not None and day is not None and acquired > day:
            table.refuse("acquired", f"`acquired` is {acquired}, after {day}", "write the purchase date")
        table.close()
        if symbol is not None and basis is not None and day is not None:
            where = table.page.where((*table.path, "basis"))
            stated.append(StatedBasis(symbol, basis, where, account, sold, received, acquired, quantity))
    return tuple(stated)
