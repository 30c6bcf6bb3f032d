"""`python -m yugong` is `yugong`."""

from yugong.cli import main

main()
