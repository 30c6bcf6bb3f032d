"""Charts as SVG pictures, drawn in Python for the forms of a report that no browser opens."""

from yugong.report.svg.picture import Picture, picture

__all__ = ["Picture", "picture"]
