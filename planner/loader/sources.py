"""What a case was read from, as digests: so that a saved plan can tell whether it still speaks of the same files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from planner.domain.certificate import Sources
from planner.domain.household import Household
from planner.domain.version import __version__
from planner.loader.assembly.files import household_files, shown_path
from planner.loader.tables.bounded_file import read_bounded
from planner.loader.tables.unreadable import Unreadable
from rules.tax_year import FIGURES


def sources_of(household: Household) -> Sources:
    """Each file that the household lists by its name there (its path from the household's folder), and the law's."""
    files = {
        path for account in household.accounts for path in (*account.lots, *account.transactions, *account.realized)
    }
    files |= set(household.price_files)
    folder = household.path.parent
    digests = {os.path.relpath(path, folder): digest(path.read_bytes()) for path in sorted(files) if path.is_file()}
    figures = sorted(entry.name for entry in FIGURES.iterdir() if entry.name.endswith(".toml"))
    used = [name for name in figures if name.startswith(str(household.taxpayer.tax_year)) or not name[:4].isdigit()]
    law = digest(b"".join((FIGURES / name).read_bytes() for name in used))
    return Sources({name.replace(os.sep, "/"): found for name, found in digests.items()}, law, __version__)


def files_digest(path: Path) -> str:
    """One digest of household.toml and each file that it lists, with their names: as long as it is the same, so is the
    household. Cheap beside a plan: no file is understood but the first."""
    files = household_files(path)
    return digest("".join(f"{shown_path(file, files[0].parent)!r} {_digest_of(file)}\n" for file in files).encode())


def _digest_of(file: Path) -> str:
    try:
        return digest(read_bounded(file))
    except (OSError, Unreadable):
        return "unread"


def digest(content: bytes) -> str:
    """SHA-256, as `sha256:` and hexadecimal."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
