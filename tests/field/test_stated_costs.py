"""Interactive Brokers' statements without closed lots: each sale's own row has its basis, the summary of performance
its term. Of shares bought before the statement began nothing else tells."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from field_answers import told

import planner
from planner.ledger import household_ledger

STATEMENT = """Statement,Header,Field Name,Field Value
Statement,Data,Title,Activity Statement
Statement,Data,Period,"January 1, 2026 - December 3, 2026"
Account Information,Header,Field Name,Field Value
Account Information,Data,Account,U8812345
Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Open,Quantity,Mult,Cost Price,Cost Basis,\
Close Price,Value,Unrealized P/L,Code
Open Positions,Data,Lot,Stocks,USD,PYPL,"2026-02-03, 10:00:00",10,,84.1,841,70,700,-141,ST
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,\
Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,Stocks,USD,PYPL,"2026-02-03, 10:00:00",10,84,84.1,-840,-1,841,0,1,O
Trades,Data,Order,Stocks,USD,AVUV,"2026-02-03, 10:00:00",10,84,84.1,-840,-1,841,0,1,O
Trades,Data,Order,Stocks,USD,AVUV,"2026-10-18, 10:00:00",-35,98.4,98,3444,-1.02,-2952.3,490.68,-14,C;P
""".replace("\\\n", "")
ONE_TERM = """Realized & Unrealized Performance Summary,Header,Asset Category,Symbol,Cost Adj.,Realized S/T Profit,\
Realized S/T Loss,Realized L/T Profit,Realized L/T Loss,Realized Total
Realized & Unrealized Performance Summary,Data,Stocks,AVUV,0,0,0,490.68,0,490.68
""".replace("\\\n", "")
BOTH_TERMS = ONE_TERM.replace(",0,490.68,0,", ",142.71,347.97,0,").replace("0,0,142.71", "0,142.71,0")
CLOSED = "".join(
    f"Trades,Data,ClosedLot,Stocks,USD,AVUV,2024-05-02,{units},84.452,,,,{basis},0,,LT\n"
    for units, basis in ((20, 1689.04), (15, 1263.26))
)
BOUGHT_HERE = STATEMENT.splitlines(keepends=True)[-2]


def household(folder: Path, statement: str, keys: str) -> Path:
    (folder / "U8812345.csv").write_text(statement, "utf-8")
    listed = "".join(f'{key} = "U8812345.csv"\n' for key in keys.split())
    (folder / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
        f'[[accounts]]\nname = "IB"\n{listed}',
        "utf-8",
    )
    return folder


@pytest.mark.parametrize(
    ("statement", "keys", "sold"),
    [
        # the history explains ten; the other 25 had cost what is left of the stated basis
        (STATEMENT + ONE_TERM, "lots transactions", [(25, 347.97, "long"), (10, 142.71, "short")]),
        (STATEMENT + CLOSED, "lots transactions", [(25, 347.97, "long"), (10, 142.71, "short")]),
        # nothing of it was bought here: all of it as stated, listed lots or not
        ((STATEMENT + ONE_TERM).replace(BOUGHT_HERE, ""), "lots transactions", [(35, 490.68, "long")]),
        ((STATEMENT + ONE_TERM).replace(BOUGHT_HERE, ""), "transactions", [(35, 490.68, "long")]),
        # of both terms: which part is which no one says
        (STATEMENT + BOTH_TERMS, "lots transactions", [(10, 142.71, "short")]),
    ],
    ids=["part", "closed lots below", "all", "from the history alone", "both terms"],
)
def test_the_basis_that_a_sale_states_is_taken(
    tmp_path: Path, statement: str, keys: str, sold: list[tuple[Any, ...]]
) -> None:
    sales = told("windows", household(tmp_path, statement, keys))["sales"]
    lots = [lot for sale in sales if sale["symbol"] == "AVUV" for lot in sale["by_lot"]]
    assert [(lot["quantity"], lot["gain_before_wash"], lot["character"]) for lot in lots] == sold


def test_a_sale_whose_term_is_not_stated_is_on_the_form_with_its_proceeds(tmp_path: Path) -> None:
    folder = household(tmp_path, STATEMENT, "lots transactions")
    (said,) = [c["text"] for c in told("windows", folder)["cautions"] if c["code"] == "sale_not_counted"]
    assert "25 AVUV sold in IB on 2026-10-18 for $2,459.27" in said
    assert "basis, $2,111.30, and not its term" in said
    (left_out,) = household_ledger(planner.load(folder, as_of="2026-12-08")).not_counted
    assert (left_out.quantity, left_out.proceeds, left_out.box) == (25, Decimal("2459.27"), "B or E")
