"""Have the bundle write the reviews of the examples page, with the engine that ships."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from functions.generate.author import Author, Commission, Wish
from functions.generate.bundle import Bundle, load_bundle
from functions.generate.engine import Engine
from functions.generate.network.fastest import fastest_network
from functions.generate.originality.steering import MOST_SHARED_WORDS

_PROMPT = "The portraits in this small room"


COMMISSIONS = (
    Commission("A horse in bronze, larger than life,", 7, seed=2),
    Commission(_PROMPT, 1, seed=1),
    Commission(_PROMPT, 5, seed=1),
    Commission(_PROMPT, 10, seed=1),
    Commission("What the sculptor has left out", 8, seed=3, decade="1890s"),
)
"""The first stands on the home page. One prompt at three eccentricities: the form compares them."""


def write_examples(bundle_folder: Path, out: Path) -> None:
    """Write the reviews, each with all that it takes to write it again, into a JSON file."""
    bundle = load_bundle(bundle_folder)
    network = fastest_network(bundle, threads=1, places=len(COMMISSIONS))
    engine = Engine(bundle, network, time.monotonic)
    author = Author(bundle, engine, MOST_SHARED_WORDS)
    commissions = {author.begin(commission): commission for commission in COMMISSIONS}
    texts = {draft.piece: draft.text for draft in author.drafts(lambda _: Wish.MORE)}
    examples = [
        _example(bundle, commission, texts[piece]) for piece, commission in commissions.items()
    ]
    text = json.dumps(examples, ensure_ascii=False, indent=1)
    staging = out.with_suffix(".new")
    staging.write_text(f"{text}\n", "utf-8")
    staging.replace(out)


def _example(bundle: Bundle, commission: Commission, text: str) -> dict[str, object]:
    made_by = {"model": bundle.name, "model_hash": bundle.hash}
    return asdict(commission) | made_by | {"text": text}
