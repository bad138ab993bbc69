"""The operator's commands.

  python -m operate status                       how the site is
  python -m operate reported                     what visitors have hidden, to be judged
  python -m operate show 0123456789abcdef        one review, whatever its state
  python -m operate block 0123456789abcdef       hide it
  python -m operate restore 0123456789abcdef     show it again; then three reports hide it, not one
  python -m operate delete 0123456789abcdef      remove it for good
  python -m operate feature 0123456789abcdef     choose what /examples shows
  python -m operate failed                       what could not be written, and why
  python -m operate retry --all                  put that back into the queue
  python -m operate export --gallery --out booklet.epub
                                                 the gallery as a booklet (.html prints on A5)
  python -m operate subscribers > addresses.csv  who confirmed that they want news

They ask the AWS account of your credentials; `python -m operate --local …` asks the site that
`make run` serves.
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

Command = Callable[[commands.Office, argparse.Namespace], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that the operator can put right is one line and status 2."""
    options = parser().parse_args(arguments)
    try:
        if options.local:
            site = on_this_computer(Path(options.state))
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
        prog="python -m operate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--stack", default=DEFAULT_STACK, help=f"(default {DEFAULT_STACK})")
    made.add_argument("--region", help="(default: that of your AWS settings)")
    made.add_argument("--profile", help="of your AWS settings")
    made.add_argument("--local", action="store_true", help="the site that `make run` serves")
    made.add_argument("--state", default=".local", help="its state folder (default .local)")
    wanted = made.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Command, words: str, *, json: bool = False
    ) -> argparse.ArgumentParser:
        added = wanted.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        if json:
            added.add_argument("--json", action="store_true", help="for programs")
        return added

    command("status", commands.status, "how the site is", json=True)
    command("reported", commands.reported, "what visitors have hidden", json=True)
    feature = command("feature", commands.feature, "choose what /examples shows, in this order")
    feature.add_argument("ids", nargs="*", metavar="ID", help="none: the model's own examples")
    command("failed", commands.failed, "what could not be written", json=True)
    show = command("show", commands.show, "one review, whatever its state", json=True)
    show.add_argument("id")
    block = command("block", commands.block, "hide reviews")
    block.add_argument("ids", nargs="+", metavar="ID")
    restore = command("restore", commands.restore, "show hidden reviews again")
    restore.add_argument("ids", nargs="+", metavar="ID")
    delete = command("delete", commands.delete, "remove reviews for good; nothing brings them back")
    delete.add_argument("ids", nargs="+", metavar="ID")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    retry = command("retry", commands.retry, "queue failed reviews again")
    retry.add_argument("ids", nargs="*", metavar="ID")
    retry.add_argument("--all", action="store_true", help="all that failed")
    export = command("export", commands.export, "write reviews into a booklet to print or read")
    export.add_argument("ids", nargs="*", metavar="ID", help="in the booklet's order")
    export.add_argument("--gallery", action="store_true", help="all that the gallery lists")
    export.add_argument("--out", required=True, metavar="FILE", help="its end: .html or .epub")
    export.add_argument("--title", default="Art reviews", help="(default Art reviews)")
    command("subscribers", commands.subscribers, "who confirmed that they want news, as CSV")
    return made


if __name__ == "__main__":
    sys.exit(main())
