"""A checkpoint becomes a bundle: checked, rounded, written, measured.

What ships is made from the checkpoint's weights and measured with the kernels that serve. Nothing
is written into the bundle's place before every check has passed.
"""

import math
import shutil
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from transformers import GPT2LMHeadModel

from functions.generate.network.reading import Network
from functions.generate.originality.archive import Archive
from training.beginning import beginning_of
from training.bundle import (
    ADOPTED_FROM,
    Findings,
    HeldOut,
    Index,
    Naming,
    Origin,
    weights_of,
    write_description,
)
from training.calibration import calibration_of
from training.checks import check_serving_graph
from training.errors import ExportError, SettingsError
from training.files import put_back, whole_folder
from training.floors import as_facts, check_verdict, judge, measured_of, standing_of
from training.graph import Integers
from training.mixed import FEW, MANY, Chosen, choose
from training.model import load_model, mean_loss
from training.model_files import GRAPH, write_model
from training.originality import (
    CODE_BITS,
    corpus_of,
    share_found_too_long,
    texts_of,
    write_index,
)
from training.prepared import (
    PackedRows,
    Prepared,
    as_tensor,
    characters_of,
    evenly_spaced,
    open_prepared,
    sha256_of_text,
)
from training.quantise import round_matrices
from training.reference import check_reference
from training.servable import check_belongs, check_servable
from training.served import ServingGraph, mean_loss_as_served, open_served
from training.trial import cost_as_served, costs_alone, trial_of
from training.written import written_by

LOOKED_UP = 150
"""About so many held-out documents tell how often the index of the corpus is mistaken."""

PROMPTS = 20
PROMPT_LENGTH = 24

MIXED = "mixed"
BITS = {MIXED: (FEW, MANY), str(FEW): (FEW,), str(MANY): (MANY,)}
"""What --bits may be, and the widths that the matrices may then have."""

AIM = 0.7
"""How much of the allowed loss mixed bits may use up on the trial: other text may lose more."""


@dataclass(frozen=True)
class ExportSettings:
    """What `export` may vary."""

    bits: str = MIXED
    most_loss: float = 0.01  # share by which the perplexity on held-out text may rise
    held_out_rows: int | None = None  # measure on so many contexts; None: on all
    accept_worse: bool = False  # replace a bundle by one that is worse on its pinned floors

    def __post_init__(self) -> None:
        if self.bits not in BITS:
            raise SettingsError(f"weights have {', '.join(BITS)} bits, got {self.bits!r}")
        if not 0 < self.most_loss < 1:
            raise SettingsError(
                f"a loss of at most {self.most_loss} is not possible: "
                "choose more than 0 and less than 1, as 0.01"
            )


def export(
    checkpoint: Path, data: Path, out: Path, naming: Naming, settings: ExportSettings
) -> HeldOut:
    """Write the bundle `out` from a checkpoint and the prepared folder it was trained on."""
    prepared = open_prepared(data)
    model = load_model(checkpoint)
    check_belongs(model, checkpoint, prepared)
    check_servable(model, checkpoint)
    naming = replace(naming, base_model=naming.base_model or beginning_of(model.config))
    put_back(out)
    standing_of(out)  # a bundle there whose floors cannot be read is named now, not in an hour
    prompts = prompts_of(prepared, model.config.n_positions)
    print("comparing the reference graph with PyTorch", flush=True)
    with TemporaryDirectory() as scratch:
        check_reference(model, prompts, Path(scratch))
    with TemporaryDirectory() as scratch:
        print("indexing the corpus", flush=True)
        index = index_of(prepared, Path(scratch) / "originality.bin")
        return _export(Origin(naming, model, prepared, index), out, prompts, settings)


def index_of(prepared: Prepared, file: Path) -> Index:
    """Write the index of the training text, and measure it on the held-out documents."""
    corpus = corpus_of(texts_of(prepared, prepared.train))
    write_index(corpus, file)
    held_out = list(texts_of(prepared, prepared.held_out))
    others = held_out[:: max(1, len(held_out) // LOOKED_UP)]
    return Index(
        file=file,
        bits=CODE_BITS,
        words=int(np.count_nonzero(corpus.line)),
        found_too_long=round(share_found_too_long(Archive(file), corpus, others), 4),
        documents=len(others),
    )


def _export(origin: Origin, out: Path, prompts: Integers, settings: ExportSettings) -> HeldOut:
    model, prepared = origin.model, origin.prepared
    chosen = _round(origin, settings)
    with whole_folder(out) as staging:
        _write(staging, origin, chosen, settings.bits)
        print("measuring on held-out text", flush=True)
        with closing(open_served(staging)) as network:
            check_serving_graph(ServingGraph(staging / GRAPH), network, prompts)
            held_out = measure(model, network, prepared, settings.held_out_rows)
        held_out = replace(held_out, unseen=not hasattr(model.config, ADOPTED_FROM))
        check_loss(held_out, settings.most_loss)
        findings = _judge(staging, out, held_out, prompts, settings)
        write_description(staging, origin, weights_of(chosen, settings.bits), findings)
    return held_out


def _judge(
    staging: Path, out: Path, held_out: HeldOut, prompts: Integers, settings: ExportSettings
) -> Findings:
    """Let the new bundle write, and hold it against the floors of the one it would replace."""
    print("writing a few texts", flush=True)
    written = written_by(staging, prompts)
    measured = measured_of(
        held_out, sentence_ends=written.sentence_ends, returning=written.returning
    )
    verdict = judge(measured, held_out, standing_of(out))
    for remark in verdict.remarks:
        print(remark, flush=True)
    if not settings.accept_worse:
        check_verdict(verdict, out)
    for fall in verdict.worse:
        print(f"accepted, and pinned anew: {fall}", flush=True)
    return Findings(held_out, asdict(written), as_facts(verdict.floors))


def measure(
    model: GPT2LMHeadModel, network: Network, prepared: Prepared, most_rows: int | None
) -> HeldOut:
    """Measure held-out text with the original weights, and with the network that serves."""
    held_out = PackedRows(
        prepared.held_out, min(model.config.n_positions, len(prepared.held_out) - 1)
    )
    rows = evenly_spaced(held_out, most_rows or len(held_out))
    tokens = as_tensor(rows)
    predicted = tokens[:, 1:].numel()
    end_of_text = prepared.manifest.end_of_text_id
    bits = predicted / math.log(2) / characters_of(prepared.tokenizer, rows)
    original = mean_loss(model, tokens)
    quantised = mean_loss_as_served(network, tokens)
    return HeldOut(
        perplexity_original=round(math.exp(original), 4),
        perplexity_quantised=round(math.exp(quantised), 4),
        bits_per_character_original=round(original * bits, 4),
        bits_per_character_quantised=round(quantised * bits, 4),
        documents=int((tokens[:, 1:] == end_of_text).sum()),
        tokens=predicted,
        text=sha256_of_text(prepared.tokenizer, prepared.held_out, end_of_text)
        if len(rows) == len(held_out)
        else None,
    )


def prompts_of(prepared: Prepared, context: int) -> Integers:
    """Choose prompts (prompts, length) from the held-out text, to compare networks behind them."""
    length = min(PROMPT_LENGTH, context // 4)
    rows = evenly_spaced(PackedRows(prepared.held_out, length), PROMPTS)
    return np.stack(rows)[:, :length]


def _round(origin: Origin, settings: ExportSettings) -> Chosen:
    """Round every matrix, to the bits asked for or to those that it turns out to need."""
    calibration = calibration_of(origin.prepared, origin.model.config.n_positions)
    print("rounding", flush=True)
    choices = round_matrices(origin.model, calibration.inputs, BITS[settings.bits])
    if settings.bits != MIXED:
        return {name: choice[int(settings.bits)] for name, choice in choices.items()}
    trial = trial_of(origin.model, calibration.trial)
    print("measuring what 4 bits cost in each matrix", flush=True)
    costs = costs_alone(origin.model, choices, FEW, trial)

    def cost_of(chosen: Chosen) -> float:
        with TemporaryDirectory() as scratch:
            _write(Path(scratch), origin, chosen, settings.bits)
            with closing(open_served(Path(scratch))) as network:
                cost = cost_as_served(network, trial)
        count = len(weights_of(chosen, settings.bits).in_8_bits)
        print(
            f"{count} of {len(chosen)} matrices in 8 bits cost {math.expm1(cost):.2%}", flush=True
        )
        return cost

    return choose(choices, costs, cost_of, AIM * settings.most_loss)


def _write(folder: Path, origin: Origin, chosen: Chosen, bits: str) -> None:
    """Write a bundle that can be served, and has not been measured yet."""
    write_model(folder, origin.model, chosen)
    shutil.copyfile(origin.prepared.folder / "tokenizer.json", folder / "tokenizer.json")
    shutil.copyfile(origin.index.file, folder / "originality.bin")
    write_description(folder, origin, weights_of(chosen, bits), findings=None)


def check_loss(held_out: HeldOut, most_loss: float) -> None:
    """Refuse weights that lose more than a share of the perplexity. Raises ExportError."""
    loss = held_out.perplexity_quantised / held_out.perplexity_original - 1
    if not loss <= most_loss:
        raise ExportError(
            f"rounding raises the perplexity on held-out text from "
            f"{held_out.perplexity_original:.2f} to {held_out.perplexity_quantised:.2f}, by "
            f"{loss:.2%}; at most {most_loss:.2%} is allowed: give more --bits, or allow "
            "more with --most-loss"
        )
