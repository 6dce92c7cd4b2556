"""Cells to records: the engine that reads a layout, and what a record may say."""
