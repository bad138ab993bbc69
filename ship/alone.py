"""Imports a function's artefact and calls its handler, with nothing else of this computer at hand.

Run as a file by `python -I -S`, so that there is the standard library and what the order names. It
takes the order as JSON from its input and answers with JSON: how many modules were imported, and
what the handler returned for each event.
"""

import importlib
import json
import os
import pkgutil
import sys
from typing import Any


class Context:
    """What Lambda tells a function about its invocation.

    See https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name = "alone"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:alone"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return 10_000


def main() -> None:
    """Carry the order out; what the function logs goes to the error output."""
    answers = os.dup(1)
    os.dup2(2, 1)
    order: dict[str, Any] = json.load(sys.stdin)
    sys.path[:0] = order["paths"]
    module, _, name = order["handler"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    package = importlib.import_module(module.rpartition(".")[0])
    names = [
        found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ]
    for each in names:
        importlib.import_module(each)
    told = {
        "modules": len(names),
        "answers": [handler(event, Context()) for event in order["events"]],
    }
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(told, out)


if __name__ == "__main__":
    main()
