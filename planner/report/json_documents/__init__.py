"""The JSON documents of the contract."""
