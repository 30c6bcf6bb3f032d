"""Tables on the screen and in files, the same for every verb."""

from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from yugong.base.errors import YugongError
from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from yugong.base.cards import MethodCard
    from yugong.base.provenance import Provenance

FORMATS = ("table", "csv", "json")
PIPE_WIDTH = 1000
MOST_ROWS = 200  # on a terminal; a pipe gets all


def headed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the frame with its columns headed by the registry's words and units."""
    from yugong.registry.terms import terms

    words = terms()
    own = frame.attrs.get("titles", {})

    def title(column: object) -> str:
        if column in own:
            name, of = (text.in_() for text in own[column])
            return f"{name}({of})" if of else name
        term = words.get(str(column))
        if term is None:
            return str(column)
        unit = term.unit.in_()
        return f"{term.title.in_()}({unit})" if unit else term.title.in_()

    return frame.rename(columns={c: title(c) for c in frame.columns})


def emit(frame: "pd.DataFrame", format_: str = "table", out: Path | None = None) -> None:
    """Print a tidy frame, or write it whole to `out` (.xlsx, .docx, .tex, .dta, .csv, .json)."""
    if out is not None:
        from yugong.report.tables_out import save

        save(frame, out, id=out.stem)
        typer.echo(Text(f"已写入 {out}", f"wrote {out}").in_())
    elif format_ == "json":
        typer.echo(frame.to_json(orient="records", force_ascii=False))
    elif format_ == "csv":
        typer.echo(frame.to_csv(index=False), nl=False)
    elif format_ == "table":
        _print(headed(frame))
    else:
        raise YugongError(
            Text(f"--format 只能是 {'、'.join(FORMATS)}", f"--format must be one of {', '.join(FORMATS)}")
        )


def method_note(card: "MethodCard | None", provenance: "Provenance | None" = None) -> None:
    """Print, to the error stream, the method, its convention and the sources of the figures."""
    if card is not None:
        typer.echo(f"{card.title.in_()} · {card.convention.in_()}", err=True)
        for citation in card.citations:
            typer.echo(f"  {citation.gbt7714}", err=True)
    if provenance is not None:
        for s in provenance.sources:
            basis = s.price_basis.in_()
            unit = f"{s.unit.in_()}, {basis}" if basis else s.unit.in_()
            vintage = f" [{s.vintage.in_()}]" if s.vintage.zh else ""
            typer.echo(f"  {s.title.in_()} ({unit}): {s.publication.in_()}{vintage}", err=True)


def _print(frame: "pd.DataFrame") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    numeric = set(frame.select_dtypes("number").columns)
    for column in frame.columns:
        right = column in numeric
        table.add_column(str(column), justify="right" if right else "left", overflow="fold", no_wrap=right)
    console = Console()
    if not console.is_terminal:  # a pipe has no width: give each column room instead of folding at 80
        console = Console(width=PIPE_WIDTH)
    shown = frame.head(MOST_ROWS) if console.is_terminal else frame
    for row in shown.itertuples(index=False):
        table.add_row(*(_cell(v) for v in row))
    console.print(table)
    if len(shown) < len(frame):
        said = Text(
            f"共 {len(frame)} 行，只显示前 {len(shown)} 行；--out 文件 写出全部",
            f"{len(frame)} rows, the first {len(shown)} shown; --out FILE writes all",
        )
        typer.echo(said.in_(), err=True)


def _cell(value: object) -> str:
    from pandas import NA

    if value is None or value is NA or value != value:  # NaN is the one value unequal to itself
        return "—"
    if value is True or value is False:
        return (Text("是", "yes") if value else Text("否", "no")).in_()
    if isinstance(value, float):
        if isinf(value):
            return "∞" if value > 0 else "−∞"
        if value == int(value) and abs(value) < 1e15:
            return str(int(value))
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    return str(value)
