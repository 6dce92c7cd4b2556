"""The files' records put together: accounts, duplicates, prices, symbols and asset classes."""
