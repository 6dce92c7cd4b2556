"""Charts of the page: each a Vega specification drawn to SVG without a browser, for a wide page and for a phone."""
