"""Citations in GB/T 7714 form and as BibTeX, from one set of fields."""

from yugong.base.cards import Citation

Authors = tuple[tuple[str, str], ...]  # (family, given); a Chinese name is (whole name, "")


def article(key: str, authors: Authors, title: str, journal: str, year: int, where: str, pages: str) -> Citation:
    """Return a journal article's citation; `where` is volume(number), pages as first-last."""
    volume, _, number = where.partition("(")
    issue = f" number={{{number.rstrip(')')}}}," if number else ""
    return Citation(
        key,
        f"{_gbt_authors(authors)}. {title}[J]. {journal}, {year}, {where}: {pages}.",
        f"@article{{{key}, author={{{_bib_authors(authors)}}}, title={{{title}}}, journal={{{journal}}}, "
        f"year={{{year}}}, volume={{{volume}}},{issue} pages={{{pages.replace('-', '--')}}}}}",
    )


def book(key: str, authors: Authors, title: str, place: str, publisher: str, year: int) -> Citation:
    """Return a book's citation."""
    return Citation(
        key,
        f"{_gbt_authors(authors)}. {title}[M]. {place}: {publisher}, {year}.",
        f"@book{{{key}, author={{{_bib_authors(authors)}}}, title={{{title}}}, "
        f"publisher={{{publisher}}}, address={{{place}}}, year={{{year}}}}}",
    )


def _gbt_authors(authors: Authors) -> str:
    shown = [_gbt_author(family, given) for family, given in authors]
    return ", ".join(shown[:3]) + (", et al" if len(shown) > 3 else "")


def _gbt_author(family: str, given: str) -> str:
    if not given:
        return family
    return f"{family.upper()} {' '.join(n[0] for n in given.replace('-', ' ').split())}"


def _bib_authors(authors: Authors) -> str:
    return " and ".join(f"{family}, {given}" if given else family for family, given in authors)
