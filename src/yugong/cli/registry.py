"""`yugong registry`: places, groups, strategies, pairs, agreements, tasks, as dated and cited rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yugong.base.text import Text, language
from yugong.cli.app import group
from yugong.cli.options import Format, On, Out
from yugong.cli.show import emit

if TYPE_CHECKING:
    import pandas as pd

# register → (what it lists, the argument its function selects by)
_REGISTERS: dict[str, tuple[Text, str | None]] = {
    "places": (Text("地区：代码、名称、驻地、面积、方格图位置", "places: codes, names, seats, areas, tiles"), "level"),
    "groups": (
        Text("分组：板块、战略区域、城市群、粮食功能区……", "groups: plates, strategy areas, clusters …"),
        "grouping",
    ),
    "members": (Text("某个分组在某日的成员", "the members of a group on a date"), "group_name"),
    "strategies": (Text("战略及其文件和起始日期", "strategies, their documents and start dates"), "family"),
    "milestones": (Text("战略的各个时点", "the dated milestones of strategies"), "family"),
    "pairs": (Text("结对帮扶", "paired assistance"), "kind"),
    "agreements": (Text("横向生态补偿协议", "horizontal compensation agreements"), "place"),
    "payments": (Text("已付补偿资金", "compensation paid"), None),
    "settlements": (Text("中央清算", "central settlements"), None),
    "tasks": (Text("2024 年决定的区域任务", "the regional tasks of the 2024 decision"), None),
    "points": (Text("2018 年意见的要点", "the points of the 2018 opinions"), None),
    "figures": (Text("可作检验的官方数字", "official figures usable as checks"), None),
    "taxonomies": (Text("分类：四类机制、五个统筹", "taxonomies: four mechanisms, five coordinations"), None),
}
_DATED = {"places", "members", "strategies", "milestones", "pairs", "agreements"}


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    verb = group(Text("名录：逐条注明文件与可靠程度", "registers; each row has its document and certainty"))

    @verb.command("show", help=Text("列出一个登记簿", "list one register").in_(), no_args_is_help=True)
    def show(
        register: Annotated[str, typer.Argument(help=_registers())],
        select: Annotated[
            str | None,
            typer.Argument(
                help=Text("选择：分组名、级别、战略类别、地区等", "selection: group, level, family, place").in_()
            ),
        ] = None,
        on: On = None,
        format_: Format = "table",
        out: Out = None,
    ) -> None:
        from yugong.registry import table

        selection: dict[str, Any] = {"on": on} if on and register in _DATED else {}
        key = _REGISTERS[register][1] if register in _REGISTERS else None
        if select is not None and key is not None:
            selection[key] = select
        frame = table(register, **selection)
        emit(frame if format_ != "table" or out is not None else _one_language(frame), format_, out)

    @verb.command("of", help=Text("一个地区属于哪些分组", "the groups a place belongs to").in_(), no_args_is_help=True)
    def of(
        place: Annotated[str, typer.Argument(help=Text("地区名称或代码", "name or code of a place").in_())],
        on: On = None,
        format_: Format = "table",
        out: Out = None,
    ) -> None:
        import pandas as pd

        from yugong.registry import group as find_group
        from yugong.registry import memberships

        rows = [
            {
                "group": find_group(m.group).name.in_(),
                "id": m.group,
                "extent": m.extent,
                "start": m.start,
                "end": m.end,
                "certainty": m.certainty,
                "document": m.document,
            }
            for m in memberships(place, on=on, inherited=True)
        ]
        emit(pd.DataFrame(rows), format_, out)

    @verb.command("load", help=Text("校验自己的可编辑行文件", "check a file of your own editable rows").in_())
    def load(path: Annotated[Path, typer.Argument(help="CSV")]) -> None:
        from yugong.registry import load_overrides

        load_overrides(path)
        typer.echo(Text(f"{path} 可用", f"{path} is usable").in_())

    app.add_typer(verb, name="registry")


def _one_language(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Keep the columns of the current language where a register has both, and drop what is empty."""
    columns = [str(c) for c in frame.columns]
    if language() == "zh":
        lost = {c for c in columns if c == "en" or c.endswith("_en")}
    else:
        lost = {"zh", *(c.removesuffix("_en") for c in columns if c.endswith("_en"))}
        lost |= {c for c in columns if c.endswith("_zh") and c.removesuffix("_zh") + "_en" in columns}
    empty = {c for c in columns if frame[c].isin([None, ""]).all()}
    return frame.drop(columns=[c for c in columns if c in lost | empty])


def _registers() -> str:
    return "; ".join(f"{name} ({text.in_()})" for name, (text, _) in _REGISTERS.items())
