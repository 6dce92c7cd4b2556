"""The identification of the lots sold, in writing: a letter for each broker, a record of one's own for coins.

Reg. § 1.1012-1(c)(3): the lots are specified to the broker, who confirms it in writing; (c)(8): by settlement at the
latest. For digital assets Reg. § 1.1012-1(j)(3): no later than the date and time of the sale, to the broker or, where
no one else keeps them, in one's own books. Notices 2025-7 and 2026-20 let one's own books do for both through 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from textwrap import fill, wrap

from planner.analysis.lot_orders import LotOrder, custody_of
from planner.domain.case import Case
from planner.domain.household import Account
from planner.domain.swaps import Swap
from planner.domain.visible_text import visible_line
from planner.report.files.orders import acquired, units
from planner.report.files.swap_rows import purchase_in_words, swap_back_in_words
from planner.report.words import day, money, quantity
from rules.terms import AssetClass, Custody

_WIDTH = 78
_RELIEF_ENDS = date(2026, 12, 31)  # Notice 2026-20
_RULE = "=" * _WIDTH
_HOW = (
    "Each part below goes to the broker it names, before the orders or with them; a record stays with you. Choose the "
    "same lots on the broker's screen: orders that are uploaded as a basket name no lots. Keep the confirmations."
)


def letter_file(orders: Sequence[LotOrder], case: Case, swaps: Sequence[Swap] = ()) -> bytes:
    """A plain text, to be sent in parts: what concerns one account is together, securities apart from coins."""
    accounts = {account.name: account for account in case.household.accounts}
    parts: list[str] = []

    def place(order: LotOrder) -> tuple[str, bool]:
        return order.sale.account, order.sale.asset_class is AssetClass.CRYPTO

    for (name, coins), its in groupby(sorted(orders, key=place), key=place):
        in_order = sorted(its, key=lambda order: (order.sale.date, order.sale.symbol, order.sale.lot_id))
        if coins and custody_of(accounts[name], case) is Custody.SELF:
            lines = _own_record(name, in_order)
        else:
            lines = _letter(accounts[name], in_order, coins=coins)
        sold = {order.sale.symbol for order in in_order}
        its_swaps = [swap for swap in swaps if swap.account == name and swap.symbol in sold]
        parts.append("\n".join([*lines, *_purchases(its_swaps)]))
    first = _HOW if parts else "The plan sells nothing, so there is no lot to identify."
    return f"\n{_RULE}\n\n".join([f"{fill(first, _WIDTH)}\n", *parts]).encode()


def _letter(account: Account, orders: Sequence[LotOrder], *, coins: bool) -> Iterator[str]:
    number = _one_line(account.numbers[0]) if len(account.numbers) == 1 else "_" * 20  # of several, which is asked
    yield f"To:   {_one_line(account.name)}"
    yield "Re:   Specific identification of the lots to be sold"
    yield f"Account number: {number}    Date: ____________________"
    yield ""
    yield from _said(
        "Please sell the following, each from the lot named with it and from no other. This identification is made "
        "before the sales; where your system has me choose the lots when I place the order, I choose these."
    )
    yield ""
    yield from _lots(orders)
    if coins:
        yield from _said(
            "Please confirm that these units were sold and no others. I identify them no later than the date and "
            "time of each sale, as Reg. § 1.1012-1(j)(3)(ii) asks."
        )
        if any(order.sale.date <= _RELIEF_ENDS for order in orders):
            yield ""
            yield from _said(
                "For my own records: through December 31, 2026 the same identification, made in my own books by the "
                "date and time of the sale, counts even where you cannot take it (Notice 2025-7, extended by Notice "
                "2026-20). Your Form 1099-DA may then show other units."
            )
    else:
        yield from _said(
            "Please confirm in writing, within a reasonable time after each sale, that these lots were sold and no "
            "others (Reg. § 1.1012-1(c)(3)). The identification is in time if it is made by settlement, the business "
            "day after the trade (Reg. § 1.1012-1(c)(8), 17 CFR 240.15c6-1); a later one is void."
        )
    if any(order.sale.asset_class is AssetClass.FUND for order in orders):
        yield ""
        yield from _said(
            "If the average basis method is in force for a fund named here, please take this as my request to use "
            "specific identification for it from now on, and tell me before the sale if that cannot be done (Reg. § "
            "1.1012-1(e)(9))."
        )
    yield ""
    yield "Name: ____________________    Signature: ____________________"
    yield ""


def _own_record(account: str, orders: Sequence[LotOrder]) -> Iterator[str]:
    yield f"Record of identification, for my own books: {_one_line(account)}"
    yield ""
    yield from _said(
        "I keep these digital assets myself. The units to be sold are those below, and no others. This "
        "record is made no later than the date and time of each sale (Reg. § 1.1012-1(j)(3)(i)); no one else "
        "needs to be notified. Fill in the date and time before you sell; without them it proves nothing."
    )
    yield ""
    yield "Made on: ____________________    at: ____________________ (with time zone)"
    yield ""
    yield from _lots(orders)
    yield "Name: ____________________    Signature: ____________________"
    yield ""


def _purchases(swaps: Sequence[Swap]) -> Iterator[str]:
    """What is bought with the proceeds: a list of one's own, which asks nothing of the broker."""
    bought = [swap for swap in swaps if swap.instead is not None]
    if not bought:
        return
    closed = " Until the day named with each, do not buy back what was sold, in any account of the household (§ 1091)."
    first = "Purchases with the proceeds, to be ordered separately."
    yield from _said(f"{first}{closed if any(swap.back is not None for swap in bought) else ''}")
    yield ""
    for number, swap in enumerate(bought, 1):
        yield f"{number:>3}. {day(swap.day)}: buy {_one_line(purchase_in_words(swap))}, for {_one_line(swap.symbol)}"
        if words := swap_back_in_words(swap):
            yield from (f"     {line}" for line in wrap(f"swap back {words}", _WIDTH - 5))
        yield ""


def _lots(orders: Sequence[LotOrder]) -> Iterator[str]:
    for number, order in enumerate(orders, 1):
        sale = order.sale
        yield f"{number:>3}. {day(sale.date)}: sell {_one_line(units(order))}"
        whole = sale.quantity == order.listed_quantity
        of = "the whole lot" if whole else f"part of the lot of {quantity(order.listed_quantity)}"
        when = "inherited" if order.inherited else f"acquired on {acquired(order)}"
        yield f"     {of}, {when}, cost {money(order.listed_basis)}{'' if whole else ' for what is sold'}"
        yield f"     in my records: {_one_line(sale.lot_id)}"
        yield ""


def _said(text: str) -> Iterator[str]:
    yield fill(text, _WIDTH, break_on_hyphens=False)


def _one_line(text: str) -> str:
    return visible_line(text)
