"""Options that several verbs share, so that each is named once."""

from pathlib import Path
from typing import Annotated

import typer

from yugong.base.text import Text

# help texts are made when the verb's module is imported, after --lang has been read
Format = Annotated[
    str, typer.Option("--format", help=Text("table、csv 或 json", "table, csv or json").in_(), metavar="FORMAT")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", help=Text("写入文件:.csv、.json 或 .xlsx", "write to a file: .xlsx .docx .tex .dta .csv .json").in_()
    ),
]
On = Annotated[
    str | None, typer.Option("--on", help=Text("日期，如 2020-01-01", "date, e.g. 2020-01-01").in_(), metavar="DATE")
]
StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help=Text("研究文件夹，或 china", "a study's folder, or china").in_())
]
