"""The income taxes of the fifty states and the District (§ 164(a)(3)). `law` is the way in."""

from rules.states.facts import StateFacts, StateItems
from rules.states.law import StateTax, flat_state_tax, state_carryover, state_tax_law, state_worksheet

__all__ = [
    "StateFacts",
    "StateItems",
    "StateTax",
    "flat_state_tax",
    "state_carryover",
    "state_tax_law",
    "state_worksheet",
]
