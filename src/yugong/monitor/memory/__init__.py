"""The memory of a study: what was computed, from what, and what has changed since."""
