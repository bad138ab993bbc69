"""Puts the site on the web, and takes it down again.

  python -m ship deploy            what `make deploy` runs: looks, asks, builds, deploys, tries
  python -m ship destroy           what `make destroy` runs: takes the site down, keeps its tables
  python -m ship destroy --with-data
                                   deletes the tables too, once the stack's name is typed twice
  python -m ship backup --out FOLDER
                                   the tables as files of JSON lines
  python -m ship restore FOLDER    puts back what the tables do not have

They use the AWS account of your credentials; `python -m ship --local …` uses the cloud that
`make run` starts. What `deploy` asked is kept in deploy.toml once you agree; a site that is not the
file's, by --stack, --region or --profile, leaves it alone (--settings names another). Unattended:

  python -m ship --region eu-central-1 deploy --yes --sender reviews@example.org
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local import deploy as local_deploy
from local import template
from local.errors import LocalError
from local.place import ROOT
from operate.cloud import DEFAULT_STACK
from ship import backup, checks, settings_file
from ship.account import on_aws, on_this_computer
from ship.asking import Asker
from ship.deploy import Wishes, deploy
from ship.destroy import destroy
from ship.errors import ShipError
from ship.parameters import QUESTIONS, SENDER
from ship.refusals import Refused
from ship.settings_file import Told
from ship.shipment import Shipment
from ship.stack import Stack
from ship.supply import local_supply

Command = Callable[[Shipment, argparse.Namespace], None]
_MODEL = ROOT / "functions" / "generate" / "model"
_LOCAL_STACK = "shipped"
"""What is deployed to the local cloud, beside the site of `make run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that the operator can put right is told, with status 2."""
    options = parser().parse_args(arguments)
    try:
        options.run(_shipment(options), options)
    except (ShipError, LocalError) as error:
        print(error, file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nStopped. What CloudFormation has begun it ends by itself; the same command goes on.",
            file=sys.stderr,
        )
        return 130
    return 0


def _shipment(options: argparse.Namespace) -> Shipment:
    told = _told(options)
    if options.local:
        account = on_this_computer(Path(options.state))
        supply = local_supply(Path(options.model or _MODEL).resolve())
    else:
        from ship.aws_supply import aws_supply  # noqa: PLC0415  # the local cloud needs no builds

        account, supply = on_aws(told.region, told.profile), aws_supply()
        if _is_of_another(options):
            _say(
                f"{options.settings} is another site's: it is neither read nor written. "
                "--settings FILE keeps this one's."
            )
    return Shipment(
        account=account,
        stack=Stack(account, _stack(told, options)),
        source=template.read(local_deploy.TEMPLATE),
        supply=supply,
        model=Path(options.model) if options.model else None,
        asker=Asker(input, is_unattended=getattr(options, "yes", False)),
        say=_say,
        told=told.parameters,
    )


def _stack(told: Told, options: argparse.Namespace) -> str:
    """Return the stack's name. Raises Refused for the stack that `make run` keeps for itself."""
    if not (options.local and options.run in {_deploy, _destroy}):
        return told.stack or DEFAULT_STACK
    if told.stack == DEFAULT_STACK:
        raise Refused(
            f"The local stack {DEFAULT_STACK} belongs to `make run`, which deploys it itself: "
            "name another with --stack, or delete the state folder to be rid of it."
        )
    return told.stack or _LOCAL_STACK


def _told(options: argparse.Namespace) -> Told:
    """Return what the options say, and the settings file where they say nothing.

    Nothing is taken from the file of another site.
    """
    kept = Told() if _has_no_file(options) else settings_file.read(Path(options.settings))
    given = {
        question.parameter: getattr(options, question.parameter)
        for question in QUESTIONS
        if getattr(options, question.parameter, None) is not None
    }
    return Told(
        stack=options.stack or kept.stack,
        region=options.region or kept.region,
        profile=options.profile or kept.profile,
        parameters={**kept.parameters, **given, **dict(getattr(options, "set", []))},
    )


def _has_no_file(options: argparse.Namespace) -> bool:
    """Tell whether the settings file is none of this site's: neither read nor written."""
    return bool(options.local) or _is_of_another(options)


def _is_of_another(options: argparse.Namespace) -> bool:
    kept = settings_file.read(Path(options.settings))
    if kept == Told():
        return False
    wanted = Told(options.stack, options.region, options.profile)
    return settings_file.is_of_another(replace(kept, stack=kept.stack or DEFAULT_STACK), wanted)


def _deploy(shipment: Shipment, options: argparse.Namespace) -> None:
    if options.verify_sender:
        sender = shipment.told.get(SENDER) or shipment.asker.text("The sender", "", "--sender")
        shipment.say(checks.verify(shipment.account, sender))
        return
    wishes = Wishes(options.new_tables, dict(options.table), trial=not options.no_trial)

    def remember(values: Mapping[str, str]) -> None:
        if not _has_no_file(options):
            asked = {question.parameter for question in QUESTIONS}
            named = shipment.source["Parameters"]
            shown = {
                name: value
                for name, value in values.items()
                if name in asked or (name in shipment.told and "NoEcho" not in named[name])
            }
            told = replace(
                _told(options), stack=shipment.stack.name, region=shipment.account.region
            )
            settings_file.write(Path(options.settings), replace(told, parameters=shown))

    deploy(shipment, wishes, time.monotonic, remember)


def _destroy(shipment: Shipment, options: argparse.Namespace) -> None:
    destroy(shipment, with_data=options.with_data)


def _backup(shipment: Shipment, options: argparse.Namespace) -> None:
    tables = {**_tables(shipment), **dict(options.table)}
    shipment.say(f"The tables of the stack {shipment.stack.name}:")
    backup.backup(shipment.account, tables, Path(options.out), time.time(), shipment.say)
    shipment.say(f"The backup is in {options.out}. It holds subscribers' addresses: keep it safe.")


def _restore(shipment: Shipment, options: argparse.Namespace) -> None:
    tables = _tables(shipment)
    shipment.say(f"Into the tables of the stack {shipment.stack.name}:")
    backup.restore(
        shipment.account,
        tables,
        Path(options.folder),
        backup.Wish(overwrite=options.overwrite, subscribers=options.subscribers),
        shipment.say,
    )


def _tables(shipment: Shipment) -> dict[str, str]:
    """Return the tables of the site that stands. Raises Refused."""
    if shipment.stack.standing() is None:
        raise Refused(
            f"There is no stack {shipment.stack.name} in {shipment.account.region}: "
            "give --stack and --region, or `make deploy` first."
        )
    return shipment.tables_of_the_stack()


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _pair(words: str) -> tuple[str, str]:
    name, sign, value = words.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"{words!r} must be NAME=VALUE")
    return name, value


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="python -m ship",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--stack",
        help=f"(default {DEFAULT_STACK}; with --local, deploy and destroy take {_LOCAL_STACK}, "
        "backup and restore the site of `make run`)",
    )
    made.add_argument("--region", help="(default: that of your AWS settings)")
    made.add_argument("--profile", help="of your AWS settings")
    made.add_argument("--settings", default=str(ROOT / "deploy.toml"), help="(default deploy.toml)")
    made.add_argument("--local", action="store_true", help="the cloud that `make run` starts")
    made.add_argument("--state", default=".local", help="its state folder (default .local)")
    made.add_argument("--model", help="the bundle's folder, with --local (else set ModelDir)")
    wanted = made.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Command, words: str) -> argparse.ArgumentParser:
        added = wanted.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    _deploy_options(command("deploy", _deploy, "put the site on the web, or bring it up to date"))
    down = command("destroy", _destroy, "take the site down; its tables are kept")
    down.add_argument("--yes", action="store_true", help="ask nothing (but for --with-data)")
    down.add_argument("--with-data", action="store_true", help="delete the tables too")
    save = command("backup", _backup, "write the tables into a folder")
    save.add_argument("--out", required=True, metavar="FOLDER", help="made new")
    _table_option(save, "read this table instead, as one that AWS has restored")
    back = command("restore", _restore, "put back what the tables do not have")
    back.add_argument("folder", metavar="FOLDER")
    back.add_argument("--overwrite", action="store_true", help="put back what they have, too")
    back.add_argument(
        "--subscribers",
        action="store_true",
        help="put back subscribers also beside others, and with them who has left since",
    )
    return made


def _deploy_options(added: argparse.ArgumentParser) -> None:
    added.add_argument("--yes", action="store_true", help="ask nothing, go on")
    for question in QUESTIONS:
        added.add_argument(question.option, dest=question.parameter, help=question.words)
    added.add_argument(
        "--set",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="any parameter of infra/template.yaml",
    )
    added.add_argument("--verify-sender", action="store_true", help="have SES send its link")
    added.add_argument("--new-tables", action="store_true", help="leave an earlier site's tables")
    _table_option(added, "which table of an earlier site to use, where it left several")
    added.add_argument("--no-trial", action="store_true", help="submit no review at the end")


def _table_option(added: argparse.ArgumentParser, words: str) -> None:
    added.add_argument(
        "--table", action="append", default=[], type=_pair, metavar="NAME=TABLE", help=words
    )


if __name__ == "__main__":
    sys.exit(main())
