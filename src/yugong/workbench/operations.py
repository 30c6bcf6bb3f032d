"""What the interface can be asked: one row a resource, from which both the routes and their description are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.workbench.bench import Bench

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what stood in the path, the query and the body, each as its model; `name` goes with raw bodies."""

    path: dict[str, str] = field(default_factory=dict)
    query: Any = None
    body: Any = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file in answer."""

    content: bytes
    media: str
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask: its address, models of query, body and answer, and the function that answers.

    `raw` bodies are bytes with a file's name in a header. `media` are what a download can be.
    """

    method: Method
    path: str
    title: Text
    run: "Callable[[Bench, Call], dict[str, Any] | Download]"
    answer: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    raw: bool = False
    media: tuple[str, ...] = ()
    status: int = 200
