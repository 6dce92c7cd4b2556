"""`harvest ask`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import AsOf, Household, Json, case_from_today, case_of, day_of, is_over
from planner.cli.output import page_layout, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode
from planner.domain.input_limits import is_bounded


def _quantity(text: str) -> Decimal:
    try:
        quantity = Decimal(text.replace(",", "").replace("_", ""))
    except InvalidOperation:
        quantity = Decimal(0)
    if not is_bounded(quantity) or quantity <= 0:
        raise typer.BadParameter(f"`{text}` is not a quantity. Write a number of units, such as 10.")
    return quantity


def _action(text: str) -> str:
    if text.casefold() not in ("buy", "sell"):
        raise typer.BadParameter(f"`{text}` is neither buy nor sell.")
    return text.casefold()


def ask(
    path: Household,
    action: Annotated[str, typer.Argument(metavar="buy|sell", parser=_action, help="The kind of trade.")],
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="The security bought or sold.")],
    quantity: Annotated[
        Decimal | None,
        typer.Argument(
            metavar="QUANTITY",
            parser=_quantity,
            help=("Number of units; default: any quantity for a purchase, the whole holding for a sale."),
        ),
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="The account that buys or sells.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The trade date; default: the as-of date.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.json", help="A saved plan whose sales are still to come.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> ExitCode:
    """What a trade would do to losses taken, and planned."""
    from planner.analysis.trade_answer import TradeAction
    from planner.scenarios.ask import answer_trade
    from planner.scenarios.asked_trade import asked_trade

    day = day_of(on) if on is not None else None
    with waiting("valuing the trade"):
        case = case_of(path, as_of) if is_over(path, as_of) else case_from_today(path, as_of)
        trade = asked_trade(case, TradeAction(action), symbol, quantity, account=account, on=day, plan=plan)
        answer = answer_trade(case, trade)
    if json:
        from planner.report.json_documents.ask import ask_document
        from planner.report.json_documents.text import as_json

        say(as_json(ask_document(answer)))
    else:
        from planner.report.screens.ask import ask_screen

        say(ask_screen(answer, **page_layout()))
    return ExitCode.DONE
