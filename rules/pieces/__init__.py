"""A year's tax as convex pieces: data from which a bound can be proved by arithmetic, and a program be built.

Cost of a year = income tax (§ 1) + tax on net investment income (§ 1411) + state tax + ... Each summand is a function

    (facts: TaxReturn, box: Box) -> tuple[Piece, ...]

that cuts the box into pieces in which this tax is convex. They know nothing of one another: `year_pieces` adds them
up, piece by piece, and drops what the box cannot reach.

**To add a tax** (a state with rules of its own, a credit, the minimum tax): write such a function in a file of its
own, and name it in `TAXES` (rules/pieces/year.py). That is the one place.

* *A tax of net gain alone* (it moves with adjusted gross income): make a `Curve`. `Curve.schedule` takes rates,
  `Curve.steps` a table of cliffs; curves can be added, shifted and multiplied by a number. Then
  `other_taxes.of_total(facts, curve, box)`: a loss counts down to the limit of § 1211(b). A credit is a curve below
  zero.
* *A tax of one other amount* (`Affine.of("short")` plus so many dollars ...): `convex_pieces(name, curve, amount,
  box)`.
* *A tax of several sums*: write pieces, as income_tax.py does: `within` are lines that must be at least zero, a term
  is a tuple of lines whose largest counts, and terms add up.
* *A tax of several sums, by rules that a person would not cut by hand* (a state's): `rules.cells` runs any function of
  the law that adds, compares and takes rates, and finds its convex cells, as states.py does.
* *A tax that needs a sum of its own* (a state's gains without § 1091): name the sum in names.py; whoever builds the
  box and the lots' contributions must then fill it in.

What has to hold, and `tests/properties/test_pieces.py` asks at random points and at corners: every point of the box
lies in some piece, and the cheapest piece there costs what the law says. Pieces are closed: at a jump both sides hold
the point and the lower one counts. A `min` of two taxes is two overlapping pieces. Cut where the function bends
downward, not where it bends upward: few pieces are quick ones.
"""
