"""What the report says of the bundle and its corpus, out of their own files."""

from dataclasses import asdict

from functions.generate.originality.steering import MOST_SHARED_WORDS
from training.evaluation.bundles import Measured
from training.evaluation.report import CorpusFacts, ModelFacts
from training.prepare import Part


def model_facts(measured: Measured) -> ModelFacts:
    """Return what the bundle says of itself."""
    bundle, description = measured.bundle, measured.description
    return ModelFacts(
        name=bundle.name,
        hash=bundle.hash,
        base_model=bundle.base_model,
        created=str(description["created"]),
        parameters=bundle.parameters,
        layers=bundle.layers,
        heads=bundle.heads,
        width=bundle.width,
        context_length=bundle.context_length,
        vocabulary=bundle.vocabulary,
        bits_per_weight=float(description["weights"]["bits_per_weight"]),
        license_of_weights=bundle.license_of_weights,
        license_of_corpus=bundle.license_of_corpus,
        sampling={name: float(value) for name, value in asdict(bundle.sampling).items()},
        decades=[*bundle.decades],
        most_shared_words=MOST_SHARED_WORDS,
        found_too_long=float(description["originality"]["found_too_long"]),
        unseen=bool((description.get("held_out") or {}).get("unseen", True)),
    )


def corpus_facts(part: Part, leaks_dropped: int = 0) -> CorpusFacts:
    """Return the size of a part of the corpus, its books, and what was left out of it."""
    return CorpusFacts(
        books=part.books,
        documents=part.documents,
        words=part.words,
        tokens=part.tokens,
        reviews=part.reviews,
        leaks_dropped=leaks_dropped,
    )
