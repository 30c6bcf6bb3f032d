"""`yugong simulate STUDY --scenario FILE`: solve scenarios, list presets and levers, replicate published studies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.cli import verbs
from yugong.cli.app import group
from yugong.cli.options import Format, On, Out, StudyArgument
from yugong.cli.show import emit, method_note

if TYPE_CHECKING:
    import pandas as pd

    from yugong.simulate.simulation import Simulation

VIEWS = ("nation", "group", "region", "sector", "trade", "migration", "balances", "channels", "decomposition",
         "levels", "disparity")  # fmt: skip

CERTIFICATES = ("quick", "full", "none")


class _RunByDefault(TyperGroup):
    """`simulate STUDY …` is `simulate run STUDY …`, and `simulate STUDY VERB …` is `simulate verb STUDY VERB …`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            further = len(args) > 1 and not args[1].startswith("-")
            args = ["verb" if further else "run", *args]
        return super().resolve_command(ctx, args)


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    verb = group(
        Text(
            "模拟：如果这样做，会怎样。先试：yugong simulate china --scenario unified_market",
            "what would happen if; try first: yugong simulate china --scenario unified_market",
        ),
        cls=_RunByDefault,
    )
    verb.command("run", help=Text("求解情景", "solve scenarios").in_())(run)
    verb.command(
        "verb",
        help=Text(
            "其他方法：yugong simulate STUDY optimise --levers … ；不写方法则列出",
            "further methods: yugong simulate STUDY optimise --levers …; without one, all are listed",
        ).in_(),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(further)
    verb.command("presets", help=Text("列出预设情景", "list the preset scenarios").in_())(presets)
    verb.command("levers", help=Text("列出可用的杠杆", "list the levers").in_())(levers)
    verb.command("replicate", help=Text("复现已发表的结果", "replicate published results").in_())(replicate)
    app.add_typer(verb, name="simulate")


def further(
    context: typer.Context,
    path: StudyArgument,
    explain: verbs.Explain = False,
    template: verbs.Template = None,
    format_: Format = "table",
    out: verbs.Out = None,
) -> None:
    """Run the methods of the simulate room on a study: optimise, frontier, gradients, grid, path and the others."""
    from yugong.simulate.catalogue import CATALOGUE

    verbs.run(CATALOGUE, context.args, path, explain, template, format_, out)


def run(
    path: StudyArgument,
    scenario: Annotated[
        str | None, typer.Option(help=Text("预设的代号或 TOML 文件", "id of a preset, or a TOML file").in_())
    ] = None,
    compare: Annotated[
        list[str] | None, typer.Option(help=Text("再比较一个情景，可重复", "a further scenario; may be repeated").in_())
    ] = None,
    by: Annotated[str, typer.Option(help=Text("看什么：", "what to show: ").in_() + ", ".join(VIEWS))] = "",
    year: Annotated[int | None, typer.Option(help=Text("基年", "base year").in_())] = None,
    detail: Annotated[str, typer.Option(help=Text("部门：three 或 eight", "sectors: three or eight").in_())] = "eight",
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            help=Text("参数=数值，可重复", "a parameter: name=value; may be repeated").in_(), metavar="NAME=VALUE"
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            help=Text(
                "自备的贸易与投入产出表：工作簿（用 --template 取）或文件夹，代替研究自身的基年",
                "your own tables of trade and inputs, a workbook (see --template) or a folder, in place of the study's base year",
            ).in_()
        ),
    ] = None,
    groups: Annotated[str, typer.Option(help=Text("分组", "grouping").in_())] = "plates",
    on: On = None,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help=Text(
                "只求基年附近的一阶近似（快，大冲击不准）", "first order around the base year only (fast, rough)"
            ).in_(),
        ),
    ] = False,
    draws: Annotated[
        int, typer.Option(min=0, help=Text("弹性抽样次数，给出区间", "draws over elasticities, for bands").in_())
    ] = 0,
    trade_errors: Annotated[
        bool,
        typer.Option(
            "--trade-errors",
            help=Text("区间也计入省际贸易的估计误差", "bands also cover the error of modelled trade").in_(),
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help=Text("随机种子", "random seed").in_())] = 0,
    certificate: Annotated[
        str,
        typer.Option(
            help=Text(
                "证书：quick 查残差、收支与其他起点，full 再算谱半径，none 不查",
                "certificate: quick checks residuals, accounts and other starts, full adds spectral radii, none skips it",
            ).in_()
        ),
    ] = "quick",
    explain: verbs.Explain = False,
    template: verbs.Template = None,
    format_: Format = "table",
    out: Out = None,
) -> None:
    """Solve scenarios on a study's economy and show what changes."""
    from yugong import study
    from yugong.simulate.catalogue import CATALOGUE

    if template is not None:
        verbs.run(CATALOGUE, ["simulate"], path, template=template)
        return
    if by and by not in VIEWS:
        views = ", ".join(VIEWS)
        raise YugongError(Text(f"--by 只能是 {views}", f"--by must be one of {views}"))
    if detail not in ("eight", "three"):
        raise YugongError(Text("--detail 只能是 eight 或 three", "--detail must be eight or three"))
    if certificate not in CERTIFICATES:
        known = ", ".join(CERTIFICATES)
        raise YugongError(Text(f"--certificate 只能是 {known}", f"--certificate must be one of {known}"))
    s = study.read(path)
    result: Simulation = s.simulate(
        scenario, compare=compare or (), year=year, detail=detail, parameters=parameter or (), file=file, groups=groups,
        on=on, preview=preview, draws=draws, seed=seed, trade_errors=trade_errors, certificate=certificate != "none",
        radii=certificate == "full",
    )  # fmt: skip
    if explain:
        verbs.explained(result)
        return
    wanted = [by] if by else ["nation", "group", "region", "disparity"]
    for view in wanted:
        frame = disparity(result) if view == "disparity" else result.table(view)  # type: ignore[arg-type]
        if len(wanted) > 1 and format_ == "table":
            typer.echo(f"\n{TITLES[view].in_()}")
        emit(
            verbs.named(_worded(frame, measures=format_ == "table" and out is None), s, format_=format_),
            format_,
            out if len(wanted) == 1 or out is None else out.with_stem(f"{out.stem}-{view}"),
        )
    typer.echo(result.label.in_(), err=True)
    for i, one in enumerate(result.results):
        said = [one.status.text]
        if result.certificates:
            said += [result.certificates[i].checks, result.certificates[i].text]
        typer.echo(Text("；".join(t.zh for t in said), "; ".join(t.en for t in said)).in_(), err=True)
    for band in result.bands:
        typer.echo(band.text.in_(), err=True)
    method_note(result.method)
    if not result.converged:
        raise typer.Exit(3)


ITEMS = {
    "transfer": Text("转移支付净得", "net transfers"),
    "government": Text("地方公共支出", "local public spending"),
    "tax_revenue": Text("生产税收入", "taxes on production"),
    "tariff_revenue": Text("关税收入", "tariff revenue"),
    "carbon_revenue": Text("碳收入", "carbon revenue"),
    "portfolio": Text("全国资产组合净得", "net income from the national portfolio"),
    "income": Text("居民收入", "household income"),
    "trade_balance": Text("贸易差额（输出减输入）", "trade balance (exports less imports)"),
}


def _worded(frame: "pd.DataFrame", measures: bool) -> "pd.DataFrame":
    """Put words for the ids of accounts and channels, and on the screen for those of measures of disparity."""
    from yugong.simulate.channels import TITLES as CHANNELS

    words: dict[str, dict[str, Text]] = {"item": ITEMS, "channel": CHANNELS}
    if measures:
        words |= {"variable": OF_DISPARITY}
    shown = frame.copy()
    for column, texts in words.items():
        if column in shown:
            shown[column] = [texts[cell].in_() for cell in shown[column]]
    return shown


OF_DISPARITY = {
    "grp_per_head": Text("人均地区生产总值", "GRP per head"),
    "real_income": Text("人均实际收入", "real income per head"),
}
TITLES = {
    "nation": Text("全国", "Nation"),
    "group": Text("分组", "By group"),
    "region": Text("分地区", "By region"),
    "disparity": Text("差距：情景前后", "Disparity before and after"),
}


def disparity(result: "Simulation") -> "pd.DataFrame":
    """Return the Gini and Theil of output and real income per head, weighted by people, before and after.

    With draws, the change has its band.
    """
    import pandas as pd

    from yugong.report.simulated import disparity as measured
    from yugong.simulate.bands import add_bands
    from yugong.simulate.simulation import LEVEL

    frame = measured(result.table("levels"))
    if not result.bands:
        return frame
    parts = []
    for i, scenario in enumerate(result.scenarios):
        own = frame[frame["scenario"] == scenario.id].reset_index(drop=True)
        parts.append(add_bands(own, map(measured, result.draws("levels", i)), ("change",), LEVEL))
    return pd.concat(parts, ignore_index=True)


def presets(format_: Format = "table", out: Out = None) -> None:
    """List the preset scenarios."""
    import pandas as pd

    from yugong.simulate.scenario.shipped import PRESETS, preset

    rows = [{"id": p, "title": preset(p).title.in_()} for p in PRESETS]
    emit(pd.DataFrame(rows), format_, out)


def levers(format_: Format = "table", out: Out = None) -> None:
    """List the levers."""
    import pandas as pd

    from yugong.registry.levers import families
    from yugong.registry.levers import levers as registered

    known = families()
    rows = [
        {
            "id": lever.id,
            "family": known[lever.family].in_(),
            "title": lever.title.in_(),
            "unit": lever.unit.in_(),
            "chosen_by": ", ".join(lever.by),
            "low": lever.low,
            "high": lever.high,
            "payer": lever.payer.in_(),
        }
        for lever in registered()
    ]
    frame = pd.DataFrame(rows)
    none = Text("", "")
    frame.attrs["titles"] = {
        "family": (Text("类别", "Family"), none),
        "unit": (Text("单位", "Unit"), none),
        "chosen_by": (Text("按什么选择", "Chosen by"), none),
    }
    emit(frame, format_, out)


def replicate(
    name: Annotated[str, typer.Argument(help="tombe-zhu, caliendo-parro, gravity-44")],
    data: Annotated[Path, typer.Option(help=Text("原作者数据所在文件夹", "the folder of the authors' data").in_())],
    format_: Format = "table",
    out: Out = None,
) -> None:
    """Print published beside computed numbers; exit 3 when one lies outside its tolerance."""
    from yugong.simulate import replicate as reproduce

    found = reproduce(name, data)
    emit(found.table(), format_, out)
    method_note(found.method)
    if not found.passed:
        raise typer.Exit(3)
