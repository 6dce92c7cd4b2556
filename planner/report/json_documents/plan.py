"""The JSON documents of the contract: plain values in the contract's keys and order, and the one way to write them.

Money and quantities stay exact `Decimal` in a document; `as_json` writes them as plain JSON numbers, never in
exponent notation and never through a float. Keys beyond the contract are only ever added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import Any

from planner.analysis.totals import (
    EDGE_LINES,
    LIABILITY_LINES,
    CaseTotals,
    case_totals,
    character_on,
    market_value,
    sales_listed,
    totals_by_file,
    totals_by_kind,
)
from planner.domain.case import Case
from planner.domain.certificate import Certificate
from planner.domain.errors import Caution
from planner.domain.plan import Benefit, January, Plan, Sale, Window
from planner.domain.portfolio import Holding, RealizedDisposition
from rules.liability import Liability
from rules.terms import to_cents

Document = dict[str, Any]


def plan_document(plan: Plan) -> Document:
    """`harvest.plan/1`. A loss is negative; names ending in `_loss` and `carryover_…` hold positive amounts."""
    return {
        "schema": "harvest.plan/1",
        "tax_year": plan.tax_year,
        "as_of": iso(plan.as_of),
        "scenario": plan.scenario,
        "status": plan.status.value,
        "proven_by": plan.proven_by and plan.proven_by.value,
        "baseline": _year(plan.baseline),
        "planned": _year(plan.planned),
        "benefit": benefit_document(plan.benefit),
        "sales": [sale_document(sale) for sale in plan.sales],
        "held_back": [
            {
                "lot_id": held.lot_id,
                "symbol": held.symbol,
                "gain": in_cents(held.gain),
                "reason": held.reason,
                "until": iso(held.until),
            }
            for held in plan.held_back
        ],
        "windows": [window_document(window) for window in plan.windows],
        "cancellations": [
            {
                "date": iso(cancellation.date),
                "account": cancellation.account,
                "symbol": cancellation.symbol,
                "quantity": cancellation.quantity,
                "saves": in_cents(cancellation.saves),
            }
            for cancellation in plan.cancellations
        ],
        "cautions": cautions_document(plan.cautions),
        "sale_date": iso(plan.sale_date),
        "near_long_term": [
            {"lot_id": near.lot_id, "symbol": near.symbol, "gain": in_cents(near.gain), "long_term_on": iso(near.on)}
            for near in plan.near_long_term
        ],
        "replacements": [
            {
                "symbol": instead.symbol,
                "candidates": [{"symbol": c.symbol, "name": c.name, "why": c.why} for c in instead.candidates],
                "why_none": instead.why_none,
            }
            for instead in plan.replacements
        ],
        "certified_bound": in_cents(plan.certified),
        "certificate": plan.certificate and certificate_document(plan.certificate),
        "january": plan.january and january_document(plan.january),
        "if_in_january": plan.if_in_january and january_document(plan.if_in_january),
        "double_up": plan.double_up and {"sell_on": iso(plan.double_up.sell_on), "buy_by": iso(plan.double_up.buy_by)},
        "worksheets": {"baseline": _worksheets(plan.baseline), "planned": _worksheets(plan.planned)},
    }


def certificate_document(certificate: Certificate) -> Document:
    """What anyone needs to check the bound without a solver: plain numbers."""
    return {
        "pieces": [
            {
                "name": piece.name,
                "multipliers": _numbers(zip(certificate.sums, piece.prices, strict=True)),
                "limits": _numbers(zip(certificate.limits, piece.rents, strict=True)),
                "weights": [Decimal(repr(weight)) for weight in piece.weights],
                "sides": [Decimal(repr(side)) for side in piece.sides],
            }
            for piece in certificate.pieces
        ],
        "rounding": certificate.rounding,
        "digests": dict(certificate.sources.digests),
        "law": certificate.sources.law,
        "version": certificate.sources.version,
    }


def _numbers(named: Iterable[tuple[str, float]]) -> Document:
    return {name: Decimal(repr(number)) for name, number in named}


def january_document(january: January) -> Document:
    """Sales on the first session of next year: what they net to, and what they are worth."""
    return {
        "net_loss": in_cents(january.net_loss),
        "net_gain": in_cents(january.net_gain),
        "value": in_cents(january.value),
    }


def benefit_document(benefit: Benefit) -> Document:
    """The objective with its parts and its bound."""
    return {
        "tax_saved": in_cents(benefit.tax_saved),
        "carryover_value": in_cents(benefit.carryover_value),
        "deferred_tax": in_cents(benefit.deferred_tax),
        "trading_cost": in_cents(benefit.trading_cost),
        "total": in_cents(benefit.total),
        "bound": in_cents(benefit.bound),
    }


def window_document(window: Window) -> Document:
    """A window of `harvest.plan/1` and of `harvest.windows/1`. What a planned purchase costs is in `benefit.total`."""
    return {
        "symbol": window.symbol,
        "first": iso(window.first),
        "last": iso(window.last),
        "safe_on": iso(window.safe_on),
        "because": window.because,
        "identical_to": window.identical_to,
        "sold": [iso(day) for day in window.sold],
        "accounts": list(window.accounts),
        "scheduled": [
            {
                "date": iso(planned.date),
                "account": planned.account,
                "symbol": planned.symbol,
                "quantity": planned.quantity,
                "costs": in_cents(planned.costs),
                "cancelable": planned.cancelable,
            }
            for planned in window.scheduled
        ],
    }


def check_document(case: Case) -> Document:
    """`harvest.check/1`: what was read. `character` is that of a sale on the as-of date; null where no one can tell."""
    taxable, sheltered = totals_by_kind(case)
    return {
        "schema": "harvest.check/1",
        "files": [
            {
                "path": read.path,
                "account": read.account,
                "layout": read.layout,
                "kind": read.kind,
                "rows": read.rows,
                "skipped": [{"line": row.line, "why": row.why} for row in read.skipped],
                "as_of": iso(read.as_of),
                "checks": [
                    {
                        "what": check.what,
                        "stated": check.stated,
                        "found": check.found,
                        "difference": check.difference,
                        "agrees": check.agrees,
                    }
                    for check in read.checks
                ],
                "totals": of_file and _totals(of_file),
            }
            for read, of_file in zip(case.files, totals_by_file(case), strict=True)
        ],
        "lots": [_lot(holding, case.as_of) for holding in case.holdings],
        "transactions": [
            {
                "account": transaction.account,
                "date": iso(transaction.date),
                "action": transaction.action,
                "symbol": transaction.symbol,
                "quantity": transaction.quantity,
                "amount": in_cents(transaction.amount),
                "fees": in_cents(transaction.fees),
            }
            for transaction in case.transactions
        ],
        "realized": [
            {
                "account": sold.account,
                "symbol": sold.symbol,
                "quantity": sold.quantity,
                "acquired": iso(sold.acquired),
                "sold": iso(sold.sold),
                "proceeds": in_cents(sold.proceeds),
                "basis": None if sold.basis is None else in_cents(sold.basis),
                "character": None if sold.character is None else sold.character.value,
                "disallowed_loss": in_cents(sold.disallowed_loss),
                "counted": isinstance(sold, RealizedDisposition),
            }
            for sold in sales_listed(case)
        ],
        "totals": _totals(case_totals(case)),
        "cautions": cautions_document(case.cautions),
        "as_of": iso(case.as_of),
        "accounts": [
            {"name": account.name, "totals": _totals(case_totals(case, account.name))}
            for account in case.household.accounts
        ],
        "totals_taxable": _totals(taxable),
        "totals_sheltered": _totals(sheltered),
    }


def as_json(value: object, indent: str = "") -> str:
    """A document as JSON text, indented, ASCII only; a `Decimal` as it stands, without exponent or needless zeros."""
    written = _WRITTEN.get(type(value))
    if written is not None:
        return written(value)
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    deeper = f"{indent}  "
    separator = f",\n{deeper}"
    plain = _WRITTEN.get  # asked here too: most of a long document is plain values
    if isinstance(value, dict):
        rows = [
            _key(key) + (as_json(item, deeper) if (written := plain(type(item))) is None else written(item))
            for key, item in value.items()
        ]
        return f"{{\n{deeper}{separator.join(rows)}\n{indent}}}"
    rows = [as_json(item, deeper) if (written := plain(type(item))) is None else written(item) for item in value]
    return f"[\n{deeper}{separator.join(rows)}\n{indent}]"


def _string(text: str) -> str:
    """A string in ASCII. JSON leaves one control character as it is, which a terminal should not have."""
    return encode_basestring_ascii(text).replace("\x7f", "\\u007f")


@cache  # a document has few keys, many times
def _key(name: str) -> str:
    return f"{_string(name)}: "


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"JSON has no number for {value}")
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: _string,
    Decimal: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): lambda _: "null",
}


def in_cents(amount: Decimal | None) -> Decimal | None:
    """Money as a document has it; None stays null."""
    return None if amount is None else to_cents(amount)


def iso(day: date | None) -> str | None:
    """A day as a document has it; None stays null."""
    return None if day is None else day.isoformat()


def _year(liability: Liability) -> Document:
    lines = (*(line for line in LIABILITY_LINES if line not in EDGE_LINES), *EDGE_LINES)
    return {line: in_cents(getattr(liability, line)) for line in lines}


def sale_document(sale: Sale) -> Document:
    """A sale of `harvest.plan/1`."""
    return {
        "lot_id": sale.lot_id,
        "account": sale.account,
        "symbol": sale.symbol,
        "asset_class": sale.asset_class.value,
        "date": iso(sale.date),
        "quantity": sale.quantity,
        "proceeds": in_cents(sale.proceeds),
        "basis": in_cents(sale.basis),
        "gain": in_cents(sale.gain),
        "character": sale.character.value,
        "disallowed_loss": in_cents(sale.disallowed_loss),
        "permanently_lost": in_cents(sale.permanently_lost),
        "reason": sale.reason,
        "rebuy_on": iso(sale.rebuy_on),
        "acquired": iso(sale.acquired),
        "price": sale.price,
        "whole_lot": sale.whole_lot,
        "long_term_on": iso(sale.long_term_on),
        "wash_state": None if sale.wash_state is None else sale.wash_state.value,
        "edge": sale.edge,
    }


def _totals(totals: CaseTotals) -> Document:
    return {
        "market_value": in_cents(totals.market_value),
        "basis": in_cents(totals.basis),
        "unrealized_gain": in_cents(totals.unrealized_gain),
        "realized_short_term": in_cents(totals.realized_short_term),
        "realized_long_term": in_cents(totals.realized_long_term),
        "unrealized_short_term": in_cents(totals.unrealized_short_term),
        "unrealized_long_term": in_cents(totals.unrealized_long_term),
        "unrealized_unknown_term": in_cents(totals.unrealized_unknown_term),
        "realized_disallowed_loss": in_cents(totals.realized_disallowed),
        "lots": totals.lots,
        "lots_without_basis": totals.without_basis,
        "lots_without_price": totals.without_price,
        "lots_without_date": totals.without_date,
        "lots_counted": totals.counted,
        "market_value_without_basis": in_cents(totals.value_without_basis),
        "basis_without_price": in_cents(totals.basis_without_price),
        "lots_not_explained": totals.unexplained,
        "sales_not_counted": totals.uncounted,
        "proceeds_not_counted": in_cents(totals.uncounted_proceeds),
    }


def _lot(holding: Holding, as_of: date) -> Document:
    lot = holding.lot
    character = character_on(lot, as_of)
    return {
        "lot_id": lot.lot_id,
        "account": lot.account,
        "symbol": lot.symbol,
        "asset_class": lot.asset_class.value,
        "quantity": lot.quantity,
        "acquired": iso(lot.acquired),
        "basis": in_cents(lot.basis),
        "price": holding.price,
        "market_value": in_cents(market_value(holding)),
        "character": None if character is None else character.value,
        "not_explained": holding.unexplained or None,
    }


def cautions_document(cautions: Sequence[Caution]) -> list[Document]:
    """Cautions of any document."""
    return [{"code": caution.code, "text": caution.text, "lot_id": caution.lot_id} for caution in cautions]


def _worksheets(liability: Liability) -> list[Document]:
    return [
        {
            "name": worksheet.name,
            "source": worksheet.source,
            "lines": [
                {"number": line.number, "label": line.label, "amount": in_cents(line.amount)}
                for line in worksheet.lines
            ],
        }
        for worksheet in liability.worksheets
    ]
