"""Let the simulate tests share one helper module of economies."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
