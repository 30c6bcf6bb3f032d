"""Bilingual text: Chinese first, English equal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_current: Lang | None = None
_spoken: ContextVar[Lang | None] = ContextVar("spoken", default=None)


class Text(NamedTuple):
    """One message in both languages."""

    zh: str
    en: str

    def in_(self, lang: Lang | None = None) -> str:
        """Return the message in `lang`, or in the current language."""
        return self.zh if (lang or language()) == "zh" else self.en

    def __str__(self) -> str:
        return self.in_()


def split(cell: str) -> Text:
    """Return the languages of a cell written "中文 / English"; one language stands for both."""
    zh, _, en = cell.partition(" / ")
    return Text(zh, en or zh)


def language() -> Lang:
    """Return the language messages are shown in: what was set, else YUGONG_LANG, else Chinese."""
    if (spoken := _spoken.get() or _current) is not None:
        return spoken
    return "en" if os.environ.get("YUGONG_LANG", "zh").lower().startswith("en") else "zh"


def set_language(lang: str | None) -> None:
    """Set the language of messages for this process; None returns to the environment's choice."""
    global _current
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"language must be zh or en, not {lang!r}")
    _current = lang


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Show messages in `lang` within this block, in this thread only."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)
