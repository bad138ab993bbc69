"""The operator's commands.

  python3 -m operate status                       how the site is
  python3 -m operate reported                     what visitors have hidden, to be judged
  python3 -m operate show 0123456789abcdef        one review, whatever its state
  python3 -m operate block 0123456789abcdef       hide it, or keep it hidden
  python3 -m operate restore 0123456789abcdef     show it again; then three reports hide it, not one
  python3 -m operate delete 0123456789abcdef      remove it for good
  python3 -m operate feature 0123456789abcdef     choose what /examples shows
  python3 -m operate failed                       what could not be written, and why
  python3 -m operate retry --all                  put that back into the queue
  python3 -m operate export --gallery --out booklet.epub
                                                  the gallery as a booklet (.html prints on A5)
  python3 -m operate subscribers > addresses.csv  who confirmed that they want news
  python3 -m operate logs --errors --since 1d     what the functions have logged
  python3 -m operate import-corpus-stats corpus.jsonl
                                                  tell on /about what the model was made of

They ask the AWS account of your credentials; `python3 -m operate --local …` asks the site that
`make run` serves. `python3 -m operate COMMAND --help` has examples of each.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from operate import commands
from operate.cloud import DEFAULT_STACK, on_aws, on_this_computer
from operate.errors import OperateError
from operate.logs import FUNCTIONS

Command = Callable[[commands.Office, argparse.Namespace], str]

_PROGRAM = "python3 -m operate"
_ONE, _TWO = "0123456789abcdef", "fedcba9876543210"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that the operator can put right is one line and status 2."""
    options = parser().parse_args(arguments)
    try:
        if options.local:
            site = on_this_computer(Path(options.state), options.stack)
        else:
            site = on_aws(options.stack, options.region, options.profile)
        print(options.run(commands.Office(site, time.time()), options))
    except OperateError as error:
        print(error, file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog=_PROGRAM,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--stack", default=DEFAULT_STACK, help=f"(default {DEFAULT_STACK})")
    made.add_argument("--region", help="(default: that of your AWS settings)")
    made.add_argument("--profile", help="of your AWS settings")
    made.add_argument("--local", action="store_true", help="the site that `make run` serves")
    made.add_argument("--state", default=".local", help="its state folder (default .local)")
    wanted = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_commands(_Adding(wanted))
    return made


class _Adding:
    """Adds commands, each with examples of its use."""

    def __init__(self, wanted: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        self._wanted = wanted

    def __call__(
        self, name: str, run: Command, words: str, *examples: str, json: bool = False
    ) -> argparse.ArgumentParser:
        """Add one; of each example what stands behind its name."""
        lines = [f"  {_PROGRAM} {name} {example}".rstrip() for example in examples or ("",)]
        if json:
            lines.append(f"  {_PROGRAM} --local {name} {' '.join([*examples[:1], '--json'])}")
        added = self._wanted.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog="examples:\n" + "\n".join(lines),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        if json:
            added.add_argument("--json", action="store_true", help="for programs")
        return added


def _add_commands(add: _Adding) -> None:
    add("status", commands.status, "how the site is", json=True)
    add("reported", commands.reported, "what visitors have hidden", json=True)
    add("failed", commands.failed, "what could not be written", json=True)
    show = add("show", commands.show, "one review, whatever its state", _ONE, json=True)
    show.add_argument("id", metavar="ID", help="or the address of its page")
    _take_ids(add("block", commands.block, "hide reviews, or keep them hidden", _ONE))
    _take_ids(add("restore", commands.restore, "show hidden reviews again", f"{_ONE} {_TWO}"))
    words = "remove reviews for good; nothing brings them back"
    delete = add("delete", commands.delete, words, _ONE, f"--yes {_ONE} {_TWO}")
    _take_ids(delete)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    words = "queue failed reviews again"
    retry = add("retry", commands.retry, words, _ONE, "--all")
    _take_ids(retry, "*")
    retry.add_argument("--all", action="store_true", help="all that failed")
    words = "choose what /examples shows, in this order"
    feature = add("feature", commands.feature, words, f"{_ONE} {_TWO}", "")
    _take_ids(feature, "*", "none: the model's own examples")
    _add_export(add)
    words = "who confirmed that they want news, as CSV"
    add("subscribers", commands.subscribers, words, "> addresses.csv")
    _add_logs(add)
    _add_corpus(add)


def _take_ids(command: argparse.ArgumentParser, number: str = "+", words: str = "") -> None:
    command.add_argument("ids", nargs=number, metavar="ID", help=words or None)


def _add_export(add: _Adding) -> None:
    export = add(
        "export",
        commands.export,
        "write reviews into a booklet to print or read",
        "--gallery --out booklet.epub",
        f'{_ONE} {_TWO} --title "Two rooms" --out booklet.html',
    )
    _take_ids(export, "*", "in the booklet's order")
    export.add_argument("--gallery", action="store_true", help="all that the gallery lists")
    export.add_argument("--out", required=True, metavar="FILE", help="its end: .html or .epub")
    export.add_argument("--title", default="Art reviews", help="(default Art reviews)")


def _add_logs(add: _Adding) -> None:
    words = "what the functions have logged, the newest last"
    logs = add(
        "logs", commands.logs, words, "--since 2h", "--errors --function generate", json=True
    )
    logs.add_argument("--since", default="1h", metavar="SPAN", help="90s, 30m, 1h, 2d (default 1h)")
    logs.add_argument("--function", choices=FUNCTIONS, help="of one function alone")
    logs.add_argument("--errors", action="store_true", help="only what somebody should look at")


def _add_corpus(add: _Adding) -> None:
    corpus = add(
        "import-corpus-stats",
        commands.import_corpus_stats,
        "tell on /about what the model was made of, counted from its corpus",
        "prepared/manifest.json",
        "out/corpus.jsonl",
        "--remove",
    )
    words = "manifest.json of `training prepare`, or corpus.jsonl of `scraper export`"
    corpus.add_argument("file", nargs="?", metavar="FILE", help=words)
    corpus.add_argument("--remove", action="store_true", help="tell it no more")


if __name__ == "__main__":
    sys.exit(main())
