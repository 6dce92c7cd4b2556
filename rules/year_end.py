"""In which tax year a sale counts. Rev. Rul. 93-84; Rev. Rul. 2002-44. Which days are sessions, the planner knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def tax_year_of_sale(traded: date) -> int:
    """The tax year of a sale of what is held, at a gain or a loss: that of the trade. § 453(k)(2); Rev. Rul. 93-84."""
    return traded.year


def tax_year_of_short_close(traded: date, settled: date, gain: Decimal) -> int:
    """The tax year of closing a short sale; `gain` is signed.

    A loss counts on delivery, that is settlement (Reg. § 1.1233-1(a)); a gain on the day of the trade, because
    buying the shares is a constructive sale (§ 1259; Rev. Rul. 2002-44).
    """
    return settled.year if gain < 0 else traded.year
