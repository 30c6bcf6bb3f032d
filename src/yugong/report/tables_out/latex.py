"""Three-line tables in LaTeX: booktabs and threeparttable, ctex for Chinese."""

from collections.abc import Sequence

from yugong.base.text import Lang, Text, language
from yugong.report.html import header_spans, source_line, written
from yugong.report.model import Cell, Column, Table
from yugong.report.numbers import MISSING
from yugong.report.pages.grid import column_title

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": r"$-$", "×": r"$\times$", "²": r"\textsuperscript{2}",
    "ρ": r"$\rho$", "λ": r"$\lambda$", "σ": r"$\sigma$", "θ": r"$\theta$", "β": r"$\beta$", "τ": r"$\tau$",
    "≤": r"$\le$", "≥": r"$\ge$", "Δ": r"$\Delta$", "Σ": r"$\Sigma$", "α": r"$\alpha$", "δ": r"$\delta$",
    "₂": r"\textsubscript{2}", "→": r"$\to$", "—": "---", "–": "--", "<": r"$<$", ">": r"$>$", "|": r"$|$",
}  # fmt: skip
LONG = 45  # rows that still fit one page


def render_latex(tables: Sequence[Table], lang: Lang | None = None, whole: bool = True) -> str:
    """Return tables as LaTeX: a document to compile with XeLaTeX or LuaLaTeX, or with `whole` False the tables alone.

    Captions stand above in both languages, the one of `lang` first; long tables run over pages (longtable).
    """
    first = lang or language()
    body = "\n\n".join(_table(t, first) for t in tables)
    if not whole:
        return body + "\n"
    kind = "ctexart" if first == "zh" else "article"
    fonts = "" if first == "zh" else "\\usepackage[UTF8,scheme=plain]{ctex}\n"
    return (
        f"\\documentclass{{{kind}}}\n{fonts}"
        "\\usepackage{booktabs,threeparttable,longtable,caption}\n\\usepackage[margin=2.5cm]{geometry}\n"
        "\\captionsetup{labelformat=empty}\n\\begin{document}\n\\small\n\n" + body + "\n\n\\end{document}\n"
    )


def escape(text: str) -> str:
    """Return text with what LaTeX would read as commands written out."""
    return "".join(_SPECIAL.get(c, c) for c in text)


def _table(table: Table, lang: Lang) -> str:
    other: Lang = "en" if lang == "zh" else "zh"
    captions = list(dict.fromkeys((table.caption.in_(lang), table.caption.in_(other))))
    caption = r" \\ ".join(escape(c) for c in captions)
    align = "".join(
        "l" if i == 0 or (c.format is None and not _centred(c)) else "r" for i, c in enumerate(table.columns)
    )
    align = "".join("c" if _centred(c) else a for a, c in zip(align, table.columns, strict=True))
    head = _head(table, lang)
    rows = [
        " & ".join(_cell(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)) + r" \\"
        for row in table.rows
    ]
    rows = [rf"\addlinespace {r}" if i in table.marked else r for i, r in enumerate(rows)]
    notes = [_note(n, lang) for n in table.notes]
    if table.sources:
        line = source_line(table.sources)
        notes.append(escape(Text("资料来源：" + line.zh, "Source: " + line.en).in_(lang)))
    label = table.id.replace("_", "-")
    if len(rows) > LONG:
        below = "".join(f"\n\n{{\\footnotesize {n}}}" for n in notes)
        return (
            f"\\begin{{longtable}}{{{align}}}\n\\caption{{{caption}}}\\label{{tab:{label}}}\\\\\n\\toprule\n{head}"
            "\\midrule\n\\endfirsthead\n\\toprule\n" + head + "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
            + "\n".join(rows) + f"\n\\end{{longtable}}{below}"
        )  # fmt: skip
    items = "".join(f"\\item {n}\n" for n in notes)
    below = f"\\begin{{tablenotes}}[flushleft]\\footnotesize\n{items}\\end{{tablenotes}}\n" if notes else ""
    return (
        f"\\begin{{table}}[htbp]\\centering\n\\begin{{threeparttable}}\n\\caption{{{caption}}}\\label{{tab:{label}}}\n"
        f"\\begin{{tabular}}{{{align}}}\n\\toprule\n{head}\\midrule\n" + "\n".join(rows)
        + f"\n\\bottomrule\n\\end{{tabular}}\n{below}\\end{{threeparttable}}\n\\end{{table}}"
    )  # fmt: skip


def _head(table: Table, lang: Lang) -> str:
    lines = ""
    at = 1
    cells, rules = [], []
    for title, width in header_spans(table):
        if title is None:
            cells += [""] * width
        else:
            cells.append(rf"\multicolumn{{{width}}}{{c}}{{{escape(title.in_(lang))}}}")
            rules.append(rf"\cmidrule(lr){{{at}-{at + width - 1}}}")
        at += width
    if rules:
        lines = " & ".join(cells) + r" \\ " + "".join(rules) + "\n"
    return lines + " & ".join(escape(column_title(c, lang)) for c in table.columns) + " \\\\\n"


def _cell(cell: Cell, column: Column, lang: Lang) -> str:
    if column.format is None:
        return escape(MISSING if cell is None else cell.in_(lang) if isinstance(cell, Text) else str(cell))
    return escape(written(cell, column.format))


def _centred(column: Column) -> bool:
    return column.id.startswith("model_")


def _note(note: Text, lang: Lang) -> str:
    return escape(Text("注：" + note.zh, "Note: " + note.en).in_(lang))
