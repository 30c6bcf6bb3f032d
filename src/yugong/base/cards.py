"""Method cards: what a reviewer asks first about a number."""

from dataclasses import dataclass, field

from yugong.base.text import Text


@dataclass(frozen=True, slots=True)
class Citation:
    """One source, in GB/T 7714 form and as BibTeX."""

    key: str
    gbt7714: str
    bibtex: str


@dataclass(frozen=True, slots=True)
class MethodCard:
    """The formula, conventions and sources behind a result (convention 5)."""

    id: str
    title: Text
    formula: str  # LaTeX
    convention: Text
    zero: Text | None = None
    citations: tuple[Citation, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
