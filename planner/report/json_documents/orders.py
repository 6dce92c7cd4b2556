"""`harvest.orders/1`: the order bodies for a broker's programming interface, as it takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from planner.report.json_documents.values import Day, TypedDict


class OrderJson(TypedDict):
    """An order: its day and account, its lots in words (of a purchase none), and `order`, the body as the broker takes
    it."""

    date: Day
    account: str
    lots: list[str]
    order: dict[str, Any]


class OrdersJson(TypedDict):
    """The orders of a plan. Nothing is sent by harvest."""

    schema: Literal["harvest.orders/1"]
    orders: list[OrderJson]


def orders_document(orders: Sequence[OrderJson]) -> OrdersJson:
    return {"schema": "harvest.orders/1", "orders": list(orders)}
