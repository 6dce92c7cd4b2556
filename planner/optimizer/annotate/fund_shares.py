"""What must be said of funds sold young: § 852(b)(4), and the 61 days of qualified dividends, § 1(h)(11)(B)(iii)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.portfolio import Transaction
from planner.ledger.fund_dividends import fund_dividends, is_fund, shares_held
from planner.optimizer.verify.sale_figures import SaleFigures
from rules.fund_shares import first_day_free
from rules.qualified_dividends import MORE_THAN
from rules.substantially_identical import spelling
from rules.terms import ZERO, to_cents

PAID_AFTER = timedelta(days=60)  # at most so long after the ex-dividend day a dividend is paid


def young_fund_cautions(case: Case, securities: Sequence[SaleFigures]) -> Iterator[Caution]:
    """§ 852(b)(4), of funds whose dividends of that kind no file tells: those that it tells hold the lot back,
    unless it must be sold."""
    dividends, known = fund_dividends(case), set()
    for sale in securities if dividends.by_symbol else ():
        holding = sale.order.holding
        sold = replace(holding, lot=replace(holding.lot, quantity=sale.order.quantity))
        if (divided := dividends.loss(sold, sale.order.sold, -sale.gain)) is not None:
            known.add(holding.lot.symbol)
            yield Caution(
                "fund_six_months",
                f"{holding.lot.lot_id}: held six months or less: of its loss, ${divided.long_term:,.2f} is long-term "
                f"and ${divided.disallowed:,.2f} disallowed by what the fund has paid (§ 852(b)(4), L-14). The plan, "
                "which must sell it, counts the loss as short-term",
                holding.lot.lot_id,
            )
    young = sorted({sale.order.holding.lot.symbol for sale in securities if _is_young(sale)} - known)
    if young:
        yield Caution(
            "fund_six_months",
            f"{', '.join(young)}: held six months or less. The loss is long-term to the extent of capital "
            "gain dividends received, and disallowed to the extent of exempt-interest dividends (§ "
            "852(b)(4)). This is not computed here. Write what it paid since under [[distributions]] "
            "(`long_term`, `exempt_interest`).",
        )


def _is_young(sale: SaleFigures) -> bool:
    acquired = sale.order.holding.lot.acquired
    return is_fund(sale.order.holding) and acquired is not None and sale.order.sold < first_day_free(acquired)


def dividend_cautions(case: Case, sales: Sequence[SaleFigures]) -> Iterator[Caution]:
    """Dividends in the files on shares that are sold before they were held for more than 60 days: whatever the day on
    which they went ex-dividend, they are no qualified dividends."""
    paid: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
    for row in case.transactions:
        if row.action in ("dividend", "reinvest") and row.amount > 0 and row.symbol:
            paid[row.account, spelling(row.symbol)].append(row)
    for sale in sales if paid else ():
        lot = sale.order.holding.lot
        if lot.acquired is None or sale.order.sold - lot.acquired > MORE_THAN:
            continue
        of_security = paid.get((lot.account, spelling(lot.symbol)), ())
        its = [row for row in of_security if lot.acquired < row.date <= sale.order.sold + PAID_AFTER]
        amount = sum((_share(case, row, sale) for row in its), ZERO)
        if (cents := to_cents(amount)) > 0:
            held = (sale.order.sold - lot.acquired).days
            text = (
                f"{lot.lot_id} is sold {held} days after it was bought, and ${cents:,.2f} of dividends was paid on it "
                f"({its[0].where}): not held for more than 60 days around the ex-dividend day, that is no qualified "
                "dividend but ordinary income (§ 1(h)(11)(B)(iii)). Where `qualified_dividends` includes it, move it "
                "to `ordinary_income` and `net_investment_income`"
            )
            yield Caution("dividend_holding", text, lot.lot_id)


def _share(case: Case, row: Transaction, sale: SaleFigures) -> Decimal:
    units = shares_held(case, row)
    return row.amount * min(sale.order.quantity / units, Decimal(1)) if units else ZERO
