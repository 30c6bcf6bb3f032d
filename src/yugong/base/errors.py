"""Located, bilingual errors: what is wrong, where, and what to write instead (convention 6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from yugong.base.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: `what` it is, what to `do`, and its place in a file."""

    what: Text
    do: Text | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None  # as a person counts in the spreadsheet: from 1
    column: str | None = None  # the spreadsheet letter or the header's text

    def where(self, lang: Lang | None = None) -> str:
        """Return the location as one phrase, empty when there is none."""
        zh = [
            self.file,
            f"工作表 {self.sheet}" if self.sheet else None,
            f"第 {self.row} 行" if self.row is not None else None,
            f"{self.column} 列" if self.column else None,
        ]
        en = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else None,
            f"row {self.row}" if self.row is not None else None,
            f"column {self.column}" if self.column else None,
        ]
        return Text(", ".join(p for p in zh if p), ", ".join(p for p in en if p)).in_(lang)

    def render(self, lang: Lang | None = None) -> str:
        """Return one line: where, what, and what to do."""
        where = self.where(lang)
        line = f"{where}: {self.what.in_(lang)}" if where else self.what.in_(lang)
        return f"{line} → {self.do.in_(lang)}" if self.do else line


class YugongError(Exception):
    """Anything Yugong refuses, in the user's language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def render(self, lang: Lang | None = None) -> str:
        """Return the whole message in one language."""
        return self.text.in_(lang)

    def __str__(self) -> str:
        return self.render()


class InputError(YugongError):
    """All the problems of one phase, collected and shown once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        n = len(self.problems)
        super().__init__(Text(f"输入有 {n} 处问题，未作任何更改", f"the input has {n} problem(s); nothing was changed"))

    def render(self, lang: Lang | None = None) -> str:
        """Return the headline and one line a problem."""
        return "\n".join([self.text.in_(lang), *(f"  - {p.render(lang)}" for p in self.problems)])


class UnknownNameError(YugongError):
    """A name that resolves to nothing, or to more than one thing; lists the nearest candidates."""

    def __init__(self, kind: Text, name: object, candidates: Iterable[str] = (), ambiguous: bool = False) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        near = "、".join(self.candidates), ", ".join(self.candidates)
        if ambiguous:
            text = Text(f"{kind.zh}“{name}”不唯一，可能是：{near[0]}", f"{kind.en} {name!r} is ambiguous: {near[1]}")
        elif self.candidates:
            text = Text(
                f"不认识{kind.zh}“{name}”，最接近的是：{near[0]}", f"unknown {kind.en} {name!r}; nearest: {near[1]}"
            )
        else:
            text = Text(f"不认识{kind.zh}“{name}”", f"unknown {kind.en} {name!r}")
        super().__init__(text)


class AlignmentError(YugongError):
    """Two sets of labels that should be the same and are not; names both sides (convention 2)."""

    def __init__(self, left: Text, right: Text, only_left: Iterable[object], only_right: Iterable[object]) -> None:
        a, b = _some(only_left), _some(only_right)
        super().__init__(
            Text(
                f"标签不一致：只在{left.zh}中有 {a}；只在{right.zh}中有 {b}",
                f"labels differ: only in {left.en}: {a}; only in {right.en}: {b}",
            )
        )


def _some(labels: Iterable[object], most: int = 8) -> str:
    shown = [str(x) for x in labels]
    more = f" … (+{len(shown) - most})" if len(shown) > most else ""
    return "{" + ", ".join(shown[:most]) + "}" + more
