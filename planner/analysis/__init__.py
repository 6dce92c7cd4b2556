"""Figures computed from a plan or a case for reports: totals, the next dollar, orders, the tax forms, replacements."""
