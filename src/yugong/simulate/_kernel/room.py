"""Room for compiled code: each compiled shape holds hundreds of memory maps, and a process may have some 65 000."""

from pathlib import Path
from typing import Any

import jax

MAPS, LIMIT = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")
FULL = 0.5  # of the limit: what one more shape needs, with gradients and certificates, is far less than the rest


def make_room(limit: int | None = None) -> bool:
    """Drop compiled code where the process nears its limit of memory maps; say whether it was dropped.

    What is needed again comes back from the cache on disk. Systems that do not count maps need none of this.
    """
    if not (MAPS.exists() and LIMIT.exists()):
        return False
    most = int(LIMIT.read_text()) if limit is None else limit
    if MAPS.read_text().count("\n") < FULL * most:
        return False
    drop: Any = jax.clear_caches
    drop()
    return True
