"""`harvest.ask/1`: what a trade would do to losses taken and planned."""

from __future__ import annotations

from planner.analysis.trade_answer import TradeAnswer
from planner.report.json_documents.plan import Document, in_cents


def ask_document(answer: TradeAnswer) -> Document:
    """Losses are positive; `tax_now` is by how much this year's tax changes."""
    return {
        "schema": "harvest.ask/1",
        "action": answer.action.value,
        "symbol": answer.symbol,
        "quantity": answer.quantity,
        "account": answer.account,
        "date": answer.date.isoformat(),
        "answer": answer.answer.value,
        "disallowed_loss": in_cents(answer.disallowed_loss),
        "permanently_lost": in_cents(answer.permanently_lost),
        "tax_now": in_cents(answer.tax_now),
        "because": list(answer.because),
        "safe_on": answer.safe_on.isoformat() if answer.safe_on is not None else None,
    }
