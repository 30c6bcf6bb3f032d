"""Start-up and the main job, as whole processes."""

import tempfile

from _measure import Figure, process_cpu_seconds


def figures(full: bool = False) -> list[Figure]:
    bare = process_cpu_seconds(["-c", "pass"])
    imported = process_cpu_seconds(["-c", "import yugong"])
    helped = process_cpu_seconds(["-m", "yugong", "--help"])
    with tempfile.TemporaryDirectory() as folder:
        report = process_cpu_seconds(["-m", "yugong", "report", "--out", f"{folder}/report"], repeats=1)
    return [
        Figure("python -c pass", bare, "s CPU", ""),
        Figure("import yugong", imported, "s CPU", "< 0.15", f"{imported / bare:.1f} × bare Python"),
        Figure("yugong --help", helped, "s CPU", "< 0.3", f"{helped / bare:.1f} × bare Python"),
        Figure("yugong report (China, cold)", report, "s CPU", "< 30"),
    ]
