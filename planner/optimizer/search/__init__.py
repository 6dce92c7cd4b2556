"""How a plan is looked for, and how good it can be at most."""
