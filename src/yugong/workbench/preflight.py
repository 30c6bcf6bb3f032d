"""A draft opened first in a child process under limits of time and memory, so that a hostile one harms nothing.

Run as a script it opens the file named and says nothing; the parent reads how it ended. What a child has opened within
its limits is safe to open again.
"""

import subprocess
import sys
from pathlib import Path

from yugong.base.text import Text
from yugong.study.readers import limits
from yugong.study.readers.guard import refuse

PARSED = (".docx", ".pdf")  # kinds with a parser that could be led astray
SECONDS = 20
REFUSED = 3  # the parent opens it again and says why
SMALLER = Text("把需要审的部分另存为一个新文件", "save the part to be reviewed as a new file")


def survives(path: Path, seconds: int = SECONDS, memory: int = limits.PARSE_BYTES) -> None:
    """InputError where a draft cannot be opened within `seconds` and `memory` bytes, or takes its reader down."""
    if path.suffix.lower() not in PARSED:
        return
    command = [sys.executable, "-P", "-m", "yugong.workbench.preflight", str(path), str(seconds), str(memory)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        what = Text(f"{seconds} 秒内未能读完", f"it could not be read within {seconds} seconds")
        raise refuse(path, what, SMALLER) from error
    if done.returncode not in (0, REFUSED):
        what = Text("读这个文件耗尽了内存或中断了程序", "reading this file ran out of memory or broke its reader")
        raise refuse(path, what, SMALLER)


def main(path: str, seconds: int, memory: int) -> None:
    """Open a draft under limits; exit with REFUSED where it is refused with words."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock still ends the child
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from yugong.base.errors import YugongError
    from yugong.review.document.open import open_draft

    try:
        open_draft(Path(path))
    except YugongError:
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
