"""A draft of our own making, for demonstration: place and bodies are invented."""

from importlib.resources import as_file, files

from yugong.review.document import Draft, open_draft


def sample_draft() -> Draft:
    """Return the sample draft that ships with the package."""
    with as_file(files("yugong.review.packs").joinpath("sample_draft.md")) as path:
        return open_draft(path)
