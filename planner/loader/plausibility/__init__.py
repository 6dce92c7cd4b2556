"""Mistakes that read well: what is possible and hardly ever true is asked about, once.

`[confirm]` of household.toml says that it is right: a code with the symbols, lots, accounts or files that were looked
at, or `true`. Thresholds are such that honest portfolios do not meet them (docs/limits.md, L-153).
"""
