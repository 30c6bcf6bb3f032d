"""Let the evaluate tests share one helper module of panels."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
