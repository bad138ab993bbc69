"""A transformers model is read through the engine's interface as PyTorch reads it."""

from pathlib import Path

import numpy as np
import torch

from training.evaluation.torch_network import TorchNetwork
from training.model import load_model


def test_texts_in_several_places_do_not_mix(run_folder: Path) -> None:
    """Two texts, read in turns, and a third in a place that is free again."""
    model = load_model(run_folder / "best")
    network = TorchNetwork(model, places=2)
    dice = np.random.default_rng(1)
    first, second, third = (dice.integers(0, 320, 9) for _ in range(3))
    expected = {
        name: model(torch.from_numpy(text[None])).logits[0].numpy()
        for name, text in (("first", first), ("second", second), ("third", third))
    }

    def read(tokens: list[int], places: list[int], positions: list[int]) -> np.ndarray:
        wanted = np.ones(len(tokens), dtype=bool)
        return network.read(np.array(tokens), np.array(places), np.array(positions), wanted)

    found = read([*first[:4], *second[:6]], [0] * 4 + [1] * 6, [*range(4), *range(6)])
    np.testing.assert_allclose(found[:4], expected["first"][:4], atol=1e-4)
    np.testing.assert_allclose(found[4:], expected["second"][:6], atol=1e-4)
    found = read([second[6], first[4]], [1, 0], [6, 4])
    np.testing.assert_allclose(found[0], expected["second"][6], atol=1e-4)
    np.testing.assert_allclose(found[1], expected["first"][4], atol=1e-4)
    found = read([*third, first[5]], [1] * 9 + [0], [*range(9), 5])
    np.testing.assert_allclose(found[:9], expected["third"], atol=1e-4)
    np.testing.assert_allclose(found[9], expected["first"][5], atol=1e-4)


def test_only_what_is_wanted_comes_back(run_folder: Path) -> None:
    """The logits are those of the wanted rows, in their order."""
    network = TorchNetwork(load_model(run_folder / "best"), places=1)
    tokens, places, positions = np.arange(5), np.zeros(5, dtype=np.int64), np.arange(5)
    everything = network.read(tokens, places, positions, np.ones(5, dtype=bool))
    wanted = np.array([False, True, False, False, True])
    np.testing.assert_allclose(
        network.read(tokens, places, positions, wanted), everything[[1, 4]], atol=1e-5
    )
