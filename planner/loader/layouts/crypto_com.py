"""Crypto.com's app: a kind for each row, the dollars in a column of their own. In UTC."""

from __future__ import annotations

from planner.loader.reading.exchange_legs import (
    Coins,
    Happened,
    Legs,
    Row,
    Rows,
    amount,
    asset_of,
    dollars_of,
    each,
    legs_table,
    said,
    unclear,
)
from planner.loader.reading.layout import Layout

_HISTORY = frozenset({"Timestamp (UTC)", "Transaction Kind", "Currency", "Amount", "Native Amount (in USD)"})
_KINDS = {
    **dict.fromkeys(("crypto_purchase", "dust_conversion_credited", "recurring_buy_order"), "buy"),
    **dict.fromkeys(("card_top_up", "crypto_payment", "dust_conversion_debited", "crypto_to_van_sell_order"), "sell"),
    **dict.fromkeys(("crypto_deposit", "exchange_to_crypto_transfer"), "transfer_in"),
    **dict.fromkeys(("crypto_withdrawal", "crypto_to_exchange_transfer"), "transfer_out"),
    **dict.fromkeys(
        (
            *("crypto_earn_interest_paid", "crypto_earn_extra_interest_paid", "mco_stake_reward", "staking_reward"),
            *("referral_card_cashback", "referral_bonus", "referral_gift", "reimbursement", "transfer_cashback"),
            *("supercharger_reward_to_app_credited", "campaign_reward", "rewards_platform_deposit_credited"),
            *("admin_wallet_credited", "pay_checkout_reward", "airdrop_to_exchange_transfer"),
            "finance.dpos.non_compound_interest.crypto_wallet",
        ),
        "income",
    ),
}
_INSIDE = (
    *("crypto_earn_program_", "lockup_", "supercharger_deposit", "supercharger_withdrawal", "dynamic_coin_swap_"),
    *("crypto_credit_", "finance.dpos.", "finance.lockup.", "viban_card_top_up", "interest_swap_"),
)


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        kind = said(row, "Transaction Kind").casefold()
        event = Happened(
            line, said(row, "Timestamp (UTC)"), said(row, "Transaction Hash"), said(row, "Transaction Description")
        )
        moved = amount(row, "Amount")
        coins = Coins(asset_of(row, "Currency"), abs(moved))
        value = dollars_of(row, "Native Amount (in USD)")
        if said(row, "To Currency") and said(row, "To Amount"):
            legs.traded(event, coins, Coins(asset_of(row, "To Currency"), abs(amount(row, "To Amount"))), dollars=value)
        elif kind in _KINDS:
            legs.add(event, _KINDS[kind], coins, value)
        elif kind.startswith(_INSIDE):
            legs.skip(line, "moved within Crypto.com")
        elif kind in ("viban_deposit", "viban_withdrawal", "viban_purchase"):
            legs.add(event, "transfer_in" if moved > 0 else "transfer_out", coins)
        elif kind == "crypto_transfer":
            legs.add(event, "gift_in" if moved > 0 else "gift_out", coins, value)
        elif kind == "crypto_exchange":
            raise unclear(kind)
        else:
            legs.unknown(event, said(row, "Transaction Kind"))

    each(legs, rows, one)


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
