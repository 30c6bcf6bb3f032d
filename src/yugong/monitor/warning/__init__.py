"""Early warning: control charts with stated false-alarm rates, and published colour rules."""
