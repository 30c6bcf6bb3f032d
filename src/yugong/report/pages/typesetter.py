"""Typst, the typesetter behind PDF and pictures: whether it is there, with which fonts, and one way to call it."""

import json
import os
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

FOLDERS = "YUGONG_FONTS"  # folders of fonts, beside the system's
SANS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimHei",
        "WenQuanYi Micro Hei", "Heiti SC")  # fmt: skip
_PROBE = b"#set page(width: 60pt, height: 40pt, margin: 4pt)\n#text(size: 24pt, fallback: true, sys.inputs.words)"


def require_typst(what: str) -> None:
    """Raise an InputError that says how to install typst when it is absent; `what` names the format that needs it."""
    if find_spec("typst") is not None:
        return
    raise InputError([
        Problem(
            Text("版面和图要用 typst，还没有安装", "pages and pictures are drawn by typst, which is not installed"),
            Text("先运行 pip install typst", "run pip install typst first"),
            file=what,
        )
    ])  # fmt: skip


def require_chinese(what: str) -> None:
    """Raise an InputError when no font here has Chinese characters: they would be printed as empty boxes."""
    if _has_chinese(os.environ.get(FOLDERS, "")):
        return
    raise InputError([
        Problem(
            Text("找不到带汉字的字体，汉字会印成空框", "no font here has Chinese characters; they would print as empty boxes"),
            Text(
                f"安装一种中文字体（如 Debian 的 fonts-noto-cjk），或把字体文件夹写进环境变量 {FOLDERS}",
                f"install a Chinese font (such as Debian's fonts-noto-cjk), or name its folder in {FOLDERS}",
            ),
            file=what,
        )
    ])  # fmt: skip


def chosen(*families: str) -> list[str]:
    """Return those of the font families that are installed, in order."""
    held = set(_fonts(os.environ.get(FOLDERS, "")).families())
    return [f for f in families if f in held]


def pdf(template: str, data: object, created: str) -> bytes:
    """Return a template of this folder with its data as PDF; the same input gives the same bytes."""
    stamp = datetime.fromisoformat(created).replace(tzinfo=UTC)
    made = _compile(template, data, format="pdf", timestamp=stamp)
    return made[0]


def pngs(template: str, data: object, ppi: float) -> list[bytes]:
    """Return each page of a template with its data as a PNG."""
    return _compile(template, data, format="png", ppi=ppi)


def _compile(template: str, data: object, **options: Any) -> list[bytes]:
    import typst

    source = files("yugong.report.pages").joinpath(template).read_bytes()
    inputs = {"data": json.dumps(data, ensure_ascii=False, allow_nan=False)}
    fonts = _fonts(os.environ.get(FOLDERS, ""))
    made = typst.compile(source, font_paths=fonts, sys_inputs=inputs, **options)
    return [made] if isinstance(made, bytes) else list(made or ())


@cache
def _fonts(folders: str) -> Any:
    import typst

    return typst.Fonts(font_paths=[f for f in folders.split(os.pathsep) if f])


@cache
def _has_chinese(folders: str) -> bool:
    """Tell whether two Chinese characters look different: without a font both are the same empty box."""
    import typst

    fonts = _fonts(folders)
    one, other = (
        typst.compile(_PROBE, format="png", ppi=36, font_paths=fonts, sys_inputs={"words": w}) for w in ("国", "地")
    )
    return bool(one != other)
