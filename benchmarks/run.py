"""Print every benchmark's figures beside their targets: `python benchmarks/run.py [--full] [NAME …]`."""

import argparse
import importlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is loaded: figures are CPU seconds of one thread
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def main() -> None:
    found = {p.stem.removeprefix("bench_"): p.stem for p in sorted(HERE.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(found))
    parser.add_argument("--full", action="store_true", help="also the sizes that take minutes")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(found)
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    for short in chosen.names or found:
        print(f"== {short}", flush=True)
        for figure in importlib.import_module(found[short]).figures(full=chosen.full):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
