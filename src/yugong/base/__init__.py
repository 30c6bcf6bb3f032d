"""What every room shares: bilingual text, located errors, method cards, whole-or-nothing files."""
