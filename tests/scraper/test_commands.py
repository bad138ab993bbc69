"""The command line tells a stranger what to do, and does it."""

import json
import re
from pathlib import Path

import pytest

from scraper import __main__ as about
from scraper.commands import main
from scraper.parts import Outside
from scraper.store import Store
from tests.scraper.archive import Archive, paragraphs
from tests.scraper.fakes import FakeWorld
from tests.scraper.server import Reply, Server, page
from tests.scraper.sites import CONTACT, magazine, plain

KEYS_IN = re.compile(
    r"(?:table|about|span)\.(?:text|texts|whole|number|choice|css|selectors|pattern|patterns|mapping|"
    r"tables)\(\s*\"(\w+)\""
)
DOCS = Path(__file__).parents[2] / "docs" / "scraping.md"


def run(*arguments: object, contact: dict[str, str] = CONTACT) -> int:
    """Run a command as the shell would."""
    return main(about.__doc__ or "", [*map(str, arguments)], Outside(contact, FakeWorld()))


@pytest.mark.parametrize("command", ["try", "links", "pages", "clean", "export", "run", "status"])
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` names the site's file and ends well."""
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")
    assert ended.value.code == 0
    assert "SITE" in capsys.readouterr().out


def test_the_worked_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """links, pages, clean, export, status, one after the other."""
    archive = Archive(60, copies=False)
    with Server(archive.reply) as server:
        site, database = magazine(tmp_path, server.host), tmp_path / "crawl.sqlite3"
        options = (site, "--database", database)
        assert run("try", site, archive.address_of(3), *options[1:]) == 0
        assert run("links", *options) == 0
        assert run("pages", *options) == 0
        assert run("clean", *options, "--workers", 1) == 0
        assert run("export", *options, "--out", tmp_path / "out", "--columns", "text") == 0
        assert run("status", *options) == 0
        said = capsys.readouterr().out
        assert "[page] title 'h1.reviews__h1': 'Review 3'" in said
        assert "[page] text 'section.review__content': 1 element, 7 lines" in said
        assert f"[year] from address: {archive.year_of(3)}" in said
        assert "links: 6 kept" in said
        assert "pages: 60 kept" in said
        assert "clean: 60 good" in said
        assert "article pages: 60 kept" in said
        assert run("status", *options, "--json") == 0
        assert json.loads(capsys.readouterr().out)["articles"] == {"good": 60}
    assert (tmp_path / "out" / "corpus.csv").is_file()


def test_the_plain_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The other site that ships reads a list of <article> pages."""

    def reply(path: str, _: str) -> Reply:
        if path == "/":
            links = "".join(f"<li><a href='/{1900 + at}/t{at}'>t</a>" for at in range(9))
            return page(f"<html><main><ul>{links}</ul></main></html>")
        if path.startswith("/19"):
            number = int(path[1:5]) - 1900
            body = "".join(f"<p>{text}</p>" for text in paragraphs(number))
            head = f"<h1>Text {number}</h1><time datetime='{1900 + number}-01-02'>2 Jan</time>"
            return page(f"<html><article>{head}{body}</article></html>")
        return page("", status="404 Not Found")

    with Server(reply) as server:
        site = plain(tmp_path, server.host)
        options = ("--database", tmp_path / "c.sqlite3", "--out", tmp_path / "out")
        assert run("run", site, *options, "--workers", 1) == 2, "no page has an author"
    captured = capsys.readouterr()
    assert "ALARM: [page] author finds nothing in 9 of 9 pages" in captured.err
    assert "clean: 9 good" in captured.out
    lines = (tmp_path / "out" / "corpus.jsonl").read_text("utf-8").splitlines()
    first = json.loads(lines[0])
    assert (first["title"], first["year"], first["decade"]) == ("Text 0", 1900, "1900s")
    assert first["text"] == "\n".join(paragraphs(0))


def test_nobody_crawls_without_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The contact is in the site's file or in the environment, or nothing is asked."""
    with Server(Archive(3).reply) as server:
        site = magazine(tmp_path, server.host)
        assert run("links", site, "--database", tmp_path / "c.sqlite3", contact={}) == 2
        assert server.requests == []
    assert "SCRAPER_CONTACT" in capsys.readouterr().err


def test_an_error_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operator can put right is one line on standard error, and status 2."""
    assert run("status", tmp_path / "no.toml") == 2
    assert run("status", "magazine", "--database", tmp_path / "no.sqlite3") == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 2
    assert "begin with the command `links`" in error


@pytest.mark.parametrize("command", ["status", "clean", "links"])
def test_a_damaged_database_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Whichever statement comes upon the damage, it is an error by the file's name."""
    path = tmp_path / "c.sqlite3"
    Store(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert run(command, magazine(tmp_path, "127.0.0.1:9"), "--database", path) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"scraper: {path}: ")
    assert error.count("\n") == 1


def test_try_reads_a_saved_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without asking the site anything."""
    saved = tmp_path / "page.html"
    saved.write_text(Archive(5).html_of(2), encoding="utf-8")
    assert run("try", "magazine", "/reviews/1984/x", "--file", saved) == 0
    said = capsys.readouterr().out
    assert "[clean]: " in said
    assert "[page] drop '.review__newsletter': 1 element, the first 'Our newsletter'" in said
    assert paragraphs(2)[1] not in said
    assert run("try", "magazine", "/reviews/1984/x", "--file", saved, "--whole") == 0
    assert f"\n{paragraphs(2)[1]}\n" in capsys.readouterr().out


def test_the_guide_knows_every_command_and_key() -> None:
    """docs/scraping.md names each command, each table and each key of a site's file."""
    text = DOCS.read_text("utf-8")
    for command in ("try", "links", "pages", "clean", "export", "run", "status"):
        assert f"`{command}`" in text
    source = (Path(about.__file__).parent / "site_file.py").read_text("utf-8")
    for key in KEYS_IN.findall(source):
        assert f"`{key}`" in text, key


def test_status_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asking where a crawl stands leaves no folder behind."""
    monkeypatch.chdir(tmp_path)
    assert run("status", "magazine") == 2
    assert "no database at" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_says_gone_to_everything_stops_the_crawl(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After ten linked pages in a row; `--retry` has them all when the archive is well again."""
    archive, is_ill = Archive(30), [True]

    def reply(path: str, headers: str) -> Reply:
        if is_ill[0] and path.startswith("/reviews"):
            return page("", status="404 Not Found")
        return archive.reply(path, headers)

    with Server(reply) as server:
        options = (magazine(tmp_path, server.host), "--database", tmp_path / "c.sqlite3")
        assert run("links", *options) == 0
        assert run("pages", *options) == 2
        said = capsys.readouterr().err
        assert "10 failures in a row" in said
        assert "`--retry` asks again" in said
        is_ill[0] = False
        assert run("pages", *options, "--retry") == 0
    assert "pages: 30 kept\n" in capsys.readouterr().out
