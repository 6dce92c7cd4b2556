"""`harvest.ask/1`: what a trade would do to losses taken and planned."""

from __future__ import annotations

from typing import Annotated, Literal

from planner.analysis.trade_answer import Answer, TradeAction, TradeAnswer
from planner.report.json_documents.values import Day, Money, Quantity, TypedDict, filled, one_of


class AskJson(TypedDict):
    """What a trade would do. Losses are positive; `tax_now` is by how much this year's tax changes."""

    schema: Literal["harvest.ask/1"]
    action: Annotated[str, one_of(*TradeAction)]
    symbol: str
    quantity: Quantity | None
    account: str
    date: Day
    answer: Annotated[str, one_of(*Answer)]
    disallowed_loss: Money
    permanently_lost: Money
    tax_now: Money
    because: list[str]
    safe_on: Day | None


def ask_document(answer: TradeAnswer) -> AskJson:
    return filled(AskJson, answer, schema="harvest.ask/1")
