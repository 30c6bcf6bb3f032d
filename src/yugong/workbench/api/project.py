"""The user's project, saved as it changes."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.operations import Call, Operation


def read(bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the project as it was last saved, by whichever server."""
    revision, project = bench.store.read()
    return {"revision": revision, "project": project}


def save(bench: Bench, call: Call) -> dict[str, Any]:
    """Save the project over the revision it was made from."""
    return {"revision": bench.store.save(call.body.revision, call.body.project)}


OPERATIONS = (
    Operation("GET", "/api/project", Text("自动保存的项目", "the saved project"), read, shapes.Project),
    Operation(
        "PUT", "/api/project", Text("保存项目", "save the project"), save, shapes.Saved, body=shapes.ProjectRequest
    ),
)
