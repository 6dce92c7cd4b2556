"""`harvest.follow/1`: a saved plan beside what happened since."""

from __future__ import annotations

from planner.analysis.follow import Followed
from planner.report.json_documents.plan import Document, in_cents, iso


def follow_document(followed: Followed) -> Document:
    """Gains are signed and before § 1091; names ending in `_loss`, and `permanently_lost`, are positive."""
    return {
        "schema": "harvest.follow/1",
        "sales": [
            {
                "lot_id": sale.planned.lot_id,
                "account": sale.planned.account,
                "symbol": sale.planned.symbol,
                "planned_quantity": sale.planned.quantity,
                "sold_quantity": sale.sold_quantity,
                "status": sale.progress.value,
                "planned_proceeds": in_cents(sale.planned.proceeds),
                "proceeds": in_cents(sale.proceeds),
                "planned_date": iso(sale.planned.sold),
                "sold_on": [iso(day) for day in sale.sold_on],
                "taken_instead": [iso(day) for day in sale.taken_instead],
            }
            for sale in followed.sales
        ],
        "not_planned": [
            {
                "lot_id": sale.lot_id,
                "account": sale.account,
                "symbol": sale.symbol,
                "date": iso(sale.sold),
                "quantity": sale.quantity,
                "gain": in_cents(sale.gain),
            }
            for sale in followed.not_planned
        ],
        "broken_windows": [
            {
                "symbol": window.symbol,
                "account": window.account,
                "date": iso(window.bought),
                "quantity": window.quantity,
                "disallowed_loss": in_cents(window.disallowed_loss),
                "permanently_lost": in_cents(window.permanently_lost),
            }
            for window in followed.broken_windows
        ],
        "realized": {
            "planned": in_cents(followed.realized_planned),
            "so_far": in_cents(followed.realized_so_far),
        },
        "left": {"total": in_cents(followed.left)},
        "as_of": iso(followed.as_of),
        "plan_as_of": iso(followed.plan.as_of),
    }
