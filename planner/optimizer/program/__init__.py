"""What the solver is given: the tax in convex pieces, supply curves, wash-sale groups and constraints."""
