"""A small spreadsheet: reads a written workbook and recomputes its formulas, sharing nothing with the package.

Operators bind as in spreadsheets: comparison, + −, × ÷, ^ (from the left), unary minus tightest of all.
"""

import math
import re
from pathlib import Path

import openpyxl

TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?)|(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)|(\$?[A-Z]+\$?\d+)|([A-Z]+)\(|(>=|<=|<>|[-+*/^(),<>=]))"
)


class Book:
    """One worksheet whose inputs may be changed; every formula is recomputed on demand."""

    def __init__(self, path: Path, sheet: int = 0) -> None:
        page = openpyxl.load_workbook(path).worksheets[sheet]
        self.cells = {c.coordinate: c.value for row in page.iter_rows() for c in row if c.value is not None}
        cached = openpyxl.load_workbook(path, data_only=True).worksheets[sheet]
        self.cached = {c.coordinate: c.value for row in cached.iter_rows() for c in row if c.value is not None}
        self.known: dict[str, float] = {}

    def formulas(self) -> list[str]:
        """Return the cells that hold formulas."""
        return [at for at, value in self.cells.items() if isinstance(value, str) and value.startswith("=")]

    def set(self, at: str, value: float) -> None:
        """Change an input."""
        self.cells[at] = value
        self.known = {}

    def find(self, text: str) -> str:
        """Return the first cell that holds this text."""
        return next(at for at, value in self.cells.items() if value == text)

    def value(self, at: str) -> float:
        """Return the number in a cell, computed if it is a formula."""
        if at not in self.known:
            content = self.cells[at]
            self.known[at] = Parser(self, content[1:]).whole() if isinstance(content, str) else float(content)
        return self.known[at]


class Parser:
    """Recursive descent over one formula."""

    def __init__(self, book: Book, text: str) -> None:
        self.book, self.tokens, at = book, [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found, f"cannot read {text[at:]!r}"
            kind = next(k for k in range(1, 6) if found[k] is not None)
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] == 5 else ""

    def take(self, sign: str) -> None:
        assert self.peek() == sign, f"expected {sign}"
        self.at += 1

    def whole(self) -> float:
        value = self.compared()
        assert self.at == len(self.tokens)
        return value

    def compared(self) -> float:
        left = self.added()
        while (sign := self.peek()) in (">", ">=", "<", "<=", "=", "<>"):
            self.at += 1
            right = self.added()
            outcomes = {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right,
                        "=": left == right, "<>": left != right}  # fmt: skip
            left = float(outcomes[sign])
        return left

    def added(self) -> float:
        left = self.multiplied()
        while (sign := self.peek()) in ("+", "-"):
            self.at += 1
            right = self.multiplied()
            left = left + right if sign == "+" else left - right
        return left

    def multiplied(self) -> float:
        left = self.powered()
        while (sign := self.peek()) in ("*", "/"):
            self.at += 1
            right = self.powered()
            left = left * right if sign == "*" else left / right
        return left

    def powered(self) -> float:
        left = self.signed()
        while self.peek() == "^":
            self.at += 1
            left = left ** self.signed()
        return left

    def signed(self) -> float:
        if self.peek() == "-":
            self.at += 1
            return -self.signed()
        return self.atom()

    def atom(self) -> float:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == 1:
            return float(text)
        if kind == 3:
            return self.book.value(text.replace("$", ""))
        if kind == 4:
            return self.called(text)
        assert text == "(", text
        value = self.compared()
        self.take(")")
        return value

    def called(self, name: str) -> float:
        if name == "IF":
            return self.chosen()
        found: list[float] = []
        while self.peek() != ")":
            if self.tokens[self.at][0] == 2:
                found += self.block(self.tokens[self.at][1])
                self.at += 1
            else:
                found.append(self.compared())
            if self.peek() == ",":
                self.at += 1
        self.take(")")
        mean = math.fsum(found) / len(found)
        if name == "STDEVP":
            return math.sqrt(math.fsum((x - mean) ** 2 for x in found) / len(found))
        return {"SUM": math.fsum, "MAX": max, "MIN": min, "AVERAGE": lambda _: mean}[name](found)

    def chosen(self) -> float:
        """IF evaluates only the branch it takes."""
        condition = self.compared()
        self.take(",")
        if condition:
            value = self.compared()
            self.take(",")
            self.skip()
        else:
            self.skip()
            self.take(",")
            value = self.compared()
        self.take(")")
        return value

    def skip(self) -> None:
        """Pass over one argument."""
        depth = 0
        while depth or self.peek() not in (",", ")"):
            kind, text = self.tokens[self.at]
            depth += (kind == 4 or text == "(") - (text == ")")
            self.at += 1

    def block(self, text: str) -> list[float]:
        first, last = (re.fullmatch(r"([A-Z]+)(\d+)", part) for part in text.replace("$", "").split(":"))
        assert first
        assert last
        assert first[1] == last[1], "columns only"
        return [self.book.value(f"{first[1]}{row}") for row in range(int(first[2]), int(last[2]) + 1)]
