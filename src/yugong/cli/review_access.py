"""`yugong review access …`: the market-access list looked up, compared, held against local lists, opened."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yugong.base.text import Text
from yugong.cli.app import group
from yugong.cli.options import Format
from yugong.cli.show import emit

if TYPE_CHECKING:
    from yugong.review.access import AccessList

ListFile = Annotated[
    Path | None, typer.Option("--list", help=Text("正式清单的表格 .xlsx、.csv", "the official list as a table").in_())
]
EditionName = Annotated[str, typer.Option("--edition", help=Text("清单版本，如 2025", "edition, e.g. 2025").in_())]


def access_group() -> typer.Typer:
    """Return the group of verbs on the list."""
    verb = group(Text("市场准入负面清单", "the market-access negative list"))
    verb.command("lookup", help=Text("查行业代码或活动", "look up an industry code or an activity").in_())(lookup)
    verb.command("diff", help=Text("比较两个版本", "compare two editions").in_())(diff)
    verb.command("local", help=Text("核对地方清单", "hold a local list against the national one").in_())(local)
    verb.command("open", help=Text("把开放某一事项写成模拟情景", "an opened item as a scenario file").in_())(opened)
    verb.command("editions", help=Text("各版本的公布数", "published counts of the editions").in_())(listed)
    return verb


def lookup(
    asked: Annotated[str, typer.Argument(help=Text("如 C1610 或 种子 生产", "e.g. C1610, or words").in_())],
    file: ListFile = None,
    edition: EditionName = "",
    format_: Format = "table",
) -> None:
    """Say whether an activity is prohibited, licensed or free."""
    from yugong.review.access import look_up

    found = look_up(asked, _list(file, edition))
    emit(found.table(), format_)
    for note in found.notes:
        typer.echo(f"  {note.in_()}", err=True)


def diff(old: Path, new: Path, old_edition: str = "", new_edition: str = "", format_: Format = "table") -> None:
    """Compare two editions item by item."""
    from yugong.review.access import difference, read_list

    found = difference(read_list(old, old_edition), read_list(new, new_edition))
    emit(found.table(), format_)
    for note in found.notes:
        typer.echo(f"  {note.in_()}", err=True)


def local(
    file: Annotated[Path, typer.Argument(help=Text("地方清单", "the local list").in_())],
    national: Annotated[Path, typer.Argument(help=Text("全国清单", "the national list").in_())],
    edition: EditionName = "",
    format_: Format = "table",
) -> None:
    """Flag local items that go back to no national one."""
    from yugong.review.access import check_local, read_list

    found = check_local(read_list(file), read_list(national, edition))
    emit(found.table(), format_)
    for note in found.notes:
        typer.echo(f"  {note.in_()}", err=True)


def opened(
    title: Annotated[str, typer.Argument(help=Text("开放的事项", "the item opened").in_())],
    industry: Annotated[str, typer.Argument(help=Text("行业代码，如 C16", "industry code, e.g. C16").in_())],
    factor: Annotated[
        float, typer.Argument(help=Text("成本变为原来的几倍（假设）", "costs new over old (assumed)").in_())
    ],
    place: Annotated[list[str] | None, typer.Option("--place", help=Text("开放的地区", "places opened").in_())] = None,
    lever: Annotated[str, typer.Option("--lever", help="trade_cost, productivity")] = "trade_cost",
    out: Annotated[Path | None, typer.Option("--out", help=Text("写入 .toml", "write a .toml").in_())] = None,
) -> None:
    """Write a scenario for `yugong simulate`."""
    from yugong.base.files import write_atomic
    from yugong.review.access import opening_scenario

    text = opening_scenario(title, industry, factor, lever, tuple(place or ()))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_atomic(out, text)
    typer.echo(Text(f"已写入 {out}", f"wrote {out}").in_())


def listed(format_: Format = "table") -> None:
    """List the published editions."""
    import pandas as pd

    from yugong.review.access import editions

    rows = [
        {"edition": e.edition, "document": e.document, "n_items": e.items, "certainty": e.certainty}
        for e in editions().values()
    ]
    emit(pd.DataFrame(rows), format_)


def _list(file: Path | None, edition: str) -> "AccessList":
    from yugong.review.access import built_in, read_list

    return built_in() if file is None else read_list(file, edition)
