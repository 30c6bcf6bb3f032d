"""What did it do: one brief an evaluation, in a fixed order: sentence, path, before, other ways, placebos, card, limits."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from yugong import __version__
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, YugongError
from yugong.base.text import Text
from yugong.report.chapters import evaluation_figures as drawn
from yugong.report.chapters.context import Context, Part, column, sentence
from yugong.report.charts import Tile
from yugong.report.model import Block, Card, Cell, Chapter, Document, Finding, Heading, Meta, Paragraph, Table

if TYPE_CHECKING:
    from yugong.evaluate.assessment import Evaluation
    from yugong.evaluate.recipe import Recipe, Run
    from yugong.study.model import Study

ID = "evaluation"
TITLE = Text("政策做成了什么", "What did it do")
LEAD = Text(
    "每项评估先登记方案、再看结果：一句话结论，没有该政策会怎样，事前像不像，换个做法还成立吗，假政策检验，可信度清单，局限。"
    "最差的一盏灯限定结论的措辞。",
    "Each evaluation was written down before its result was seen: the conclusion in one sentence, what would have been "
    "without the policy, how alike things were before, other ways of doing it, placebo policies, the credibility card, "
    "and limits. The worst light caps what may be said.",
)
SIGNS = {"green": "●", "amber": "▲", "red": "■", "none": "–"}


def build(c: Context) -> Part:
    """Return the chapter: every shipped recipe of the study, and those in its folder `evaluate`."""
    from yugong.evaluate import recipe

    blocks: list[Block] = []
    findings: list[Finding] = []
    cards: list[MethodCard] = []
    warnings: list[Text] = []
    runs: list[Run] = []
    for number, chosen in enumerate(_recipes(c), 1):
        c.tick()
        try:
            made = recipe.run(chosen, c.study)
        except InputError as error:
            text = Text("；".join(p.what.zh for p in error.problems), "; ".join(p.what.en for p in error.problems))
            warnings.append(_refused(chosen, text))
            continue
        except YugongError as error:
            warnings.append(_refused(chosen, error.text))
            continue
        runs.append(made)
        mine = brief(made, str(number), c.tiles, c.study)
        blocks += [Heading(chosen.title), *(b for b in mine if not isinstance(b, Card))]
        findings += [b for b in mine if isinstance(b, Finding)][:1]
        cards += [b.method for b in mine if isinstance(b, Card)]
    if not blocks and not warnings:
        warnings.append(
            Text(
                "本研究没有登记的评估方案；把方案（.toml）放进研究文件夹的 evaluate 子文件夹。",
                "No recipe is registered for this study; put recipes (.toml) in the folder evaluate of the study.",
            )
        )
    lost = [Finding(w, tone="caution") for w in warnings]
    whole = [_overall(runs, blocks)] if runs else []
    findings = [*whole, *findings]
    return Part(Chapter(ID, TITLE, (*whole, *blocks, *lost), LEAD), tuple(findings), (), tuple(cards), tuple(warnings))


def brief(run: "Run", slug: str, tiles: tuple[Tile, ...] = (), study: "Study | None" = None) -> list[Block]:
    """Return the blocks of the one-page brief of a run; `slug` tells its figures from those of others."""
    e, r = run.evaluation, run.recipe
    blocks: list[Block] = [_headline(e, slug)]
    blocks += [Paragraph(t) for t in r.words("why")]
    blocks.append(drawn.path(e, slug))
    if tiles and (made := drawn.gap_map(e, slug, tiles)) is not None:
        blocks.append(made)
    blocks += [Heading(Text("事前像不像", "How alike before")), drawn.event_study(e, slug)]
    if e.curve is not None:
        blocks += [
            Heading(Text("换个做法还成立吗", "Does it hold when done otherwise")),
            drawn.curve(e, slug),
            drawn.curve_choices(e, slug),
        ]
    blocks.append(_others(e, slug))
    if (made := drawn.placebos(e, slug)) is not None:
        blocks += [Heading(Text("假政策检验", "Placebo policies")), made]
    if e.synergy is not None:
        blocks += _synergy(run, slug, study)
    blocks += [Heading(Text("可信度清单", "Credibility card")), _card(e, slug)]
    blocks += [Heading(Text("局限与下一次评估", "Limits, and the next evaluation")), *_limits(run)]
    blocks.append(Card(e.method))
    if e.evidence.randomised is not None:
        blocks.append(Card(e.evidence.randomised.method))
    if e.curve is not None:
        blocks.append(Card(e.curve.method))
    return blocks


def document(run: "Run") -> Document:
    """Return the brief of one run as a document of its own."""
    from yugong import study as studies

    tiles: tuple[Tile, ...] = ()
    held = None
    if not run.recipe.panel:
        held = studies.read(run.recipe.study)
        tiles = Context(held).tiles
    e = run.evaluation
    notices = tuple(n for n in e.question.notes)
    meta = Meta(
        run.recipe.study,
        run.recipe.title,
        datetime.now(UTC).date().isoformat(),
        __version__,
        dict(e.method.options) | {"recipe": run.recipe.id, "series": run.sha256},
        {"placebos": int(run.recipe.specification.get("seed", 0))},
        (),
        notices,
    )
    return Document(
        TITLE, run.recipe.title, (Chapter(ID, run.recipe.title, tuple(brief(run, "1", tiles, held)), LEAD),), meta
    )


def _recipes(c: Context) -> "list[Recipe]":
    from yugong.evaluate import recipe

    found = [r for r in recipe.shipped() if not r.panel and r.study == c.study.id]
    folder = c.study.folder / "evaluate" if c.study.folder is not None else None
    if folder is not None and folder.is_dir():
        found += [recipe.read(f) for f in sorted(folder.glob("*.toml"))]
    return found


def _overall(runs: "list[Run]", blocks: list[Block]) -> Finding:
    """Say how many evaluations there are and how many may be laid to their policy."""
    told = [r for r in runs if r.evaluation.card.worst != "red"]
    seen = [r for r in told if r.evaluation.answer.p <= 0.05]
    text = Text(
        f"登记了 {len(runs)} 项评估：{len(runs) - len(told)} 项有红灯，不能归因于政策；其余 {len(told)} 项中有 {len(seen)} 项看到了效应。",
        f"{len(runs)} evaluation(s) are registered: {len(runs) - len(told)} have a red light and allow no attribution; of "
        f"the other {len(told)}, {len(seen)} show(s) an effect.",
    )
    first = next(b for b in blocks if isinstance(b, Table) and "card" in b.id)
    return Finding(text, see=first.id)


def _refused(chosen: "Recipe", why: Text) -> Text:
    return sentence(Text(f"“{chosen.title.zh}”没有做：{why.zh}", f"“{chosen.title.en}” was not evaluated: {why.en}"))


def _headline(e: "Evaluation", slug: str) -> Finding:
    from yugong.evaluate.assessment import scale_words

    tone: Any = "caution" if e.card.worst == "red" else "neutral"
    why, scale = e.evidence.owner.reason, scale_words(e.card.scale)
    return Finding(
        e.conclusion, sentence(Text(f"{why.zh}。{scale.zh}", f"{why.en}. {scale.en[:1].upper()}{scale.en[1:]}")),
        f"fig-evaluation-path-{slug}", tone,
    )  # fmt: skip


def _card(e: "Evaluation", slug: str) -> Table:
    from yugong.evaluate.credibility.rules import LIGHTS

    rows: list[tuple[Cell, ...]] = []
    for item in e.card.items:
        light = LIGHTS[item.light]
        sign = SIGNS[item.light]
        rows.append((item.title, Text(f"{sign} {light.zh}", f"{sign} {light.en}"), item.value, item.rule))
    worst = LIGHTS[e.card.worst]
    note = Text(
        f"最差为{worst.zh}灯，结论的措辞以此为限；规则在评估前公布，不随结果改变。",
        f"The worst light is {worst.en}, which caps the wording; the rules are published before any evaluation and do not "
        "change with its result.",
    )
    return Table(
        f"tab-evaluation-card-{slug}",
        Text("可信度清单", "Credibility card"),
        tuple(column(i) for i in ("check", "light", "reading", "rule")),
        tuple(rows),
        (note,),
        marked=frozenset(k for k, i in enumerate(e.card.items) if i.light == "red"),
    )


def _others(e: "Evaluation", slug: str) -> Table:
    from yugong.report.chapters.evaluation_figures import METHODS, scaled, unit_of

    rows: tuple[tuple[Cell, ...], ...] = tuple((METHODS.get(k, Text(k, k)), scaled(e, v)) for k, v in e.others.items())
    return Table(
        f"tab-evaluation-others-{slug}",
        Text("其他估计方法", "Other estimators"),
        (column("estimator"), column("estimate", drawn.how(e), unit=unit_of(e))),
        rows,
        (
            Text(
                "结论只用登记的方法；其余并列供比较。",
                "The conclusion rests on the registered method alone; others stand beside it.",
            ),
        ),
        marked=frozenset(k for k, name in enumerate(e.others) if name == e.answer.by),
    )


def _synergy(run: "Run", slug: str, study: "Study | None") -> list[Block]:
    blocks: list[Block] = [
        Heading(Text("1+1>2 吗", "Is one and one more than two")),
        drawn.synergy(run.evaluation, slug),
    ]
    if run.recipe.simulated and study is not None:
        made = study.design.synergy(run.recipe.simulated)
        names = [t for _, t in made.strategies]
        joint, excess = 100 * made.joint, 100 * made.excess
        blocks.append(
            Paragraph(
                Text(
                    f"旁证（模拟，不是估计）：{'与'.join(n.zh for n in names)}联合实施使全国实际收入变化 {joint:+.2f}%，其中协同 {excess:+.3f} 个百分点。",
                    f"Beside it, simulated and not estimated: {' and '.join(n.en for n in names)} together change national "
                    f"real income by {joint:+.2f} %, of which synergy {excess:+.3f} percentage points.",
                )
            )
        )
    return blocks


def _limits(run: "Run") -> list[Block]:
    from yugong.evaluate import recipe
    from yugong.evaluate.due import calendar

    r = run.recipe
    blocks: list[Block] = [Paragraph(t) for t in run.evaluation.limits]
    blocks += [Paragraph(Text(f"要补的数据：{t.zh}", f"Data to collect: {t.en}")) for t in r.words("collect")]
    rows = [d for d in calendar(recipe.shipped()).rows if d.recipe == r.id]
    due = rows[0].due if rows else r.next
    if due is not None:
        blocks.append(
            Paragraph(
                Text(
                    f"下一次评估：{due.isoformat()}，或数据有修订时；重做并说明与本次之差：yugong evaluate {r.study} {r.id} --record 记录.json。",
                    f"Next evaluation: {due.isoformat()}, or when figures are revised; run it again with the difference "
                    f"explained: yugong evaluate {r.study} {r.id} --record runs.json.",
                )
            )
        )
    state = Text("与登记时相同", "those registered") if run.pinned else Text("与登记时不同", "not those registered")
    blocks.append(
        Paragraph(
            Text(
                f"方案 {r.id} 登记于 {r.registered.isoformat()}；所用数据{state.zh}（SHA-256 {run.sha256[:12]}…）。",
                f"Recipe {r.id}, registered {r.registered.isoformat()}; the series used are {state.en} (SHA-256 {run.sha256[:12]}…).",
            )
        )
    )
    return blocks
