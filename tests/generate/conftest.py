"""The bundled model, loaded once."""

from pathlib import Path

import pytest

from functions.generate.bundle import Bundle, load_bundle
from functions.generate.engine import Engine

MODEL = Path(__file__).parents[2] / "functions" / "generate" / "model"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """Return the bundle that ships."""
    return load_bundle(MODEL)


@pytest.fixture(scope="session")
def engine(bundle: Bundle) -> Engine:
    """Return an engine with the bundle that ships."""
    return Engine(bundle, threads=1)
