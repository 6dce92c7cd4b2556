"""What the solver must be told: the tax in convex pieces, supply curves, wash-sale groups and constraints."""
