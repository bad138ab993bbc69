"""The command line: which command, with which options; an error is one line and status 2."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from scraper.addresses import normalised
from scraper.cleaning import clean
from scraper.collecting import collect_links, collect_pages
from scraper.errors import DatabaseError, ScraperError, SelectorAlarm
from scraper.export import ALL_COLUMNS, TEXT_ONLY, export
from scraper.parts import Outside, opened
from scraper.schema import alone, connect_to_read, plain_errors
from scraper.site import Site
from scraper.site_file import find_site_file, read_site
from scraper.status import status_of
from scraper.store import Body, Store
from scraper.trial import body_of_file, findings

FOLDER = Path(".scraper")
"""Where databases lie unless the operator names another place; git is told to pass it over."""
_STOPPED = 130
_SITE_HELP = "a site's file, or the name of one that ships"


def main(
    description: str, arguments: Sequence[str] | None = None, outside: Outside | None = None
) -> int:
    """Run one command; what the operator can put right is one line and status 2."""
    options = _parser(description).parse_args(arguments)
    try:
        site = read_site(find_site_file(options.site))
        with plain_errors(_database(site, options)):
            options.run(site, options, outside or Outside(dict(os.environ)))
    except SelectorAlarm as error:
        print(f"scraper: ALARM: {error}", file=sys.stderr)
        return 2
    except ScraperError as error:
        print(f"scraper: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("scraper: stopped; the same command goes on from here", file=sys.stderr)
        return _STOPPED
    return 0


def _parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scraper",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        added.add_argument("site", metavar="SITE", help=_SITE_HELP)
        added.add_argument(
            "--database", type=Path, help="the crawl's database (default .scraper/NAME.sqlite3)"
        )
        return added

    trial = command("try", "what each selector finds in one page")
    trial.add_argument("address", metavar="ADDRESS", help="of a page on the site")
    trial.add_argument("--file", type=Path, help="read this saved page, and ask the site nothing")
    trial.add_argument("--whole", action="store_true", help="print the clean text and all links")
    trial.set_defaults(run=_try)
    for name, text, run in (
        ("links", "visit the landing pages and note every link on them", _links),
        ("pages", "visit every page that was linked", _pages),
    ):
        added = command(name, text)
        _add_crawling(added)
        added.set_defaults(run=run)
    cleaning = command("clean", "extract and clean the texts, remove duplicates")
    _add_workers(cleaning)
    cleaning.set_defaults(run=_clean)
    exporting = command("export", "write CSV, JSONL, the split and the datasheet")
    _add_exporting(exporting)
    exporting.set_defaults(run=_export)
    everything = command("run", "links, pages, clean and export, in order")
    _add_crawling(everything)
    _add_workers(everything)
    _add_exporting(everything)
    everything.set_defaults(run=_run)
    status = command("status", "where the crawl stands")
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(run=_status)
    return parser


def _add_crawling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--again", action="store_true", help="ask again for pages that were had, if they changed"
    )
    parser.add_argument(
        "--retry", action="store_true", help="try pages again that failed, were refused or gone"
    )


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        type=int,
        default=min(4, os.cpu_count() or 1),
        help="processes that clean (default: the machine's cores, at most 4)",
    )


def _add_exporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument(
        "--columns", choices=("text", "all"), default="all", help="of the CSV (default all)"
    )


def _database(site: Site, options: argparse.Namespace) -> Path:
    if options.database is not None:
        return Path(options.database)
    return FOLDER / f"{site.name}.sqlite3"


def _make_folder() -> None:
    try:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise DatabaseError(f"{FOLDER} cannot be written: {error.strerror}") from error


@contextmanager
def _store(site: Site, options: argparse.Namespace) -> Iterator[Store]:
    path = _database(site, options)
    if options.database is None:
        _make_folder()
    with alone(path), closing(Store(path)) as store:
        if getattr(options, "retry", False):
            store.try_failed_again()
        yield store


def _links(site: Site, options: argparse.Namespace, outside: Outside) -> None:
    with _store(site, options) as store, opened(site, store, outside) as parts:
        collected = collect_links(site, store, parts, again=options.again)
    print(f"links: {collected}")
    _sound(collected.alarm)


def _pages(site: Site, options: argparse.Namespace, outside: Outside) -> None:
    with _store(site, options) as store, opened(site, store, outside) as parts:
        print(f"pages: {collect_pages(store, parts, again=options.again)}")


def _clean(site: Site, options: argparse.Namespace, outside: Outside) -> None:  # noqa: ARG001 - as the other commands
    with _store(site, options) as store:
        cleaned = clean(site, store, options.workers)
    print(f"clean: {cleaned}")
    _sound(cleaned.alarm)


def _export(site: Site, options: argparse.Namespace, outside: Outside) -> None:  # noqa: ARG001 - as the other commands
    columns = TEXT_ONLY if options.columns == "text" else ALL_COLUMNS
    with closing(connect_to_read(_database(site, options))) as connection:
        tally = export(connection, site, options.out, columns)
    print(f"export: {tally}, in {options.out}")


def _run(site: Site, options: argparse.Namespace, outside: Outside) -> None:
    with _store(site, options) as store:
        with opened(site, store, outside) as parts:
            links = collect_links(site, store, parts, again=options.again)
            print(f"links: {links}", flush=True)
            print(f"pages: {collect_pages(store, parts, again=options.again)}", flush=True)
        cleaned = clean(site, store, options.workers)
        print(f"clean: {cleaned}", flush=True)
    _export(site, options, outside)
    _sound(links.alarm, cleaned.alarm)


def _status(site: Site, options: argparse.Namespace, outside: Outside) -> None:  # noqa: ARG001 - as the other commands
    with closing(connect_to_read(_database(site, options))) as connection:
        status = status_of(connection)
    print(json.dumps(asdict(status)) if options.json else "\n".join(status.lines()))


def _try(site: Site, options: argparse.Namespace, outside: Outside) -> None:
    address = normalised(options.address, site.base)
    if options.file is not None:
        body = body_of_file(options.file)
    else:
        with _store(site, options) as store, opened(site, store, outside) as parts:
            answer = parts.fetcher.fetch(address, {})
            address, body = answer.address, Body(answer.content, answer.header("content-type"))
    print("\n".join(findings(body, address, site, whole=options.whole)))


def _sound(*alarms: SelectorAlarm | None) -> None:
    """Raise the alarms together, when everything else is done."""
    found = [str(alarm) for alarm in alarms if alarm is not None]
    if found:
        raise SelectorAlarm(" ".join(found))
