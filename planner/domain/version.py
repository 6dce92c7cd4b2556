"""The version of the program, which documents, exports and saved plans carry."""

__version__ = "0.1.0"
