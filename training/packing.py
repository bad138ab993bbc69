"""Quantised weights as they lie in the file: blocks of 64 bytes with a scale each.

The layout is that of onnxruntime's `MatMulNBits`
(https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits):
a row of the matrix for each output, cut into blocks of 128 weights of 4 bits or 64 of 8 bits. A
weight is stored as a whole number above zero, 8 or 128 more than it counts; of two weights in a
byte the earlier is in the low half. The last block of a row is filled up with zeros.
"""

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.int8]
Bytes = npt.NDArray[np.uint8]

BLOCK_BYTES = 64


def weights_in_block(bits: int) -> int:
    """Return how many weights of 4 or 8 bits share a scale."""
    return BLOCK_BYTES * 8 // bits


def blocks_in_row(inputs: int, bits: int) -> int:
    """Return how many blocks a row of so many weights takes."""
    return -(-inputs // weights_in_block(bits))


def packed(levels: Levels, bits: int) -> Bytes:
    """Store levels (outputs, inputs), -8 to 7 or -128 to 127, as (outputs, blocks, 64) bytes."""
    outputs, inputs = levels.shape
    blocks = blocks_in_row(inputs, bits)
    zero = 1 << (bits - 1)
    stored = np.full((outputs, blocks * weights_in_block(bits)), zero, dtype=np.uint8)
    stored[:, :inputs] = (levels.astype(np.int16) + zero).astype(np.uint8)
    if bits == 4:
        stored = np.bitwise_or(stored[:, ::2], stored[:, 1::2] << 4, dtype=np.uint8)
    return stored.reshape(outputs, blocks, BLOCK_BYTES)


def unpacked(blocks: Bytes, bits: int, inputs: int) -> Levels:
    """Return the levels (outputs, inputs) that `packed` stored."""
    zero = 1 << (bits - 1)
    stored = blocks.reshape(len(blocks), -1)
    if bits == 4:
        stored = np.stack([stored & 15, stored >> 4], axis=-1).reshape(len(blocks), -1)
    return (stored[:, :inputs].astype(np.int16) - zero).astype(np.int8)
