"""Bytes to cells of text: CSV, workbooks, XML, OFX and JSON, each with the lines they are on."""
