"""A PyTorch GPT-2 behind the engine's interface, so that it is sampled just as a bundle is."""

import numpy as np
import torch
from transformers import GPT2LMHeadModel
from transformers.cache_utils import DynamicCache

from functions.generate.network.reading import Floats, Ids, Wanted


class TorchNetwork:
    """Reads one text after another: slow, plain, the same figures as `generate` of transformers."""

    def __init__(self, model: GPT2LMHeadModel, places: int) -> None:
        """Take the model, in evaluation mode."""
        self.places = places
        self._model = model
        self._caches = [DynamicCache() for _ in range(places)]

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Read one token a row; return the logits of the wanted rows (wanted, vocabulary)."""
        logits = np.empty((tokens.size, self._model.config.vocab_size), dtype=np.float32)
        for place in np.unique(places).tolist():
            rows = np.flatnonzero(places == place)
            if positions[rows[0]] == 0:
                self._caches[place] = DynamicCache()
            kept = rows[wanted[rows]]
            with torch.inference_mode():
                hidden = self._model.transformer(
                    input_ids=torch.from_numpy(tokens[rows])[None],  # (1, rows)
                    position_ids=torch.from_numpy(positions[rows])[None],
                    past_key_values=self._caches[place],
                    use_cache=True,
                ).last_hidden_state[0]  # (rows, width)
                chosen = hidden[torch.from_numpy(wanted[rows])]
                logits[kept] = self._model.lm_head(chosen).float().numpy()
        return logits[wanted]

    def close(self) -> None:
        """Forget all texts."""
        self._caches = [DynamicCache() for _ in range(self.places)]
