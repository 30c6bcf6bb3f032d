"""The states an item of the register goes through, and which change may follow which."""

from collections.abc import Sequence

from yugong.base.text import Text

STATES: dict[str, Text] = {
    "draft": Text("拟议", "draft"),
    "signed": Text("已签", "signed"),
    "active": Text("在期", "active"),
    "suspended": Text("暂停", "suspended"),
    "completed": Text("完成", "completed"),
    "terminated": Text("终止", "terminated"),
    "open": Text("提出", "open"),
    "assigned": Text("已分办", "assigned"),
    "resolving": Text("办理中", "being resolved"),
    "resolved": Text("已解决", "resolved"),
    "closed": Text("销号", "closed"),
}
NEXT: dict[str, tuple[str, ...]] = {
    "draft": ("signed", "terminated"),
    "signed": ("active", "terminated"),
    "active": ("suspended", "completed", "terminated"),
    "suspended": ("active", "terminated"),
    "completed": (),
    "terminated": (),
    "open": ("assigned", "closed"),
    "assigned": ("resolving", "open"),
    "resolving": ("resolved", "assigned"),
    "resolved": ("closed", "resolving"),
    "closed": (),
}
FINAL = {state for state, after in NEXT.items() if not after}


def first(kind: str) -> str:
    """Return the state an item starts in: blockages are open, the rest drafts."""
    return "open" if kind == "blockage" else "draft"


def bad_step(kind: str, states: Sequence[str]) -> int | None:
    """Return the position of the first change that may not follow, None where all may.

    A history may begin with any state of its kind: what went before is then not in the register.
    """
    blockage = kind == "blockage"
    own = set(list(STATES)[6:]) if blockage else set(list(STATES)[:6])
    before: str | None = None
    for i, state in enumerate(states):
        if state not in own or (before is not None and state not in NEXT[before]):
            return i
        before = state
    return None
