"""harvest: which lots to sell before the year ends, proven and to the cent."""

__version__ = "0.1.0"
