"""The JSON documents of the contract as pandas DataFrames, for programs and notebooks."""
