"""The command line of the local cloud: `python -m local --help`."""

import argparse
import os
import signal
import sys
from pathlib import Path

from local import environment, ports
from local.errors import LocalError
from local.kernels import compile_kernels
from local.place import ROOT, Place
from local.state import open_state

_EXAMPLES = """\
examples:
  python -m local run                          the site at http://localhost:8080, state in .local/
  python -m local run --port 8081 --state /tmp/other
                                               a second one beside it
  python -m local environment dev              build .venv/dev, which `make test` uses

Mails are at http://localhost:8080/_local/outbox. The logs are cloud.log and functions.log in the
state folder. To begin anew, stop it and delete the state folder.
"""


def main() -> None:
    """Do what the arguments say; an error that the person can put right is one line."""
    # A shell has its background jobs ignore Ctrl-C; `make test` builds environments in one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = _parser().parse_args()
    try:
        if arguments.command == "run":
            _run(ports.number(arguments.port), Place(Path(arguments.state).resolve()))
        elif arguments.command == "environment":
            python, _lock = environment.ready(environment.ENVIRONMENTS[arguments.name], _say)
            _say(f"{python.relative_to(ROOT)} is ready")
        else:
            from local.serve import serve  # noqa: PLC0415  # it needs the cloud's own environment

            serve(
                ports.number(arguments.port),
                Place(Path(arguments.state)),
                Path(arguments.functions_python),
            )
    except LocalError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _run(port: int, place: Place) -> None:
    """Check what can be checked, build the environments, and go on inside the cloud's."""
    os.close(open_state(place))
    ports.check_free(port)
    functions_python, _ = environment.ready(environment.ENVIRONMENTS["app"], _say)
    cloud_python, _ = environment.ready(environment.ENVIRONMENTS["cloud"], _say)
    command = [str(cloud_python), "-m", "local", "serve", "--port", str(port)]
    command += ["--state", str(place.folder), "--functions-python", str(functions_python)]
    compile_kernels(functions_python, _say)
    os.chdir(ROOT)
    os.execv(cloud_python, command)  # noqa: S606  # one process, which Ctrl-C stops


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local",
        description="The whole site on this computer: no account, no Docker.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="build what is missing, and serve until Ctrl-C")
    serve = commands.add_parser("serve", help="serve only (what `run` ends in)")
    for command in (run, serve):
        command.add_argument(
            "--port",
            default=os.environ.get("PORT") or "8080",
            help="where the site listens, on this computer only (or PORT=; default 8080)",
        )
        command.add_argument(
            "--state",
            default=os.environ.get("STATE") or str(ROOT / ".local"),
            help="the folder that keeps everything (or STATE=; default .local)",
        )
    serve.add_argument("--functions-python", required=True, help="the functions' interpreter")
    build = commands.add_parser("environment", help="build or update one of the environments")
    build.add_argument(
        "name",
        choices=sorted(environment.ENVIRONMENTS),
        help="; ".join(f"{e.name}: {e.purpose}" for e in environment.ENVIRONMENTS.values()),
    )
    return parser


if __name__ == "__main__":
    main()
