"""Builds all that Lambda gets, in the environment that has AWS SAM, for `ship.aws_supply`.

    .venv/ship/bin/python -m ship.build --architecture arm64 --model functions/generate/model

Prints, as JSON, where the zips lie and which local image it is, with the tool that holds it.
"""

import argparse
import json
import sys

from local.errors import LocalError
from ship.builders import choose_for
from ship.errors import ShipError
from ship.image import build_image
from ship.processors import ARCHITECTURES
from ship.trial import check_processor
from ship.zips import build_zips, folder_for


def main() -> int:
    """Build; an error that the operator can put right is told, with status 2."""
    parser = argparse.ArgumentParser(prog="python -m ship.build")
    parser.add_argument("--architecture", choices=tuple(ARCHITECTURES), required=True)
    parser.add_argument("--model", required=True, help="the bundle's folder, from the root")
    arguments = parser.parse_args()
    architecture = arguments.architecture
    try:
        builder = choose_for(architecture)  # first: told before minutes of building
        zips = build_zips(architecture, folder_for(architecture), _say)
        for artefact in zips:
            check_processor(artefact, architecture)
        image = build_image(builder, architecture, {"MODEL_DIR": arguments.model}, _say)
    except (ShipError, LocalError) as error:
        _say(str(error))
        return 2
    built = {
        "zips": {artefact.resource: str(artefact.archive) for artefact in zips},
        "tool": list(image.builder.program),
        "image": image.tag,
    }
    print(json.dumps(built))
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
