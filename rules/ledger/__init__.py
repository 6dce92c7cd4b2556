"""The wash-sale ledger: purchases and sales in order, and what § 1091 disallows."""
