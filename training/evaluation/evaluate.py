"""Measure a bundle: texts out of what ships, beside held-out text and the base model."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import GPT2LMHeadModel

from functions.generate.network.reading import Network
from functions.generate.originality.archive import Archive
from training.evaluation.bundles import Measured, fingerprint, open_measured, open_weights
from training.evaluation.copying import Copying, Corpus, copying_of
from training.evaluation.curves import read_curves
from training.evaluation.decades import Floats, decade_figures
from training.evaluation.facts import corpus_facts, model_facts
from training.evaluation.figures import figures_of
from training.evaluation.gathering import Evaluation, gather_groups
from training.evaluation.groups import AS_IT_SHIPS, BASE, HELD_OUT, MODEL, Group
from training.evaluation.perplexity import MeanLoss, Perplexity, perplexities
from training.evaluation.report import FORMAT, Report, Settings, Shown
from training.evaluation.settings import EvaluationSettings, Sources
from training.model import mean_loss
from training.prepared import open_prepared
from training.served import mean_loss_as_served, open_served, read_text

AS_SERVED, CHECKPOINT = AS_IT_SHIPS, "checkpoint"

STEERED, NOT_STEERED = AS_IT_SHIPS, "not steered"
"""How the model's texts are called where copies are told."""

_EXAMPLES = 8
"""Copied runs that are shown, of either kind."""

_SHOWN = 2
"""Texts to read of each group."""


def evaluate(sources: Sources, out: Path, settings: EvaluationSettings) -> Report:
    """Measure everything; samples are kept in `out`, so that an interrupted call goes on."""
    measured = open_measured(sources.bundle, open_prepared(sources.data))
    manifest = measured.prepared.manifest
    curves = read_curves(sources.run) if sources.run else None
    folders = {CHECKPOINT: sources.checkpoint, BASE: sources.base}
    weights = {name: open_weights(folder, measured) for name, folder in folders.items() if folder}
    with closing(open_served(sources.bundle)) as network:  # compiles the kernels, too
        groups = gather_groups(Evaluation(sources, measured, out, settings))
        compared = min(len(group.texts) for group in groups)
        return Report(
            format=FORMAT,
            model=model_facts(measured),
            train=corpus_facts(manifest.train),
            held_out=corpus_facts(manifest.held_out, manifest.leaks_dropped),
            settings=_told(sources, settings, compared),
            perplexities=_perplexities(measured, network, weights, settings.rows),
            figures=[figures_of(group, compared) for group in groups if _ships(group)],
            copying=[*_copying(measured, groups)],
            decades=decade_figures(
                measured.prepared,
                measured.bundle.decades,
                partial(losses_as_served, network),
                measured.bundle.context_length,
                settings.decade_documents,
            ),
            curves=curves,
            shown=[*_texts_to_read(groups)],
        )


def losses_as_served(network: Network, tokens: Sequence[int]) -> Floats:
    """Return the loss in nats of each token of a text but the first (length - 1)."""
    ids = np.asarray(tokens, dtype=np.int64)
    logits = torch.from_numpy(read_text(network, ids[:-1]))  # (length - 1, vocabulary)
    losses = functional.cross_entropy(logits, torch.from_numpy(ids[1:]), reduction="none")
    return losses.double().numpy()


def _ships(group: Group) -> bool:
    """Tell whether its texts are as a reader gets them: the others are there for the copies."""
    return group.name.is_steered is not False


def _told(sources: Sources, settings: EvaluationSettings, compared: int) -> Settings:
    return Settings(
        samples=settings.samples,
        compared=compared,
        prompt_words=settings.prompt_words,
        first_seed=settings.first_seed,
        rows=settings.rows,
        base=fingerprint(sources.base) if sources.base else None,
        checkpoint=fingerprint(sources.checkpoint) if sources.checkpoint else None,
    )


def _perplexities(
    measured: Measured, network: Network, weights: dict[str, GPT2LMHeadModel], rows: int
) -> list[Perplexity]:
    models: dict[str, MeanLoss] = {AS_SERVED: partial(mean_loss_as_served, network)}
    models |= {name: partial(mean_loss, model) for name, model in weights.items()}
    return perplexities(models, measured.prepared, measured.bundle.context_length, rows)


def _copying(measured: Measured, groups: Sequence[Group]) -> Iterator[Copying]:
    """Yield what ships, the model alone, people's text, and the base where there is one."""
    prepared = measured.prepared
    archive = Archive(measured.bundle.originality_file)
    corpus = Corpus(archive, prepared.train, prepared.tokenizer)
    named = {
        STEERED: [
            group for group in groups if (group.name.source, group.name.is_steered) == (MODEL, True)
        ],
        NOT_STEERED: [group for group in groups if not _ships(group)],
        HELD_OUT: [group for group in groups if group.name.source == HELD_OUT],
        BASE: [group for group in groups if group.name.source == BASE],
    }
    for name, chosen in named.items():
        if chosen:
            yield copying_of(name, chosen, corpus, _EXAMPLES)


def _texts_to_read(groups: Sequence[Group]) -> Iterator[Shown]:
    """Yield the first texts of each group as the site would show it: nobody chose them."""
    for group in groups:
        if _ships(group):
            for text in group.texts[:_SHOWN]:
                yield Shown(group.name, text.seed, text.opening, text.text)
