"""Is it allowed: fair-competition review of drafts, market access, and plans against the national tasks.

`review.review("draft.docx")` reads a draft and returns findings that cite article and item; `review.statutes.add`
loads an official text so that they quote it. Nothing here decides: it assists a reviewer.
"""

from importlib import import_module
from typing import Any

_HOMES: dict[str, tuple[str, ...]] = {
    "reviewing": ("review", "review_files"),
    "document": ("open_draft", "clauses"),
    "sample": ("sample_draft",),
    "rulebook": ("pack",),
    "measuring": ("measure",),
    "writing": ("write_review",),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = ("statutes", "access", "coherence", "citing")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"yugong.review.{name}")
    if name in _WHERE:
        return getattr(import_module(f"yugong.review.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'yugong.review' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_WHERE, *_MODULES])
