"""The groups of texts that are compared: held-out documents, what the bundle writes, the base."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from functions.generate.originality.archive import Archive, longest_shared_run
from functions.generate.originality.steering import MOST_SHARED_WORDS
from functions.generate.originality.words import words_of
from training.evaluation.bundles import Measured, fingerprint
from training.evaluation.documents import first_documents, opening_of
from training.evaluation.groups import BASE, MODEL, Group, held_out_group, sample_groups
from training.evaluation.sample_file import Identity, SampleFile
from training.evaluation.samples import Condition, Sample, Task
from training.evaluation.settings import EvaluationSettings, Sources
from training.evaluation.writing import Pen, tasks_for, write_samples
from training.files import sha256_of


@dataclass(frozen=True)
class Evaluation:
    """What is measured, how much of it, and where samples are kept."""

    sources: Sources
    measured: Measured
    out: Path
    settings: EvaluationSettings


def gather_groups(evaluation: Evaluation) -> list[Group]:
    """Return the held-out documents, the bundle's texts, the base's; write what is missing.

    The bundle's are there twice, steered away from the corpus's phrases as on the site, and not.
    The samples are kept in the evaluation's folder: `samples.jsonl` and `base-samples.jsonl`.
    """
    prepared, settings = evaluation.measured.prepared, evaluation.settings
    documents = first_documents(prepared, settings.samples)
    openings = [opening_of(document.text, settings.prompt_words) for document in documents]
    free, steered = _bundles_samples(evaluation, openings)
    groups = [held_out_group(documents, openings)]
    groups += sample_groups(MODEL, steered, prepared.tokenizer)
    groups += sample_groups(MODEL, free, prepared.tokenizer)
    if evaluation.sources.base:
        samples = _base_samples(evaluation, evaluation.sources.base, openings)
        groups += sample_groups(BASE, samples, prepared.tokenizer)
    return groups


def unsteered_as_steered(
    free: Iterable[Sample], archive: Archive, tokenizer: Tokenizer, most: int
) -> tuple[list[Sample], list[Sample]]:
    """Return the samples that steering would have left as they are, and those it would not.

    Steering does nothing to a text until it shares more than `most` words in a row with the corpus:
    one that never does is the same with it and without, as its seed is.
    """
    same: list[Sample] = []
    other: list[Sample] = []
    for sample in free:
        words = words_of(tokenizer.decode(sample.tokens))
        is_same = longest_shared_run(archive, words).words <= most
        (same if is_same else other).append(sample)
    return [replace(sample, is_steered=True) for sample in same], other


def _bundles_samples(
    evaluation: Evaluation, openings: Sequence[str]
) -> tuple[list[Sample], list[Sample]]:
    """Return the bundle's samples without steering, and the same tasks' with it."""
    measured, settings = evaluation.measured, evaluation.settings
    pen = Pen(evaluation.sources.bundle)
    file = SampleFile(evaluation.out / "samples.jsonl", _identity(pen, evaluation))
    tasks = [
        task
        for eccentricity in settings.eccentricities
        for task in tasks_for(
            Condition(eccentricity, is_steered=False),
            settings.samples,
            openings,
            settings.first_seed,
        )
    ]
    free = write_samples(pen, file, tasks, settings.processes)
    archive, tokenizer = Archive(measured.bundle.originality_file), measured.prepared.tokenizer
    same, other = unsteered_as_steered(free, archive, tokenizer, MOST_SHARED_WORDS)
    again = [
        Task(
            Condition(sample.eccentricity, is_steered=True),
            sample.number,
            sample.prompt,
            sample.seed,
        )
        for sample in other
    ]
    steered = same + write_samples(pen, file, again, settings.processes)
    return free, sorted(steered, key=lambda sample: (sample.eccentricity, sample.number))


def _base_samples(evaluation: Evaluation, base: Path, openings: Sequence[str]) -> list[Sample]:
    settings = evaluation.settings
    pen = Pen(evaluation.sources.bundle, base)
    file = SampleFile(evaluation.out / "base-samples.jsonl", _identity(pen, evaluation))
    condition = Condition(settings.base_eccentricity, is_steered=True)
    tasks = tasks_for(condition, settings.base_samples, openings, settings.first_seed)
    return write_samples(pen, file, tasks, settings.processes)


def _identity(pen: Pen, evaluation: Evaluation) -> Identity:
    measured, settings = evaluation.measured, evaluation.settings
    bundle = measured.bundle
    return Identity(
        weights=fingerprint(pen.weights) if pen.weights else bundle.hash,
        bundle=bundle.hash,
        sampling=measured.description["sampling"],
        held_out=sha256_of(measured.prepared.folder / "held_out.npy"),
        prompt_words=settings.prompt_words,
        first_seed=settings.first_seed,
    )
