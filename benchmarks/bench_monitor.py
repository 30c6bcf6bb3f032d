"""The register of cooperation: 100 000 rows read and checked; the index: entries kept a second."""

import csv
import random
import tempfile
from pathlib import Path

from _measure import Figure, cpu_seconds

ITEMS = 20_000
PLACES = ("四川", "浙江", "重庆", "江苏", "甘肃", "上海", "云南")


def register(folder: Path) -> int:
    """Write a register of 100 000 rows as CSV files; return the number of rows."""
    chance = random.Random(0)

    def day(first: int, last: int) -> str:
        return f"{chance.randint(first, last)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"

    def place(i: int) -> str:
        return PLACES[i % len(PLACES)]

    tables: dict[str, tuple[list[str], list[list[object]]]] = {
        "items": (
            ["item", "kind", "title", "parent", "start", "end"],
            [
                [f"A{i}", "agreement", f"协议{i}", f"A{i // 2}" if i > 1 else "", day(2015, 2020), day(2022, 2030)]
                for i in range(ITEMS)
            ],
        ),
        "parties": (
            ["item", "place", "role"],
            [[f"A{i % ITEMS}", place(3 * i + i // ITEMS), "member"] for i in range(2 * ITEMS)],
        ),
        "money": (
            ["item", "year", "payer", "payee", "agreed", "paid", "due"],
            [
                [f"A{i}", 2020, place(i), place(i + 1), round(chance.random() * 100, 2), "", day(2021, 2027)]
                for i in range(ITEMS)
            ],
        ),
        "milestones": (
            ["item", "milestone", "due", "done"],
            [[f"A{i}", "开工", day(2021, 2028), "" if i % 2 else day(2021, 2024)] for i in range(ITEMS // 2)],
        ),
        "events": (["item", "date", "state"], [[f"A{i}", day(2015, 2020), "signed"] for i in range(ITEMS // 2)]),
    }
    for name, (head, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
            csv.writer(f).writerows([head, *rows])
    return sum(len(rows) for _, rows in tables.values())


def figures(full: bool = False) -> list[Figure]:
    from yugong.monitor import Index, read_register

    with tempfile.TemporaryDirectory() as folder:
        rows = register(Path(folder))
        seconds = cpu_seconds(lambda: read_register(folder), 3)
        with Index(Path(folder) / "index.sqlite") as index:
            kept = cpu_seconds(
                lambda: [index.record("run", "s", "t", {}, {}, {"x": "y" * 2000}) for _ in range(100)], 3
            )
    return [
        Figure(f"register of {rows} rows, read and checked", seconds, "s", "< 2"),
        Figure("index, 100 entries kept, each on disk", kept, "s", "—"),
    ]
