"""What `harvest init` adds to a household.toml that is there: new files and accounts; every answer and comment stays.

The text is changed only where something is added, and the result is read again before it is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.domain.household import Account, Household
from planner.domain.household_draft import Additions, Discovery, DraftAccount
from planner.loader.assembly.account_matching import account_key, same_account
from planner.loader.household.toml_file import key_lines, parse_toml

KEYS = ("lots", "transactions", "realized")
_one_string = re.compile(r"""=\s*("(?:[^"\\]|\\.)*"|'[^']*')""")


def additions(found: Discovery, household: Household) -> Additions:
    """What was found in the folder and is in no account of the household, nor under `ignore`."""
    folder = household.path.parent
    listed = {path.resolve() for account in household.accounts for key in KEYS for path in getattr(account, key)}
    listed |= {path.resolve() for path in household.price_files}

    def new(paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path for path in paths if (folder / path).resolve() not in listed)

    brokers = {(folder / file.path).resolve(): file.broker for file in found.files}
    accounts: list[DraftAccount] = []
    files: list[tuple[str, str, tuple[str, ...]]] = []
    numbers: list[tuple[str, tuple[str, ...]]] = []
    names = {account.name.casefold() for account in household.accounts}
    for draft in found.accounts:
        more = {key: paths for key in KEYS if (paths := new(getattr(draft, key)))}
        if not more:
            continue
        known = _known_as(draft, household.accounts, folder, brokers)
        if known is None:
            accounts.append(_renamed(draft, more, names))
            continue
        files += [(known.name, key, paths) for key, paths in more.items()]
        words = tuple(word for word in draft.numbers if not _names(known, word))
        if known.numbers and words:
            numbers.append((known.name, words))
    return Additions(tuple(accounts), tuple(files), tuple(numbers), new(found.prices))


def _known_as(
    draft: DraftAccount, accounts: Sequence[Account], folder: Path, brokers: Mapping[Path, str]
) -> Account | None:
    """The account of the household that a draft is: it lists a file of it, or is named by its number; else by being the
    only one of that broker, where the files name none."""
    paths = {(folder / path).resolve() for key in KEYS for path in getattr(draft, key)}
    if draft.numbers:
        named = [account for account in accounts if any(_names(account, word) for word in draft.numbers)]
        if len(named) == 1:
            return named[0]
    sharing = [a for a in accounts if paths.intersection(_paths(a))]
    if len(sharing) == 1 and not (draft.numbers and sharing[0].numbers):
        return sharing[0]
    if draft.numbers:
        return None
    same_name = [account for account in accounts if account.name.casefold() == draft.name.casefold()]
    broker = {brokers[path] for path in paths if path in brokers}
    same_broker = [a for a in accounts if broker & {brokers[path] for path in _paths(a) if path in brokers}]
    likely = same_name or same_broker
    return likely[0] if len(likely) == 1 else None


def _paths(account: Account) -> Iterator[Path]:
    return (path.resolve() for key in KEYS for path in getattr(account, key))


def _names(account: Account, word: str) -> bool:
    key = account_key(word)
    return any(key and (key == account_key(n) or same_account(word, n)) for n in (account.name, *account.numbers))


def _renamed(draft: DraftAccount, files: Mapping[str, tuple[str, ...]], names: set[str]) -> DraftAccount:
    """The draft with its new files alone, under a name that the household does not have yet."""
    name, number = draft.name, 1
    while name.casefold() in names:
        number += 1
        name = f"{draft.name} ({number})"
    names.add(name.casefold())
    kept = {key: files.get(key, ()) for key in KEYS}
    return DraftAccount(name, draft.kind, draft.owner, draft.numbers, **kept, assumed=draft.assumed)


def with_additions(text: str, file: str, added: Additions, blocks: str) -> str:
    """The text of household.toml with what is new; `blocks` is the text of the new accounts.

    Raises InputError, with what to write by hand, where the file is laid out in a way that is not followed.
    """
    before = parse_toml(text, file)
    wanted = _wanted(before, added, parse_toml(blocks, file))
    changed = text
    for name, key, values in _changes(added):
        changed = _with_values(changed, before, name, key, values)
    if added.prices:
        changed = _with_prices(changed, before, added.prices)
    if blocks.strip():
        changed = changed.rstrip("\n") + "\n\n" + blocks.strip("\n") + "\n"
    try:
        understood = parse_toml(changed, file) == wanted
    except InputError:
        understood = False
    if not understood:
        files = [f"{name}: {key} = {json.dumps(values)}" for name, key, values in _changes(added)]
        files += [f"prices: {path}" for path in added.prices]
        what = "has a form that cannot be added to; nothing was changed"
        raise InputError([Problem(file, what, f"add by hand {'; '.join(files)} {blocks}".strip())])
    return changed


def _changes(added: Additions) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield from added.files
    yield from ((name, "numbers", words) for name, words in added.numbers)


def _wanted(before: Mapping[str, Any], added: Additions, new: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it must read when all is added."""
    wanted = {**before}
    accounts = [dict(account) for account in before.get("accounts", [])]
    for name, key, values in _changes(added):
        account = next(account for account in accounts if account.get("name") == name)
        account[key] = _joined(account.get(key), values)
    accounts += new.get("accounts", [])
    if accounts:
        wanted["accounts"] = accounts
    if added.prices:
        prices = before.get("prices", {})
        wanted["prices"] = {**prices, "file": _joined(prices.get("file"), added.prices)}
    return wanted


def _joined(present: Any, values: Sequence[str]) -> Any:
    if present is None:
        return values[0] if len(values) == 1 else list(values)
    return [*values, *present] if isinstance(present, list) else [present, *values]


def _with_values(text: str, before: Mapping[str, Any], name: str, key: str, values: Sequence[str]) -> str:
    """An account's key with more in it; a line of its own below the account's name where it has none."""
    lines = key_lines(text)
    number = next(n for n, account in enumerate(before["accounts"]) if account.get("name") == name)
    place = lines.get(("accounts", number, key))
    if place is not None:
        return _extended(text, place, values)
    at = lines.get(("accounts", number, "name"))
    return text if at is None else _inserted(text, at, f"{key} = {_list(values)}")


def _with_prices(text: str, before: Mapping[str, Any], paths: Sequence[str]) -> str:
    lines = key_lines(text)
    place = lines.get(("prices", "file"))
    if place is not None:
        return _extended(text, place, paths)
    if "prices" in before and ("prices",) in lines:
        return _inserted(text, lines["prices",], f"file = {_list(paths)}")
    return text.rstrip("\n") + f"\n\n[prices]\nfile = {_list(paths)}\n"


def _extended(text: str, line: int, values: Sequence[str]) -> str:
    """The value on that line with more in it: a text becomes a list, a list gets them in front."""
    rows = text.splitlines(keepends=True)
    row = rows[line - 1]
    more = ", ".join(map(_text, values))
    single = _one_string.search(row)
    if single:
        rows[line - 1] = f"{row[: single.start(1)]}[{single[1]}, {more}]{row[single.end(1) :]}"
    else:
        rows[line - 1] = re.sub(r"=\s*\[", lambda found: f"{found[0]}{more}, ", row, count=1)
    return "".join(rows)


def _inserted(text: str, line: int, row: str) -> str:
    rows = text.splitlines(keepends=True)
    if not rows[line - 1].endswith("\n"):
        rows[line - 1] += "\n"
    return "".join([*rows[:line], f"{row}\n", *rows[line:]])


def _list(values: Sequence[str]) -> str:
    return _text(values[0]) if len(values) == 1 else f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
