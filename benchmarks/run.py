"""Print every benchmark's figures beside their targets: `python benchmarks/run.py [NAME …]`."""

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is loaded: figures are CPU seconds of one thread


def main(names: list[str]) -> None:
    found = sorted(p.stem for p in Path(__file__).parent.glob("bench_*.py"))
    for stem in found:
        if names and stem.removeprefix("bench_") not in names:
            continue
        print(f"== {stem}", flush=True)
        for figure in importlib.import_module(stem).figures():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
