"""Published studies, reproduced: read the authors' data, solve, and set computed against published."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Replication:
    """Published numbers beside computed ones: rows of (case, outcome, published, computed, tolerance)."""

    title: Text
    rows: tuple[tuple[str, str, float, float, float], ...]
    method: MethodCard

    @property
    def passed(self) -> bool:
        """Whether every computed number is within its tolerance of the published one."""
        return all(abs(computed - published) <= within for _, _, published, computed, within in self.rows)

    def table(self) -> "pd.DataFrame":
        """Return one row a number."""
        import pandas as pd

        frame = pd.DataFrame(self.rows, columns=["case", "outcome", "published", "computed", "tolerance"])
        frame["difference"] = frame["computed"] - frame["published"]
        return frame


STUDIES = ("tombe-zhu", "caliendo-parro", "gravity-44")


def replicate(name: str, data: str | Path) -> Replication:
    """Reproduce one of STUDIES from the folder of its authors' data.

    UnknownNameError for another name, InputError where a file of the data is missing.
    """
    from importlib import import_module

    if name not in STUDIES:
        raise UnknownNameError(Text("可复现的研究", "study to replicate"), name, STUDIES)
    module = import_module(f"yugong.simulate.published.{name.replace('-', '_')}")
    try:
        found: Replication = module.replicate(Path(data))
    except FileNotFoundError as lost:
        file = Path(lost.filename).name if lost.filename else str(lost)
        what = Text(f"缺少作者数据文件：{file}", f"a file of the authors' data is missing: {file}")
        do = Text("--data 写放有作者数据的文件夹", "let --data name the folder that holds the authors' files")
        raise InputError([Problem(what, do, str(data))]) from lost
    return found
