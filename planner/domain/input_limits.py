"""How large an input may be. Each limit has a name, is refused in one sentence, and is in docs/limits.md (L-150).

They are far above what any household has, and low enough that what is refused has cost seconds and not the machine.
"""

from __future__ import annotations

from decimal import Decimal

# --- files ---
MOST_FILE_BYTES = 128 * 2**20  # of one listed file; a million rows take some 60 MB
MOST_ROWS = 1_048_576  # of one table: Excel's own last row
MOST_COLUMNS = 1000
MOST_CELLS = 20_000_000  # of one table of text

MOST_MARKUP_BYTES = 32 * 2**20  # of XML, OFX or JSON, whose elements take many times their text
MOST_ELEMENTS = 2_000_000  # of XML or OFX

# --- workbooks, which unpack to a hundred times their size ---
MOST_UNPACKED_BYTES = 256 * 2**20
MOST_SHEET_CELLS = 2_000_000  # of all sheets together; more is saved as CSV
MOST_TAG_BYTES = 2**20  # of one tag of XML

# --- household.toml ---
MOST_TOML_BYTES = 2 * 2**20
MOST_KEY_DEPTH = 16  # names in one dotted key, tables within tables
MOST_ACCOUNTS = 1000
MOST_SCENARIOS = 200
MOST_PLANNED_PURCHASES = 1000
MOST_SHARE_LIMITS = 200  # [[limits]]
MOST_ENTRIES = 10_000  # of any other list or table
MOST_SCENARIO_TABLES = 50_000  # scenarios times the tables that each of them reads again

# --- numbers and words ---
MOST_DECIMALS = 30  # after the point, exponent included
MOST_DIGITS = 200  # written out
MOST_SYMBOL_CHARACTERS = 200
MOST_TEXT_CHARACTERS = 1000  # of any text or key of household.toml
MOST_NUMBER_CHARACTERS = 200

# --- answers ---
MOST_TOML_PROBLEMS = 100  # in household.toml, before reading stops
MOST_PROBLEMS = 10_000  # rows or cells of one file that cannot be read, before reading stops
MOST_NAMED = 20  # names listed in one message
MOST_SWEEP_STEPS = 500
MOST_SECONDS = 604_800  # of --time-limit: a week; more counts as that
WIDEST_SCREEN = 1000  # columns


def is_bounded(number: Decimal) -> bool:
    """Whether a number is one that arithmetic may be given: finite, and of no more digits than anything has.

    `1e-30000000` is one sign to write and hours to raise to a power.
    """
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent >= -MOST_DECIMALS and number.adjusted() <= MOST_DECIMALS
