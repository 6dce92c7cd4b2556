"""Coins that became another by their own project's announcement: one coin under a new name, or for a new one (I-42)."""

from __future__ import annotations

MIGRATIONS = frozenset(
    {
        *(("MATIC", "POL"), ("FTM", "S"), ("EOS", "A"), ("RNDR", "RENDER"), ("AGIX", "FET"), ("OCEAN", "FET")),
        *(("GAL", "G"), ("REP", "REPV2"), ("LUNA", "LUNC"), ("LEND", "AAVE"), ("TOMO", "VIC"), ("KLAY", "KAIA")),
    }
)
