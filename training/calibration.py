"""Training text to round by: the inputs that matrices meet, and a trial of what rounding costs.

Never the held-out text: that has to tell how the result does on what nobody has looked at. The
shard's documents lie in no order, so any part of it is like any other.
"""

from dataclasses import dataclass

import torch

from training.prepared import PackedRows, Prepared, Tokens, as_tensor, evenly_spaced

INPUT_TOKENS = 32_768  # with three times as many, the bundled model loses 3 % less
TRIAL_TOKENS = 2_048
TRIAL_LENGTH = 512
TRIAL_SHARE = 0.1  # of the training text is kept for the trial


@dataclass(frozen=True)
class Calibration:
    """Rows of token ids."""

    inputs: torch.Tensor  # (rows, length)
    trial: torch.Tensor  # (rows, length), of other text


def calibration_of(prepared: Prepared, context: int) -> Calibration:
    """Choose text for a model of this context; always the same."""
    cut = round((1 - TRIAL_SHARE) * len(prepared.train))
    return Calibration(
        inputs=_rows(prepared.train[:cut], context, INPUT_TOKENS),
        trial=_rows(prepared.train[cut:], min(context, TRIAL_LENGTH), TRIAL_TOKENS),
    )


def _rows(tokens: Tokens, length: int, most: int) -> torch.Tensor:
    """Choose rows of at most `length` tokens, `most` tokens in all, spread over the text."""
    rows = PackedRows(tokens, min(length, len(tokens) - 1))
    return as_tensor(evenly_spaced(rows, max(1, most // length)))[:, :-1]
