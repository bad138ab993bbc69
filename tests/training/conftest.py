"""A prepared corpus, a trained model and its bundle: each made once, all tiny."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.books import write_corpus
from training.bundle import Naming
from training.export import ExportSettings, export
from training.finetune import finetune
from training.prepare import PrepareSettings, prepare
from training.settings import FinetuneSettings, Size

TINY = Size(layers=2, heads=2, width=64, context=64)
BUNDLED = Size(layers=2, heads=3, width=96, context=64)
"""The last block of a row is padded."""


def tiny_settings(steps: int) -> FinetuneSettings:
    """Return settings for a run of a second or two."""
    return FinetuneSettings(
        size=TINY,
        steps=steps,
        batch=4,
        short_window=32,
        short_until=0.5,
        learning_rate=1e-2,
        evaluation_rows=4,
        save_every=0.0,  # after every step
        evaluate_every=60.0,
        log_every=5,
        threads=1,
    )


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what `prepare` makes of the made-up corpus."""
    home = tmp_path_factory.mktemp("corpus")
    books, table = write_corpus(home)
    settings = PrepareSettings(vocabulary=320, held_out_share=0.2)
    prepare(books, table, home / "prepared", settings)
    return home / "prepared"


@pytest.fixture(scope="session")
def run_folder(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run of 30 steps."""
    run = tmp_path_factory.mktemp("run")
    finetune(prepared_folder, run, replace(tiny_settings(30), size=BUNDLED))
    return run


@pytest.fixture(scope="session")
def bundle_folder(
    prepared_folder: Path, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the bundle of the run's best model."""
    out = tmp_path_factory.mktemp("bundle") / "model"
    naming = Naming("tiny", license_weights="CC0-1.0", license_corpus="made up")
    export(run_folder / "best", prepared_folder, out, naming, ExportSettings())
    return out
