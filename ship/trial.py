"""Tries what was built as zips: each function imported alone, and its handler called.

The artefact, the layer and boto3, which Lambda brings, are all that the function finds. It answers
to a local site. What is built for another processor than this computer's cannot be imported here:
then its twin, built from the same template for this processor, is tried in its place, and the two
must hold the same packages and native libraries.
"""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.place import ROOT
from ship import events
from ship.errors import BuildFailed, NotShippable
from ship.interpreters import Interpreter
from ship.processors import ARCHITECTURES
from ship.trial_site import TrialSite
from ship.zips import SCRATCH, Artefact, native_libraries

_ALONE = ROOT / "ship" / "alone.py"
BROUGHT_BY_LAMBDA = SCRATCH / "brought-by-lambda"
"""What `make package` installs of it; the bench starts functions with the same."""
_REQUIREMENTS = ROOT / "functions" / "requirements.txt"
_LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of calling a function."""

    resource: str
    modules: int
    """How many modules of the function were imported."""
    answers: tuple[str, ...]
    """One for each event, in few words."""


def check_processor(artefact: Artefact, architecture: str) -> int:
    """Return how many native libraries it has, all for this processor. Raises NotShippable."""
    libraries = native_libraries(artefact.folder)
    wrong = [name for name, code in libraries.items() if code != ARCHITECTURES[architecture]]
    if wrong:
        message = f"{artefact.resource} is to run on {architecture}, and these are not for it: "
        raise NotShippable(message + ", ".join(wrong))
    return len(libraries)


def check_compiled(artefact: Artefact, python: Interpreter) -> None:
    """Raise NotShippable unless each module brings its bytecode for this Python."""
    ending = f".cpython-{python.version.replace('.', '')}.pyc"
    lacking = [
        str(path.relative_to(artefact.folder))
        for path in sorted(artefact.folder.rglob("*.py"))
        if not (path.parent / "__pycache__" / f"{path.stem}{ending}").is_file()
    ]
    if lacking:
        message = (
            f"{artefact.resource} has {len(lacking)} modules without bytecode, as {lacking[0]}"
        )
        raise NotShippable(f"{message}; each cold start would compile them. Build it anew.")


def check_twin(artefact: Artefact, twin: Artefact) -> None:
    """Raise NotShippable unless both hold the same, but for the processor."""
    ours, others = _contents(artefact.folder), _contents(twin.folder)
    if ours != others:
        differing = ", ".join(sorted(ours ^ others)[:5])
        message = f"{artefact.resource} is not the same for both processors; they differ in "
        raise NotShippable(message + differing)


def bring_boto3(python: Interpreter, into: Path) -> Path:
    """Install what Lambda's own Python brings beside a function. Raises BuildFailed."""
    command = [str(python.path), "-m", "pip", "install", "--quiet", "--upgrade"]
    command += ["--target", str(into), "--requirement", str(_REQUIREMENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BuildFailed(f"boto3 could not be installed. pip said:\n  {_last_words(done)}")
    return into


def try_all(
    functions: Mapping[str, str],
    artefacts: Sequence[Artefact],
    python: Interpreter,
    boto3: Path,
    site: TrialSite,
) -> tuple[Answered, ...]:
    """Call each function by its handler's dotted name, and return what they answered.

    Raises NotShippable.
    """
    layers = [each.folder / "python" for each in artefacts if each.resource not in functions]
    review = site.submit(prompt="A room with one chair", eccentricity=4)
    outcome = []
    for artefact in artefacts:
        if artefact.resource not in functions:
            continue
        order = {
            "paths": [str(path) for path in (artefact.folder, *layers, boto3)],
            "handler": functions[artefact.resource],
            "events": _events(artefact.resource, review),
        }
        told = _called(python, order, site.environment(artefact.resource))
        answers = tuple(_in_few_words(artefact.resource, answer) for answer in told["answers"])
        outcome.append(Answered(artefact.resource, told["modules"], answers))
    return tuple(outcome)


def _events(resource: str, review: str) -> list[dict[str, Any]]:
    """Return what the function is asked: for each kind that it serves, one event."""
    if resource == "SubmitFunction":
        fields = {"prompt": "A blue horse in the rain", "eccentricity": 7}
        return [events.http_event("POST", "/submission", "POST /submission", json.dumps(fields))]
    if resource == "RenderFunction":
        return [
            events.http_event("GET", "/"),
            events.http_event("GET", f"/r/{review}/card.png"),
        ]
    return [events.schedule_event()]


def _called(
    python: Interpreter, order: dict[str, Any], environment: dict[str, str]
) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  # our own file, under the functions' Python
        [python.path, "-I", "-S", "-B", _ALONE],
        input=json.dumps(order),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotShippable(f"{order['handler']} does not run by itself:\n  {_last_words(done)}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _in_few_words(resource: str, answer: Any) -> str:  # noqa: ANN401  # whatever a handler returns
    """Return what is shown of an answer. Raises NotShippable where it is an error."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return json.dumps(answer)
    if answer["statusCode"] >= 400:
        raise NotShippable(f"{resource} answered {answer['statusCode']}: {answer.get('body')}")
    headers = {name.lower(): text for name, text in (answer.get("headers") or {}).items()}
    return f"{answer['statusCode']} {headers.get('content-type', '')}".strip()


def _contents(folder: Path) -> set[str]:
    """Return the names of the files, without what a processor puts into them.

    What wheels bring of other projects (`pillow.libs`) is left out: its names hold a hash.
    """
    names = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not any(part.endswith(".libs") for part in path.parts)
    }
    return {re.sub(r"x86_64|aarch64", "*", name) for name in names}


def _last_words(done: "subprocess.CompletedProcess[str]") -> str:
    return "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:])
