"""A fine-tune that was made elsewhere becomes a bundle: converted, its text prepared, exported.

WORK/checkpoint    the plain folder (see `plain.py`); `finetune --from` goes on from it
WORK/prepared      its text, as `prepare` writes it with the model's own tokenizer
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from training.bundle import HeldOut, Naming
from training.elsewhere.plain import Kind, Plain, plain_checkpoint
from training.elsewhere.texts import write_books
from training.export import ExportSettings, export
from training.prepare import Manifest, PrepareSettings, prepare

Tell = Callable[[str], None]

SPELLED_OUT = (
    "gpt-2-simple spells <|endoftext|> out in several tokens: the site ends a review there, but "
    "not before the least length; docs/bring-your-own.md says how to teach it the real one"
)
MAY_BE_LEARNED = (
    "the held-out text may have been in the model's own training: its figures tell what rounding "
    "costs, not how well the model does on text it has not seen"
)


@dataclass(frozen=True)
class Adoption:
    """What is to be adopted, and where to."""

    source: Path  # the checkpoint's folder
    corpus: Path  # the text it was fine-tuned on: a .txt, a .csv or a folder of them
    work: Path
    tokenizer: Path | None = None  # where it does not lie beside the weights
    held_out_share: float = 0.05


def make_ready(adoption: Adoption, tell: Tell) -> tuple[Plain, Manifest]:
    """Write the plain checkpoint and the prepared text. Raises TrainingError."""
    plain = plain_checkpoint(adoption.source, adoption.work / "checkpoint", adoption.tokenizer)
    tell(
        f"read {plain.name} ({plain.kind.value}): {plain.parameters} weights, {plain.vocabulary} "
        f"tokens, a context of {plain.context}"
    )
    if plain.rows_cut:
        tell(f"cut off {plain.rows_cut} rows of the embedding that belong to no token")
    if plain.kind is Kind.GPT_2_SIMPLE:
        tell(SPELLED_OUT)
    settings = PrepareSettings(
        tokenizer=adoption.work / "checkpoint" / "tokenizer.json",
        held_out_share=adoption.held_out_share,
        drop_leaks=True,  # the model has learned what it has: a copy in it is no reason to refuse
    )
    with TemporaryDirectory() as scratch:
        books, table = write_books(adoption.corpus, Path(scratch))
        manifest = prepare(books, table, adoption.work / "prepared", settings)
    tell(
        f"prepared {manifest.train.documents} documents to round by, "
        f"{manifest.held_out.documents} to measure with"
    )
    return plain, manifest


def adopt(
    adoption: Adoption, out: Path, naming: Naming, settings: ExportSettings, tell: Tell
) -> HeldOut:
    """Write the bundle `out` from a checkpoint that was made elsewhere. Raises TrainingError.

    Where the naming tells no base model, it is told where the checkpoint came from.
    """
    make_ready(adoption, tell)
    tell(MAY_BE_LEARNED)
    return export(adoption.work / "checkpoint", adoption.work / "prepared", out, naming, settings)
