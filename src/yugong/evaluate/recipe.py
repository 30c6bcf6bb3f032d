"""An evaluation written down before it is run: a TOML recipe with its question, its specification and its data's hash."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.evaluate.asking import from_study
from yugong.evaluate.assessment import Evaluation, assess, assess_on_study
from yugong.evaluate.breaks import Break
from yugong.evaluate.policy import table_policy
from yugong.evaluate.question import Question, ask

if TYPE_CHECKING:
    from yugong.study.model import Study

SECTIONS = {
    "": ("id", "title_zh", "title_en", "registered", "study", "question", "specification", "panel", "policy", "breaks",
         "data", "calendar", "say", "simulated"),
    "specification": ("method", "scheme", "draws", "curve", "false_years", "placebo_outcomes", "donors", "seed"),
    "panel": ("file", "treated", "start", "end", "first", "unit_zh", "unit_en", "title_zh", "title_en", "policy_zh", "policy_en", "donors", "source"),
    "breaks": ("year", "kind", "note_zh", "note_en", "adjusted"),
    "data": ("sha256", "vintage"),
    "calendar": ("every", "next"),
    "say": ("policy_zh", "policy_en", "why_zh", "why_en", "limits_zh", "limits_en", "collect_zh", "collect_en"),
}  # fmt: skip
DIGITS = 9  # significant digits of a figure that enter the hash: a rewrite of the same number leaves it alone


@dataclass(frozen=True, slots=True)
class Recipe:
    """A pre-registered evaluation; its specification owns the headline of every run."""

    id: str
    title: Text
    registered: date
    study: str
    question: Mapping[str, Any]
    specification: Mapping[str, Any]
    panel: Mapping[str, Any]
    policy: tuple[Mapping[str, Any], ...]
    breaks: tuple[Mapping[str, Any], ...]
    sha256: str
    vintage: str
    every: int
    next: date | None
    say: Mapping[str, Any]
    simulated: tuple[str, ...] = ()  # scenarios whose simulated synergy stands beside the estimated one
    folder: Path | None = None

    def words(self, key: str) -> tuple[Text, ...]:
        """Return the recipe's own remarks of one kind: why, limits, collect."""
        zh, en = self.say.get(f"{key}_zh", []), self.say.get(f"{key}_en", [])
        return tuple(Text(a, b) for a, b in zip(_list(zh), _list(en), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One run of a recipe: the evaluation, the hash of the series it used, and whether that is the pinned one."""

    recipe: Recipe
    evaluation: Evaluation
    sha256: str

    @property
    def pinned(self) -> bool:
        """Whether the data are those the recipe was registered with."""
        return self.sha256 == self.recipe.sha256


def shipped() -> tuple[Recipe, ...]:
    """Return the recipes that come with the package, by id."""
    home = files("yugong.evaluate").joinpath("recipes")
    names = sorted(f.name for f in home.iterdir() if f.name.endswith(".toml"))
    return tuple(parse(home.joinpath(n).read_text(encoding="utf-8"), n) for n in names)


def is_recipe(word: str) -> bool:
    """Tell whether a word of the command line means a recipe: a .toml file, or a shipped recipe's id."""
    return word.endswith(".toml") or any(r.id == word for r in shipped())


def read(name: str | Path) -> Recipe:
    """Return a recipe from a .toml file, or a shipped one by id; UnknownNameError lists those there are."""
    path = Path(name)
    if path.suffix == ".toml":
        return replace(parse(path.read_text(encoding="utf-8"), path.name), folder=path.parent)
    known = {r.id: r for r in shipped()}
    if str(name) not in known:
        raise UnknownNameError(Text("评估方案", "evaluation recipe"), str(name), list(known))
    return known[str(name)]


def parse(text: str, file: str = "") -> Recipe:
    """Return the recipe of a TOML text; InputError with every unknown or missing key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(Text(f"不是合法的 TOML：{error}", f"not valid TOML: {error}"), file=file)]) from None
    problems = [
        Problem(Text(f"缺 {k}", f"{k} is missing"), file=file) for k in ("id", "registered", "study") if k not in raw
    ]
    for section, allowed in SECTIONS.items():
        held = raw if not section else raw.get(section, {})
        for row in held if isinstance(held, list) else [held]:
            for key in row:
                if key not in allowed:
                    where = f"[{section}] " if section else ""
                    do = Text(f"可用：{'、'.join(allowed)}", f"there are: {', '.join(allowed)}")
                    problems.append(Problem(Text(f"{where}不认识 {key}", f"{where}{key} is not known"), do, file=file))
    if problems:
        raise InputError(problems)
    calendar, data = raw.get("calendar", {}), raw.get("data", {})
    return Recipe(
        raw["id"],
        Text(raw.get("title_zh", raw["id"]), raw.get("title_en", raw["id"])),
        _date(raw["registered"]),
        raw["study"],
        raw.get("question", {}),
        raw.get("specification", {}),
        raw.get("panel", {}),
        tuple(raw.get("policy", [])),
        tuple(raw.get("breaks", [])),
        data.get("sha256", ""),
        data.get("vintage", ""),
        int(calendar.get("every", 0)),
        _date(calendar["next"]) if "next" in calendar else None,
        raw.get("say", {}),
        tuple(raw.get("simulated", [])),
    )


def run(recipe: Recipe, study: "Study | None", draws: int | None = None) -> Run:
    """Return the evaluation that a recipe asks of a study, or of its own panel file.

    draws: fewer placebo assignments than the recipe says, for a quick look; the result then is not the registered one,
    and its notes say so.
    """
    options = dict(recipe.specification)
    note: tuple[Text, ...] = ()
    if draws is not None and draws != options.get("draws", 999):
        options["draws"] = draws
        note = (Text("抽取次数与登记的不同", "the number of draws is not the registered one"),)
    asked = question(recipe, study)
    if recipe.panel:
        made = assess(asked, registered=False, **options)
    else:
        assert study is not None  # noqa: S101 - a recipe without a panel names its study
        made = assess_on_study(study, asked, **options)
    digest = series_hash(asked)
    state = Text(
        f"方案 {recipe.id} 登记于 {recipe.registered}；"
        + ("数据与登记时相同" if digest == recipe.sha256 else "数据与登记时不同"),
        f"recipe {recipe.id}, registered {recipe.registered}; "
        + ("the data are those registered" if digest == recipe.sha256 else "the data are not those registered"),
    )
    said = (*recipe.words("limits"), *made.limits)
    return Run(recipe, replace(made, notes=(*made.notes, state, *note), limits=said), digest)


def question(recipe: Recipe, study: "Study | None") -> Question:
    """Return the question that a recipe asks."""
    if recipe.panel:
        made = _panel_question(recipe)
    else:
        if study is None:
            raise InputError([Problem(Text("该方案要一个研究", "the recipe needs a study"))])
        options = dict(recipe.question)
        if "years" in options:
            options["years"] = _years(options["years"])
        own = table_policy(pd.DataFrame(list(recipe.policy)), recipe.id, recipe.title) if recipe.policy else None
        made = from_study(study, policy=own or options.pop("policy"), **options)
    declared = [
        Break(
            made.outcome,
            int(b["year"]),
            b.get("kind", "definition"),
            Text(b.get("note_zh", ""), b.get("note_en", "")),
            bool(b.get("adjusted")),
        )
        for b in recipe.breaks
        if made.years[0] < int(b["year"]) <= made.years[-1]
    ]
    title = made.policy_title
    if "policy_zh" in recipe.say:
        title = Text(recipe.say["policy_zh"], recipe.say["policy_en"])
    return replace(made, breaks=(*made.breaks, *declared), policy_title=title)


def series_hash(q: Question) -> str:
    """Return SHA-256 of the figures a question uses: outcome, policy and covariates by place and year."""
    digest = hashlib.sha256()
    for name, grid in (("outcome", q.y), ("dose", q.dose), *sorted(q.covariates.items())):
        digest.update(f"{name}\n".encode())
        for place, row in sorted(zip(q.places, grid, strict=True), key=lambda r: r[0]):
            cells = ",".join(f"{y}:{v:.{DIGITS}g}" for y, v in zip(q.years, row, strict=True) if np.isfinite(v))
            digest.update(f"{place}|{cells}\n".encode())
    return digest.hexdigest()


def _panel_question(recipe: Recipe) -> Question:
    """A question on the recipe's own file: a period a row, named in the first column, and a unit a column."""
    p = recipe.panel
    path = (recipe.folder or Path()) / p["file"]
    if not path.is_file():
        do = Text(f"数据不随软件附带，取自：{p.get('source', '')}", f"not shipped; get it from: {p.get('source', '')}")
        raise InputError([Problem(Text(f"找不到 {p['file']}", f"{p['file']} is not there"), do)])
    wide = pd.read_csv(path)
    units = [str(c) for c in wide.columns[1:]]  # the first column names the period
    kept = [p["treated"], *[u for u in units if u != p["treated"] and (not p.get("donors") or u in p["donors"])]]
    first, last = int(p.get("first", 1)), int(p.get("end", len(wide)))
    y = wide.loc[first - 1 : last - 1, kept].to_numpy(float).T
    dose = np.zeros_like(y)
    dose[0, int(p["start"]) - first :] = 1.0
    return ask(
        y,
        dose,
        outcome=recipe.id,
        places=tuple(kept),
        years=tuple(range(first, last + 1)),
        policy=recipe.id,
        policy_title=Text(p.get("policy_zh", recipe.title.zh), p.get("policy_en", recipe.title.en)),
        title=Text(p.get("title_zh", ""), p.get("title_en", "")),
        unit=Text(p.get("unit_zh", ""), p.get("unit_en", "")),
        names={u: Text(u, u) for u in kept},
    )


def _years(value: Any) -> list[int]:
    if isinstance(value, str):
        first, _, last = value.partition("-")
        return list(range(int(first), int(last) + 1))
    return [int(v) for v in value]


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
