"""Floors for a bundle that was exported before there were any."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from functions.generate.bundle import load_bundle
from functions.generate.errors import BundleRefused
from training.bundle import DESCRIPTION, HeldOut
from training.errors import FloorError
from training.export import prompts_of
from training.files import sha256_of
from training.floors import as_facts, measured_of, pinned
from training.prepared import PackedRows, Prepared, open_prepared, sha256_of_text
from training.whole_file import write_whole
from training.written import written_by


def pin(folder: Path, data: Path) -> Mapping[str, Mapping[str, float]]:
    """Pin the floors of the bundle in `folder`, which was measured on the prepared folder `data`.

    Its held-out figures are taken from its description. Raises FloorError, PreparedError,
    StorageError.
    """
    prepared = open_prepared(data)
    try:
        bundle = load_bundle(folder)
    except BundleRefused as error:
        raise FloorError(f"{folder} cannot be pinned: {error}") from error
    path = folder / DESCRIPTION
    facts = json.loads(path.read_text("utf-8"))
    if facts.get("floors"):
        raise FloorError(f"{path} has floors already: they are lowered by hand, or by an export")
    held_out = _held_out(facts, path)
    _check_measured_on(held_out, facts, prepared, bundle.context_length)
    end = prepared.manifest.end_of_text_id
    held_out = replace(held_out, text=sha256_of_text(prepared.tokenizer, prepared.held_out, end))
    written = written_by(folder, prompts_of(prepared, bundle.context_length))
    measured = measured_of(
        held_out, sentence_ends=written.sentence_ends, returning=written.returning
    )
    floors = as_facts(pinned(measured))
    facts |= {"held_out": asdict(held_out), "written": asdict(written), "floors": floors}
    write_whole(path, f"{json.dumps(facts, indent=2, ensure_ascii=False)}\n")
    return floors


def _held_out(facts: Mapping[str, Any], path: Path) -> HeldOut:
    try:
        return HeldOut(**facts["held_out"])
    except (KeyError, TypeError) as error:
        raise FloorError(
            f"{path} has no held-out figures to pin ({error}): export again"
        ) from error


def _check_measured_on(
    held_out: HeldOut, facts: Mapping[str, Any], prepared: Prepared, context: int
) -> None:
    """Refuse another text than the one that the figures are of, as far as sizes can tell."""
    length = min(context, len(prepared.held_out) - 1)
    whole = length * len(PackedRows(prepared.held_out, length))
    same = sha256_of(prepared.folder / "tokenizer.json") == facts["files"]["tokenizer.json"]
    if not same or held_out.tokens != whole:
        raise FloorError(
            f"the bundle was measured on {held_out.tokens} held-out tokens, and {prepared.folder} "
            f"has {whole}{'' if same else ' of another tokenizer'}: give --data the folder it was "
            "exported with"
        )
