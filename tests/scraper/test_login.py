"""Logging in, three ways, and nothing of it stored."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from scraper.errors import LoginError
from scraper.login import FormLogin, login_cookies, login_headers
from scraper.site import Login, LoginKind, Rotation, Site
from scraper.transport import Limits, RequestsTransport
from tests.scraper.archive import LOGIN_PAGE
from tests.scraper.server import Reply, Server, page, redirect

NOW = 4_000_000_000.0  # later than this test is run: cookies are sent by the real clock


def cookie_site(site: Site, folder: Path, *lines: str, needs: tuple[str, ...] = ()) -> Site:
    """Return the site with a cookie file of these lines."""
    path = folder / "cookies.txt"
    path.write_text("# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return replace(site, login=Login(LoginKind.COOKIES, file=str(path), needs=needs))


def cookie(name: str, expires: float, domain: str = ".magazine.example") -> str:
    """Return a line of a cookie file."""
    return f"{domain}\tTRUE\t/\tTRUE\t{int(expires)}\t{name}\tsecret"


def test_a_cookie_file_lets_us_in(site: Site, tmp_path: Path) -> None:
    """Session cookies (with a date of 0) count and are sent, too."""
    lines = [cookie("a", NOW + 60), cookie("b", 0)]
    jar = login_cookies(cookie_site(site, tmp_path, *lines, needs=("b",)), NOW)
    request = requests.Request("GET", "https://www.magazine.example/x", cookies=jar).prepare()
    assert request.headers["Cookie"] == "a=secret; b=secret"


@pytest.mark.parametrize(
    ("lines", "needs", "message"),
    [
        ([cookie("member", NOW - 1)], (), "the cookies member have expired"),
        ([cookie("member", NOW - 1), cookie("ads", NOW + 9)], ("member",), "member have expired"),
        ([cookie("ads", NOW + 9)], ("member",), "it has no cookie member"),
        ([cookie("x", NOW + 9, ".other.example")], (), "no cookie for www.magazine.example"),
        (["rubbish"], (), "cannot be read"),
    ],
)
def test_an_expired_cookie_file_is_a_clear_error(
    site: Site, tmp_path: Path, lines: list[str], needs: tuple[str, ...], message: str
) -> None:
    """Before the first request is made."""
    with pytest.raises(LoginError, match=re.escape(message)):
        login_cookies(cookie_site(site, tmp_path, *lines, needs=needs), NOW)


def test_headers_come_from_the_environment() -> None:
    """The site's file names the variable, never the value."""
    login = Login(LoginKind.HEADERS, headers={"Authorization": "ARCHIVE_TOKEN"})
    assert login_headers(login, {"ARCHIVE_TOKEN": "Bearer x"}) == {"Authorization": "Bearer x"}
    with pytest.raises(LoginError, match="ARCHIVE_TOKEN is empty"):
        login_headers(login, {})


class Members:
    """An archive with a form: hidden token, redirect, cookie."""

    def reply(self, path: str, headers: str) -> Reply:
        """Answer a request, whatever its fields."""
        if path == "/login":
            form = '<form id="in" action="/enter"><input type=hidden name=t value=7></form>'
            return page(f"<html>{form}</html>")
        if path == "/enter":
            reply = redirect("/inside")
            with_cookie = reply.content.replace(b"\r\n\r\n", b"\r\nSet-Cookie: s=1\r\n\r\n")
            return replace(reply, content=with_cookie)
        if "s=1" in headers:
            return page("<html><a class=account>Ann</a></html>")
        return page(LOGIN_PAGE)


def form_site(site: Site, server: Server) -> Site:
    """Return a site that logs in by a form on this server."""
    login = Login(
        LoginKind.FORM,
        signs=(re.compile('id="login"'),),
        page="/login",
        form="form#in",
        user_field="u",
        password_field="p",
        user_variable="ARCHIVE_USER",
        password_variable="ARCHIVE_PASSWORD",
        signed_in="a.account",
    )
    return replace(site, base=server.base, login=login)


@pytest.mark.parametrize("inside", [True, False])
def test_a_form(site: Site, *, inside: bool) -> None:
    """The session's cookie is sent from then on; who is not let in is told which variables."""
    members = Members()

    def reply(path: str, headers: str) -> Reply:
        if not inside and path == "/enter":
            return page(LOGIN_PAGE)
        return members.reply(path, headers)

    with Server(reply) as server:
        transport = RequestsTransport("Test/1.0", Rotation())
        environment = {"ARCHIVE_USER": "ann", "ARCHIVE_PASSWORD": "secret"}
        form = FormLogin(form_site(site, server), environment, lambda _: None)
        try:
            if not inside:
                with pytest.raises(LoginError, match="check ARCHIVE_USER and ARCHIVE_PASSWORD"):
                    form.log_in(transport)
                return
            form.log_in(transport)
            answer = transport.send(f"{server.base}/page", {}, Limits(10_000, 1, 1))
            assert b"account" in answer.content
        finally:
            transport.close()
    entered = [headers for path, headers in server.requests if path == "/enter"]
    assert "content-length: 18" in entered[0], "t=7&u=ann&p=secret"
