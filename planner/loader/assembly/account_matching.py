"""Whose row it is: the words by which files name an account, and the household's accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.domain.errors import Caution, Problem
from planner.domain.household import Account
from planner.loader.assembly.files import FileRecords
from planner.loader.tables.cells import nearest

LEAST = 3  # letters and digits that tell one account from another
UNCLAIMED = "belongs to an account that no `numbers` in household.toml names"


def account_key(text: str) -> str:
    """The letters and digits of an account's name or number, behind what masks the rest: `U***57111`, `...412`."""
    return re.sub(r"[\W_]", "", re.split(r"[*•…]+|\.{2,}", text)[-1].casefold()).lstrip("x")


def same_account(word: str, number: str) -> bool:
    """Whether a file's word for an account and the household's mean one: the shorter is the end of the longer."""
    short, long = sorted((account_key(word), account_key(number)), key=len)
    return bool(short) and (short == long or (len(short) >= LEAST and long.endswith(short)))


def our_accounts(
    file: FileRecords, first_line: Mapping[str | None, int], names: Sequence[str], problems: list[Problem]
) -> dict[str | None, str]:
    """The account meant by each word of our own column `account`, which holds our own names; None for a blank cell."""
    accounts: dict[str | None, str] = {}
    by_name = {name.casefold(): name for name in names}
    for word, line in first_line.items():
        accounts[word] = by_name.get((word or "").casefold(), file.accounts[0])
        where = f"{file.shown}:{line}"
        if word is None and len(file.accounts) > 1:
            what = f"the file is listed under {' and '.join(file.accounts)}, and this row names neither"
            problems.append(Problem(where, what, "list the file under one account, or fill in its `account` column"))
        elif word is not None and word.casefold() not in by_name:
            what = f"`account` is `{word}`, which household.toml does not have{nearest(word, names)}"
            problems.append(Problem(where, what, f"write one of: {', '.join(names)}"))
    return accounts


def brokers_accounts(
    file: FileRecords,
    first_line: Mapping[str | None, int],
    accounts: Sequence[Account],
    problems: list[Problem],
    cautions: list[Caution],
) -> dict[str | None, str | None]:
    """The account meant by each word of a broker's file. None as an answer: no account claims those rows.

    Where no account claims any of the words, all rows are of the one account that lists the file.
    """
    claims = {word: _claiming(word, accounts) for word in first_line}
    plans = _plans(file, claims, first_line, cautions)
    claims = {word: claiming for word, claiming in claims.items() if word not in plans}
    listing = [name for name in file.accounts if name not in plans.values()] or list(file.accounts)
    listed = " and ".join(listing)
    for word, claiming in claims.items():
        if len(claiming) > 1:
            what = f"{' and '.join(claiming)} both claim the account `{word}` of this file"
            remedy = (
                "write longer `numbers` for them; if two programs report one account, list only one program's files"
            )
            problems.append(Problem(f"{file.shown}:{first_line[word]}", what, remedy))
    claimed = any(claims.values())
    words = [word for word in claims if word is not None]
    if len(listing) > 1 and claims and (None in claims or not claimed):
        what = f"the file is listed under {listed}, and its rows do not say which account they belong to"
        said = f"such as {', '.join(words)}" if words else "as the file names them"
        remedy = f"give each account its `numbers`, {said}; or list the file under one account"
        problems.append(Problem(file.shown, what, remedy))
    elif not claimed and len(words) > 1:
        text = f"{file.shown} holds rows of the accounts {', '.join(sorted(words))}, and all are read as {listed}"
        text += "; give your accounts their `numbers`, and list the file under each"
        cautions.append(Caution("accounts_mixed", text))
    elif foreign := [word for word in words if claimed and not claims[word]]:
        text = f"{file.shown}: rows of {', '.join(sorted(foreign))} are not read, because no account has such `numbers`"
        cautions.append(Caution("account_unclaimed", f"{text}; a purchase there can still wash a sale"))
    return plans | {
        word: claiming[0] if claiming else None if claimed and word is not None else listing[0]
        for word, claiming in claims.items()
    }


def _plans(
    file: FileRecords,
    claims: Mapping[str | None, Sequence[str]],
    first_line: Mapping[str | None, int],
    cautions: list[Caution],
) -> dict[str | None, str | None]:
    """The account of each plan at work that the file has rows of; None where none claims it, which is cautioned about.

    A contribution is a purchase (I-04, I-23), but none in the account that happens to list the file.
    """
    plans: dict[str | None, str | None] = {}
    for word in sorted(word for word in claims if word is not None and word in file.found.workplace):
        plans[word] = next(iter(claims[word]), None)
        if plans[word] is None:
            text = (
                f"{file.shown}:{first_line[word]}: rows of the employer plan {word} are not read: its "
                "contributions are "
            )
            text += (
                "purchases, which may wash a loss (I-04, I-23); list the file under an account of kind 401k too, with "
            )
            cautions.append(Caution("account_unclaimed", f'{text}numbers = ["{word}"]'))
    return plans


def _claiming(word: str | None, accounts: Sequence[Account]) -> list[str]:
    """The names of the accounts that a file's word means."""
    if word is None:
        return []
    key = account_key(word)
    exact = [a.name for a in accounts if key and key in map(account_key, (a.name, *a.numbers))]
    return exact or [a.name for a in accounts if any(same_account(word, number) for number in a.numbers)]
