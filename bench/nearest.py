"""Round-to-nearest: weights become whole numbers and scales, quickly.

What ships is rounded with more care (`training/`); how fast an engine is does not depend on it.
"""

import numpy as np
import numpy.typing as npt

from training.packing import Bytes, Levels, packed, weights_in_block

Floats = npt.NDArray[np.float32]


def rounded(weights: Floats, bits: int) -> tuple[Bytes, Floats]:
    """Return the blocks (outputs, blocks, 64) and the scales (outputs, blocks) of a matrix.

    `weights` are (outputs, inputs). The largest weight of a block becomes 7, or 127 in 8 bits.
    """
    outputs, inputs = weights.shape
    size = weights_in_block(bits)
    padding = -inputs % size
    blocks = np.pad(weights, ((0, 0), (0, padding))).reshape(outputs, -1, size)
    most = (1 << (bits - 1)) - 1
    scales = np.abs(blocks).max(axis=-1) / np.float32(most)  # (outputs, blocks)
    steps = np.where(scales == 0, np.float32(1), scales)[..., None]
    levels: Levels = np.rint(blocks / steps).astype(np.int8).reshape(outputs, -1)[:, :inputs]
    return packed(levels, bits), scales.astype(np.float32)
