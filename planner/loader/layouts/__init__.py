"""One module a broker, each with its `LAYOUTS`."""
