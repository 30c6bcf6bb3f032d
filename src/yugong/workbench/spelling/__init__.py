"""What was done on the page, spelled as Python and as a command that give the same numbers."""
