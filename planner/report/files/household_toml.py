"""A commented household.toml, to start from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from planner.domain.household_draft import DraftAccount, DraftHousehold
from rules.terms import AccountKind, Owner

_TAXPAYER = {
    "filing_status": "single | married_jointly | married_separately | head_of_household | qualifying_surviving_spouse",
    "ordinary_income": "everything taxed at ordinary rates before deductions: wages, interest, non-qualified dividends",
}

_OPTIONAL = """\
# qualified_dividends = 0         # taxed at long-term rates
# net_investment_income = 0       # the part of ordinary_income that is interest, other dividends, rents (§ 1411)
# deduction = "standard"          # or an amount if you itemize
"""

_EDGES = {
    "born": ("1959-05-02", "your day of birth (spouse_born likewise): deductions at 65"),
    "spouse_born": ("", "your spouse's day of birth"),
    "social_security": ("0", "do you receive social security? the year's gross benefits, both of you"),
    "marketplace": ("false", "is your health insurance from the marketplace? then [taxpayer.marketplace]"),
    "medicare": ("0", "how many of you will be on Medicare two years from now?"),
    "children": ("[]", "days of birth of your qualifying children"),
    "parents": ("false", "is this a child's own return? then their income: docs/input.md"),
}
"""Keys on which income edges hang: an answer to show, and the question. One that is not answered is a comment."""

_REST = """
# [realized]                      # net gains of this year that are in no file below; losses negative
# short_term = 0
# long_term = 0
# collectibles = 0                # the part of long_term taxed at up to 28 percent
# unrecaptured_1250 = 0           # the part that is depreciation on real estate, taxed at up to 25 percent

{accounts}
{prices}
# [[planned_purchases]]           # reinvested dividends, automatic investments, vesting shares still to come
# date = {year}-12-28
# account = "..."
# symbol = "VTI"
# quantity = 3
# cancelable = true               # the plan may tell you to cancel it

[plan]
# sale_date = {year}-12-15          # the earliest day to sell; default: the as-of date
# last_sale_date = {year}-12-29     # the latest day to sell
# january = false                 # true: a sale may be deferred to the first session of next year
# keep = ["AAPL"]                 # symbols or lot ids never sold
# must_sell = ["OLD-1"]           # symbols or lot ids that must be sold
# exactly = false                 # true: sell `must_sell` and nothing else
# sell_gains = false              # may the plan also realize gains?
# max_sales = 25                  # maximum number of lots sold
# max_turnover = 100_000          # maximum dollars of proceeds
# cash_needed = 0                 # dollars of proceeds that the plan must raise

# [giving]
# charity = 10_000                # dollars of property for charity this year: which winners to give

[assumptions]                     # how the future is valued
# future_rate = 0.15              # the tax rate on later gains
# years_to_sale = 10              # when you would sell anyway; inf: never (step-up at death, charity)
# cost_per_sale = 0               # dollars for each sale
# waiting_cost = 0                # fraction of the proceeds for each day that a sale waits
# later_gains = 0                 # net gains expected in each later year, which a carryover would offset
# years_to_use_carryover = 3      # only to override $3,000 per year (and later_gains)

[wash_sale]
# identical = [["GOOG", "GOOGL"]] # groups you treat as substantially identical
# different = [["IBIT", "FBTC"]]  # pairs you treat as not substantially identical

# [scenarios."Crypto under § 1091"] # any number, each changing keys of this file
# wash_sale.crypto = true
"""

_NO_ACCOUNT = """\
[[accounts]]                      # one for each account of the household: a spouse's and the IRAs too, for a
name = "My broker"                # purchase in any of them can cost a loss (§ 1091)
# kind = "taxable"                # taxable | ira | roth_ira | 401k | hsa | 529
# owner = "taxpayer"              # taxpayer | spouse
# lots = "lots.csv"               # your broker's file of open lots, or ours: docs/input.md
# transactions = "history.csv"    # its history: the last 30 days matter most
# realized = "realized.csv"       # its sales of this year
"""


_NO_PRICES = """\
# [prices]                        # price per unit, for lots whose own row has none
# file = "prices.csv"             # read automatically if it is in this folder: symbol, price
"""


def household_toml(draft: DraftHousehold) -> str:
    """The text of a household.toml that says what the draft knows, and in comments what else may be said."""
    status, income = draft.filing_status, draft.ordinary_income
    lines = [
        "# A household for harvest plan. Amounts are dollars without dollar signs; dates are year-month-day.",
        "",
        *_ignored(draft),
        "[taxpayer]",
        f"tax_year = {draft.tax_year}",
        f'filing_status = "{status}"' + _said("filing_status", draft),
        f"ordinary_income = {_amount(income)}" + _said("ordinary_income", draft),
    ]
    if draft.state is not None:
        lines.append(f'state = "{draft.state}"')
    else:
        lines.append('# state = "NY"                    # two letters, or state_rate = 0.05; neither: no state tax')
    lines += [_OPTIONAL.rstrip("\n"), *_edges(draft)]
    if draft.assumed:
        lines += [
            "# These values are assumed. Enter your own, then remove them from the list. Until then every plan",
            "# says that it rests on them.",
            f"assumed = [{', '.join(map(_text, draft.assumed))}]",
        ]
    if draft.marketplace:
        lines += ["", "[taxpayer.marketplace]", *(f"{key} = {value}" for key, value in draft.marketplace.items())]
    lines += [
        "",
        "[carryover]                       # loss carryovers from last year, positive amounts",
        f"short_term = {_amount(draft.carryover_short)}",
        f"long_term = {_amount(draft.carryover_long)}",
    ]
    accounts = "\n".join(map(_account, draft.accounts)) or _NO_ACCOUNT
    prices = f"[prices]\nfile = {_list(draft.prices)}\n" if draft.prices else _NO_PRICES
    return "\n".join(lines) + "\n" + _REST.format(accounts=accounts, prices=prices, year=draft.tax_year)


def _edges(draft: DraftHousehold) -> list[str]:
    """What was answered about income edges, and the questions that were not."""
    lines = [
        "#",
        "# Do any of these apply? A dollar of gain can cost thousands there. 0, [] or false means that it does not.",
    ]
    for key, (shown, question) in _EDGES.items():
        if key in draft.edges:
            lines.append(f"{f'{key} = {draft.edges[key]}':<34}# {question}")
        elif shown and not (key == "marketplace" and draft.marketplace):
            lines.append(f"{f'# {key} = {shown}':<34}# {question}")
    return lines


def account_blocks(accounts: Iterable[DraftAccount]) -> str:
    """The text of accounts to add to a household.toml."""
    return "\n".join(map(_account, accounts))


def _ignored(draft: DraftHousehold) -> list[str]:
    """How files that were left out are said not to matter: no one is made to believe it."""
    if not draft.not_read:
        return []
    return [
        "# These files were not read. Every command says so until they are read or listed here, above the first table:",
        f"# ignore = [{', '.join(map(_text, draft.not_read))}]",
        "",
    ]


def _account(account: DraftAccount) -> str:
    lines = ["[[accounts]]", f"name = {_text(account.name)}"]
    lines += [f"# assumed: {_comment(sentence)}" for sentence in account.assumed]
    if account.kind is AccountKind.TAXABLE:
        lines.append('# kind = "taxable"                # taxable | ira | roth_ira | 401k | hsa | 529')
    else:
        lines.append(f'kind = "{account.kind}"')
    if account.owner is Owner.SPOUSE:
        lines.append('owner = "spouse"')
    else:
        lines.append('# owner = "taxpayer"              # taxpayer | spouse')
    for key in ("numbers", "lots", "transactions", "realized"):
        if values := getattr(account, key):
            lines.append(f"{key} = {_list(values)}")
    return "\n".join(lines) + "\n"


def _said(key: str, draft: DraftHousehold) -> str:
    return f"  # {'ASSUMED. ' if key in draft.assumed else ''}{_TAXPAYER[key]}"


def _list(values: Iterable[str]) -> str:
    values = list(values)
    return _text(values[0]) if len(values) == 1 else f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable()).split())


def _amount(value: Decimal) -> str:
    return f"{value:,f}".replace(",", "_")
