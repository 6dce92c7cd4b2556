"""Crypto.com's app: a kind for each row, the dollars in a column of their own. In UTC."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from planner.loader.reading.alike import OneRow, Row
from planner.loader.reading.exchange_legs import Legs, Rows, each, in_order, legs_table
from planner.loader.reading.exchange_rows import (
    Coins,
    Happened,
    amount,
    asset_of,
    dollars_of,
    fits,
    said,
    told,
    unclear,
)
from planner.loader.reading.layout import Layout
from planner.loader.reading.migrations import MIGRATIONS
from planner.loader.reading.moved_inside import MovedInside
from planner.loader.reading.records import UNDONE

_HISTORY = frozenset({"Timestamp (UTC)", "Transaction Kind", "Currency", "Amount", "Native Amount (in USD)"})
_KINDS = {
    **dict.fromkeys(("crypto_purchase", "recurring_buy_order", "trading.crypto_purchase"), "buy"),
    **dict.fromkeys(("card_top_up", "crypto_payment", "crypto_to_van_sell_order"), "sell"),
    **dict.fromkeys(("crypto_deposit", "exchange_to_crypto_transfer"), "transfer_in"),
    **dict.fromkeys(("crypto_withdrawal", "crypto_to_exchange_transfer"), "transfer_out"),
    **dict.fromkeys(
        (
            *("crypto_earn_interest_paid", "crypto_earn_extra_interest_paid", "mco_stake_reward", "staking_reward"),
            *("referral_card_cashback", "referral_bonus", "referral_gift", "reimbursement", "transfer_cashback"),
            *("supercharger_reward_to_app_credited", "campaign_reward", "rewards_platform_deposit_credited"),
            *("admin_wallet_credited", "pay_checkout_reward", "airdrop_locked", "crypto_earn_extra_interest_payout"),
            *("card_cashback_reverted", "reimbursement_reverted", "transfer_cashback_reverted", "council_node_reward"),
            "finance.dpos.non_compound_interest.crypto_wallet",
            "finance.dpos.compound_interest.crypto_wallet",
            "finance.lockup.dpos_compound_interest.crypto_wallet",
        ),
        "income",
    ),
}
# Into programs that earn, stakes and collateral, and back: they have no rows of their own, and stay the owner's.
_LOCKED = (
    *("crypto_earn_program_", "lockup_lock", "lockup_unlock", "lockup_upgrade", "supercharger_deposit"),
    *("supercharger_withdrawal", "crypto_credit_", "finance.dpos.", "finance.lockup.", "staking_"),
    *("council_node_deposit", "council_node_withdraw", "airdrop_to_exchange_transfer"),
)
# One coin for another, a row for each side: `MCO/CRO Overall Swap`.
_SWAPPED = re.compile(r"(.*_)?(?:swap|conversion|exchange)_(debited|credited)$").fullmatch


def _read(legs: Legs, rows: Rows) -> None:
    swaps: dict[tuple[str, str], list[tuple[Happened, str, Coins, Decimal | None]]] = defaultdict(list)
    inside = MovedInside(legs, "Crypto.com")

    def one(line: int, row: Row) -> None:
        kind = said(row, "Transaction Kind").casefold()
        event = _event(row)
        moved = amount(row, "Amount")
        coins = Coins(asset_of(row, "Currency"), abs(moved))
        value = dollars_of(row, "Native Amount (in USD)")
        if said(row, "To Currency") and fits(row, bool, "To Amount"):
            legs.traded(event, coins, Coins(asset_of(row, "To Currency"), abs(amount(row, "To Amount"))), dollars=value)
        elif kind in _KINDS:
            back = UNDONE if _KINDS[kind] in ("income", "transfer_in") and moved < 0 else ""
            legs.add(event, back + _KINDS[kind], coins, value)
        elif swapped := _SWAPPED(kind):
            for side in row.singly():
                gone = Coins(coins.asset, abs(amount(side, "Amount")))
                stated = dollars_of(side, "Native Amount (in USD)")
                swaps[said(side, "Timestamp (UTC)"), swapped[1] or ""].append((_event(side), swapped[2], gone, stated))
        elif kind.startswith(_LOCKED):
            inside.lock(event, kind, coins.asset, moved)
        elif kind == "viban_card_top_up":
            legs.add(event, "transfer_out", coins)
        elif kind in ("viban_deposit", "viban_withdrawal", "viban_purchase"):
            legs.add(event, "transfer_in" if moved > 0 else "transfer_out", coins)
        elif kind == "crypto_transfer":
            legs.add(event, "gift_in" if moved > 0 else "gift_out", coins, value)
        elif kind == "crypto_exchange":
            raise unclear(kind, event, (coins,))
        else:
            legs.unknown(event, said(row, "Transaction Kind"), coins)

    each(legs, rows, one)
    inside.settle()
    for sides in in_order(swaps.values()):
        _swapped(legs, sides)


def _event(row: Row | OneRow) -> Happened:
    named = told(row, "Transaction Hash"), told(row, "Transaction Description")
    return Happened(row.line, told(row, "Timestamp (UTC)"), *named)


def _swapped(legs: Legs, sides: list[tuple[Happened, str, Coins, Decimal | None]]) -> None:
    """The sides of one swap, each at the dollars that its own row states: the given is sold, the received bought.

    Where a row states none, none of them is explained.
    """
    if len(sides) == 2:
        (out, word, given, _), (into, _, got, _) = sorted(sides, key=lambda side: side[1] == "credited")
        if word == "debited" and (given.asset, got.asset) in MIGRATIONS:
            legs.together((out.line, into.line))
            legs.exchanged(out, given, got)
            return
    known = all(worth is not None for _, _, _, worth in sides)
    for event, word, coins, worth in sides:
        if known:
            legs.add(event, "sell" if word == "debited" else "buy", coins, worth)
        else:
            legs.unknown(event, f"swap {word}", coins)


LAYOUTS = (
    Layout(
        "cryptocom_app",
        "Crypto.com (App)",
        "transactions",
        _HISTORY,
        legs_table(_read, _HISTORY),
        "look for History under Accounts in the app, Export, Crypto wallet, all of the time",
        coins=True,
    ),
)
