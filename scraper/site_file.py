"""A site's file (TOML) becomes a Site; anything unknown or senseless in it is an error by name."""

import tomllib
from itertools import product
from pathlib import Path

from scraper.addresses import host_of, normalised
from scraper.errors import AddressError, SiteFileError
from scraper.language import KNOWN_LANGUAGES
from scraper.site import (
    Cleaning,
    Landing,
    LinkRules,
    Login,
    LoginKind,
    PageRules,
    Politeness,
    Punctuation,
    Rotation,
    Site,
    Splitting,
    YearRules,
    YearSource,
)
from scraper.toml_table import Table

SITES = Path(__file__).parent / "sites"
_MOST_LANDINGS = 100_000


def find_site_file(name: str) -> Path:
    """Return the file of that path, or of that name among the sites that ship."""
    for candidate in (Path(name), SITES / f"{name}.toml"):
        if candidate.is_file():
            return candidate
    known = ", ".join(sorted(path.stem for path in SITES.glob("*.toml")))
    raise SiteFileError(f"no site's file at {name!r}: give a path, or one of {known}")


def read_site(path: Path) -> Site:
    """Read a site's file. Raises SiteFileError with the file, the table and the key."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SiteFileError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteFileError(f"{path} is not TOML in UTF-8: {error}") from error
    whole = Table(str(path), values)
    about = whole.table("site")
    base = _address(path, about.text("base"))
    hosts = about.texts("hosts") or (host_of(base),)
    site = Site(
        name=about.text("name", path.stem),
        base=base,
        hosts=frozenset(host.lower() for host in hosts),
        private_hosts=frozenset(host.lower() for host in about.texts("private_hosts")),
        landings=_landings(path, whole, base),
        links=_links(whole.table("links")),
        page=_page(whole.table("page")),
        year=_year(whole.table("year")),
        politeness=_politeness(whole.table("politeness")),
        login=_login(path, whole.table("login")),
        rotation=_rotation(whole.table("rotation")),
        clean=_cleaning(whole.table("clean")),
        split=_splitting(whole.table("split")),
    )
    about.finish()
    whole.finish()
    _check_landings(path, site)
    return site


def _landings(path: Path, whole: Table, base: str) -> tuple[Landing, ...]:
    found: list[Landing] = []
    for table in whole.tables("landing"):
        template = table.text("address")
        section = table.text("section", "{decade}" if "{decade}" in template else "")
        choices = {
            "decade": list(table.texts("decades")) or [""],
            "year": _span(table, "years"),
            "page": _span(table, "pages"),
        }
        table.finish()
        for name, values in choices.items():
            if ("{" + name + "}" in template) != (values != [""]):
                raise SiteFileError(
                    f"{path} [[landing]]: {template!r} and {name}s belong together: "
                    f"write {{{name}}} in the address and {name}s beside it"
                )
        for decade, year, page in product(*choices.values()):
            here = {"{decade}": decade, "{year}": year, "{page}": page}
            address, label = template, section
            for mark, value in here.items():
                address, label = address.replace(mark, value), label.replace(mark, value)
            found.append(Landing(_address(path, address, base), label))
            if len(found) > _MOST_LANDINGS:
                raise SiteFileError(f"{path} [[landing]]: more than {_MOST_LANDINGS} addresses")
    if not found:
        raise SiteFileError(f"{path}: no [[landing]]: name at least one landing page's address")
    return tuple(found)


def _span(table: Table, key: str) -> list[str]:
    """Return the numbers from the first to the last, as texts; [""] where none are given."""
    if not table.has(key):
        return [""]
    span = table.table(key)
    first = span.whole("first", 1, 0, 1_000_000)
    last = span.whole("last", first, first, 1_000_000)
    step = span.whole("step", 1, 1, 1_000_000)
    span.finish()
    return [str(number) for number in range(first, last + 1, step)]


def _links(table: Table) -> LinkRules:
    rules = LinkRules(
        article=table.selectors("article", needed=True),
        following=table.selectors("next"),
        match=table.pattern("match"),
        drop_parameters=table.texts("drop_parameters"),
        most_landing_pages=table.whole("most_landing_pages", 10_000, 1, _MOST_LANDINGS),
        alarm_share=table.number("alarm_share", 0.03, 0.0, 1.0),
    )
    table.finish()
    return rules


def _page(table: Table) -> PageRules:
    rules = PageRules(
        text=table.selectors("text", needed=True),
        title=table.selectors("title"),
        date=table.selectors("date"),
        author=table.selectors("author"),
        drop=table.css("drop"),
        ends_with=table.text("ends_with", ""),
        most_bytes=table.whole("most_bytes", 5_000_000, 1_000, 100_000_000),
        alarm_share=table.number("alarm_share", 0.03, 0.0, 1.0),
    )
    if any(selector.attribute for selector in rules.text):
        raise SiteFileError("[page] text chooses elements: leave the @attribute out")
    table.finish()
    return rules


def _year(table: Table) -> YearRules:
    usual = YearRules()
    rules = YearRules(
        source=table.choice("from", YearSource.NONE),
        pattern=table.pattern("pattern") or usual.pattern,
        first=table.whole("first", usual.first, 1, 9999),
        last=table.whole("last", usual.last, 1, 9999),
    )
    if rules.pattern.groups < 1:
        raise SiteFileError(
            f"[year] pattern {rules.pattern.pattern!r} has no group: put the year's four digits "
            "in parentheses"
        )
    table.finish()
    _check_order("[year]", first=rules.first, last=rules.last)
    return rules


def _politeness(table: Table) -> Politeness:
    usual = Politeness()
    rules = Politeness(
        contact=table.text("contact", ""),
        shortest_pause=table.number("shortest_pause", usual.shortest_pause, 0, 3600),
        longest_pause=table.number("longest_pause", usual.longest_pause, 0, 3600),
        slowest_pause=table.number("slowest_pause", usual.slowest_pause, 0, 3600),
        timeout=table.number("timeout", usual.timeout, 0.1, 600),
        longest_page=table.number("longest_page", usual.longest_page, 0.1, 3600),
        tries=table.whole("tries", usual.tries, 1, 100),
        retry_pause=table.number("retry_pause", usual.retry_pause, 0, 86_400),
        failures_in_a_row=table.whole("failures_in_a_row", usual.failures_in_a_row, 1, 10_000),
        longest_wait=table.number("longest_wait", usual.longest_wait, 0, 86_400),
        permission=table.text("permission", ""),
    )
    table.finish()
    shortest, longest = rules.shortest_pause, rules.longest_pause
    _check_order("[politeness]", shortest_pause=shortest, longest_pause=longest)
    return rules


def _check_order(place: str, **bounds: float) -> None:
    """Raise SiteFileError where the first of two bounds is above the second."""
    (low, least), (high, most) = bounds.items()
    if least > most:
        raise SiteFileError(f"{place} {low} {least:g} is above {high} {most:g}: swap them")


def _login(path: Path, table: Table) -> Login:
    kind = table.choice("kind", LoginKind.NONE)
    signs = table.patterns("signs")
    needed = {
        LoginKind.NONE: (),
        LoginKind.COOKIES: ("file",),
        LoginKind.HEADERS: (),
        LoginKind.FORM: (
            ("page", "user_field", "password_field", "user_variable", "password_variable")
        ),
    }[kind]
    texts = {key: table.text(key) for key in needed}
    if kind is LoginKind.COOKIES:
        texts["file"] = str((path.parent / texts["file"]).resolve())
    login = Login(
        kind=kind,
        signs=signs,
        needs=table.texts("needs") if kind is LoginKind.COOKIES else (),
        headers=table.mapping("headers") if kind is LoginKind.HEADERS else {},
        form=table.text("form", "form") if kind is LoginKind.FORM else "",
        signed_in=table.text("signed_in", "") if kind is LoginKind.FORM else "",
        **texts,
    )
    table.finish()
    return login


def _rotation(table: Table) -> Rotation:
    headers = tuple(one.free_texts() for one in table.tables("headers"))
    rotation = Rotation(headers=headers, proxies=table.texts("proxies"))
    table.finish()
    for number, proxy in enumerate(rotation.proxies, start=1):
        if not proxy.startswith(("http://", "https://")):  # not shown: it may hold a password
            raise SiteFileError(
                f"[rotation] proxies: number {number} does not begin with http:// or https://"
            )
    return rotation


def _cleaning(table: Table) -> Cleaning:
    usual = Cleaning()
    rules = Cleaning(
        fewest_words=table.whole("fewest_words", usual.fewest_words, 0, 1_000_000),
        most_words=table.whole("most_words", usual.most_words, 1, 1_000_000),
        language=_language(table.text("language", usual.language)),
        punctuation=table.choice("punctuation", Punctuation.KEEP),
        drop_lines=table.patterns("drop_lines"),
        recurring_share=table.number("recurring_share", usual.recurring_share, 0, 1),
        similarity=table.number("similarity", usual.similarity, 0.5, 1),
    )
    table.finish()
    _check_order("[clean]", fewest_words=rules.fewest_words, most_words=rules.most_words)
    return rules


def _language(name: str) -> str:
    if name and name not in KNOWN_LANGUAGES:
        raise SiteFileError(
            f"[clean] language is {name!r}: known are {', '.join(sorted(KNOWN_LANGUAGES))}, or "
            "leave it empty for no check"
        )
    return name


def _splitting(table: Table) -> Splitting:
    split = Splitting(
        held_out=table.number("held_out", 0.05, 0, 1),
        seed=table.text("seed", ""),
    )
    table.finish()
    return split


def _address(path: Path, address: str, base: str = "") -> str:
    try:
        return normalised(address, base)
    except AddressError as error:
        raise SiteFileError(f"{path}: {error}") from error


def _check_landings(path: Path, site: Site) -> None:
    for landing in site.landings:
        if host_of(landing.address) not in site.hosts:
            raise SiteFileError(
                f"{path} [[landing]]: {landing.address} is off the site: its host is not among "
                f"{', '.join(sorted(site.hosts))}; add it to [site] hosts, or correct the address"
            )
