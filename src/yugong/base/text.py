"""Bilingual text: Chinese first, English equal."""

import os
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_current: Lang | None = None


class Text(NamedTuple):
    """One message in both languages."""

    zh: str
    en: str

    def in_(self, lang: Lang | None = None) -> str:
        """Return the message in `lang`, or in the current language."""
        return self.zh if (lang or language()) == "zh" else self.en

    def __str__(self) -> str:
        return self.in_()


def language() -> Lang:
    """Return the language messages are shown in: what was set, else YUGONG_LANG, else Chinese."""
    if _current is not None:
        return _current
    return "en" if os.environ.get("YUGONG_LANG", "zh").lower().startswith("en") else "zh"


def set_language(lang: str | None) -> None:
    """Set the language of messages for this process; None returns to the environment's choice."""
    global _current
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"language must be zh or en, not {lang!r}")
    _current = lang
