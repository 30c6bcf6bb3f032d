"""Reading: a large workbook, and the embedded China study in a fresh process."""

import tempfile
from pathlib import Path

import numpy as np

from _measure import Figure, cpu_seconds, process_cpu_seconds
from yugong.study.readers import read_table

ROWS, COLUMNS = 20_000, 12


def workbook(path: Path) -> None:
    """Write a workbook of places, years and ten columns of numbers."""
    import xlsxwriter

    values = np.random.default_rng(0).lognormal(8, 1, (ROWS, COLUMNS - 2))
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["地区", "年份", *(f"指标{k}" for k in range(1, COLUMNS - 1))])
        for i, row in enumerate(values):
            sheet.write_row(i + 1, 0, [f"县{i // 20:04d}", 2005 + i % 20, *row.round(2)])


def figures(full: bool = False) -> list[Figure]:
    """Return the figures: a workbook of 20 000 × 12, and the China study, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        workbook(path)
        reading = cpu_seconds(lambda: read_table(path), repeats=3)
    china = process_cpu_seconds(["-c", "from yugong import study; study.read('china')"], repeats=3)
    return [
        Figure(f"read_table, workbook of {ROWS:,} × {COLUMNS}".replace(",", " "), reading, "s CPU", "<= 1"),
        Figure("study.read('china'), fresh process", china, "s CPU", ""),
    ]
