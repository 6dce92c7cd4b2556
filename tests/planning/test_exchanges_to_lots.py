"""Two exchanges' own files, whole: moments in UTC, a transfer between them, a reward, fees; the lots that are left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from planner.ledger import household_ledger
from planner.ledger.year_to_date import year_so_far
from planner.loader import load_case

HOUSEHOLD = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 140_000
[[accounts]]
name = "Coinbase"
transactions = "coinbase.csv"
[[accounts]]
name = "Kraken"
transactions = "kraken.csv"
"""
COINBASE = """\

Transactions
User,Example User,00000000-0000-0000-0000-000000000000
ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,\
Total (inclusive of fees and/or spread),Fees and/or Spread,Notes,Sender Address,Recipient Address
a0,2025-03-09 15:02:11 UTC,Buy,ETH,5.00000000,USD,$2000,$10000,$10050,$50,Bought,,
a1,2026-10-09 15:02:11 UTC,Sell,ETH,-2.00000000,USD,$2119.52,-$4239.04,-$4207.1,$31.94,Sold,,
a2,2026-11-20 03:10:00 UTC,Advanced Trade Buy,ETH,0.50000000,USD,$2999.1,$1499.55,$1505.55,$6,Bought,,
a3,2026-11-30 00:00:07 UTC,Staking Income,ETH,0.000412,USD,$3010,$1.24,$1.24,$0,,,
a4,2026-12-01 10:00:07 UTC,Send,ETH,-1.0,USD,$3010,-$3010,-$3010,$0,Sent,,0xabc
"""
KRAKEN = """\
"txid","refid","time","type","subtype","aclass","subclass","asset","wallet","amount","fee","balance"
"L0","R0","2026-12-01 10:20:01","deposit","","currency","crypto","ETH","spot / main",1.0000000000,0,1.0000000000
"L1","R1","2026-12-02 14:00:01","trade","tradespot","currency","fiat","USD","spot / main",1200.00,3.00,9000.0000
"L2","R1","2026-12-02 14:00:01","trade","tradespot","currency","crypto","ETH","spot / main",-0.5000000000,0,0.5000000000
"""


def test_what_two_exchanges_leave(tmp_path: Path) -> None:
    for name, text in (("household.toml", HOUSEHOLD), ("coinbase.csv", COINBASE), ("kraken.csv", KRAKEN)):
        (tmp_path / name).write_text(text, "utf-8")
    case = load_case(tmp_path, as_of=date(2026, 12, 8))
    assert [(h.lot.account, h.lot.quantity, h.lot.acquired, h.lot.basis) for h in case.holdings] == [
        ("Coinbase", 2, date(2025, 3, 9), 4020),
        ("Coinbase", Decimal("0.5"), date(2026, 11, 19), Decimal("1505.55")),  # the evening before, in New York
        ("Coinbase", Decimal("0.000412"), date(2026, 11, 29), Decimal("1.24")),
        ("Kraken", Decimal("0.5"), date(2025, 3, 9), 1005),
    ]
    assert {caution.code for caution in case.cautions} == {"local_day"}
    sales = [(d.account, d.quantity, d.recognized) for d in household_ledger(case).dispositions]
    assert sales == [("Coinbase", 2, Decimal("187.10")), ("Kraken", Decimal("0.5"), 192)], "fees count once"
    assert year_so_far(case).gains.long_term == Decimal("379.10")
