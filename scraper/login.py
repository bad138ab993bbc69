"""Logging in: a cookie file, headers from the environment, or a form. Nothing is ever stored."""

import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from http.cookiejar import CookieJar, LoadError, MozillaCookieJar
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from requests.cookies import RequestsCookieJar

from scraper.addresses import normalised
from scraper.errors import AddressError, LoginError, PageError
from scraper.markup import decoded
from scraper.site import Login, Site
from scraper.transport import Answer, Form, Limits, Transport

_MOST_REDIRECTS = 5
_NO_HEADERS: Mapping[str, str] = {}


def login_headers(login: Login, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that the site's file names, their values from the environment."""
    return {
        name: _from_environment(variable, environment) for name, variable in login.headers.items()
    }


def login_cookies(site: Site, now: float | None = None) -> RequestsCookieJar:
    """Read the cookie file (Netscape's format, as browsers' extensions export it).

    Raises LoginError where the cookies that are needed are missing or have expired: all that
    `needs` names, or at least one for the site.
    """
    jar = RequestsCookieJar()
    if not site.login.file:
        return jar
    path = Path(site.login.file)
    loaded = MozillaCookieJar(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library reports a bad line as a bug of its own
            loaded.load(ignore_discard=True, ignore_expires=True)
    except (OSError, LoadError, UnicodeDecodeError) as error:
        raise LoginError(
            f"the cookie file {path} cannot be read ({error}): export it from the browser in "
            "Netscape's format (cookies.txt)"
        ) from error
    for cookie in loaded:
        if cookie.expires == 0:  # how browsers' extensions write a cookie of the session
            cookie.expires, cookie.discard = None, True
    _check_cookies(loaded, site, path, time.time() if now is None else now)
    jar.update(loaded)
    return jar


def _check_cookies(jar: CookieJar, site: Site, path: Path, now: float) -> None:
    ours = [cookie for cookie in jar if _is_for(cookie.domain, site.hosts)]
    good = {cookie.name for cookie in ours if not cookie.is_expired(int(now))}
    expired = sorted({cookie.name for cookie in ours} - good)
    missing = [name for name in site.login.needs if name not in good]
    if missing or not good:
        problem = (
            f"the cookies {', '.join(expired)} have expired"
            if expired
            else f"it has no cookie {', '.join(missing) or 'for ' + ', '.join(sorted(site.hosts))}"
        )
        raise LoginError(
            f"the cookie file {path} lets nobody in: {problem}; log in with the browser and export "
            "the file again"
        )


def _is_for(domain: str, hosts: Iterable[str]) -> bool:
    bare = domain.lstrip(".").lower()
    names = [urlsplit(f"//{host}").hostname or "" for host in hosts]
    return any(name == bare or name.endswith(f".{bare}") for name in names)


class FormLogin:
    """Fills in the archive's login form."""

    def __init__(
        self,
        site: Site,
        environment: Mapping[str, str],
        check_target: Callable[[str], None],
    ) -> None:
        self._site = site
        self._environment = environment
        self._check_target = check_target

    def log_in(self, transport: Transport) -> None:
        """Log the transport's session in. Raises LoginError."""
        login = self._site.login
        fields = {
            login.user_field: _from_environment(login.user_variable, self._environment),
            login.password_field: _from_environment(login.password_variable, self._environment),
        }
        try:
            page = self._follow(transport, normalised(login.page, self._site.base), None)
            form = self._form(page)
            hidden = {
                str(field["name"]): str(field.get("value", ""))
                for field in form.select("input[type=hidden][name]")
            }
            target = normalised(str(form.get("action") or page.address), page.address)
            answer = self._follow(transport, target, Form({**hidden, **fields}))
        except (PageError, AddressError) as error:
            raise LoginError(f"the login failed: {error}") from error
        self._check(answer)

    def _form(self, page: Answer) -> Tag:
        form = _soup(page).select_one(self._site.login.form)
        if form is None:
            raise LoginError(
                f"{page.address} (status {page.status}) has no {self._site.login.form!r}: correct "
                "[login] page or form"
            )
        return form

    def _check(self, answer: Answer) -> None:
        login = self._site.login
        text = decoded(answer.content, answer.header("content-type"))
        refused = answer.status >= 400 or any(sign.search(text) for sign in login.signs)
        if login.signed_in:
            refused = refused or _soup(answer).select_one(login.signed_in) is None
        if refused:
            raise LoginError(
                f"the archive did not let us in (it answered {answer.status} at {answer.address}): "
                f"check {login.user_variable} and {login.password_variable} in the environment"
            )

    def _follow(self, transport: Transport, address: str, form: Form | None) -> Answer:
        rules, page = self._site.politeness, self._site.page
        limits = Limits(page.most_bytes, rules.timeout, rules.longest_page)
        for _ in range(_MOST_REDIRECTS + 1):
            self._check_target(address)
            answer = transport.send(address, _NO_HEADERS, limits, form)
            if not answer.location:
                return answer
            address, form = normalised(answer.location, address), None
        raise LoginError(f"the login leads in a circle, the last page was {address}")


def _soup(answer: Answer) -> BeautifulSoup:
    return BeautifulSoup(decoded(answer.content, answer.header("content-type")), "lxml")


def _from_environment(variable: str, environment: Mapping[str, str]) -> str:
    value = environment.get(variable, "")
    if not value:
        raise LoginError(
            f"the environment variable {variable} is empty: the site's file says that the login "
            "is there; set it for this command"
        )
    return value
