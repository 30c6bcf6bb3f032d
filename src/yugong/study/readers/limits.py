"""How large an input may be before it is refused; every cap is named here once."""

MEGABYTE = 1 << 20

MAX_FILE_BYTES = 50 * MEGABYTE
MAX_ZIP_ENTRIES = 1_000
MAX_INFLATED_BYTES = 200 * MEGABYTE
MAX_INFLATION_RATIO = 100
# Below this size a high ratio is harmless: empty styles and shared strings compress well.
RATIO_FREE_BYTES = 5 * MEGABYTE
MAX_ROWS = 300_000
MAX_COLUMNS = 4_096
MAX_CELLS = 2_000_000
MAX_LINE_BYTES = MEGABYTE

PARSE_SECONDS = 20.0
PARSE_BYTES = 1_536 * MEGABYTE
