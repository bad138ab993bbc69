"""The network run by the compiled kernels (`kernels/`), straight from the mapped weights."""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_float, c_int, c_int32, c_uint8, c_void_p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from functions.generate.bundle import Bundle
from functions.generate.errors import BundleRefused, KernelsMissing, MachineTooSmall
from functions.generate.network.kernels.build import library_file
from functions.generate.network.reading import Floats, Ids, Limits, Wanted, check_rows
from functions.generate.network.weights import WeightsFile, open_weights

BLOCK_BYTES = 64
LARGEST_HEAD = 256
"""As in kernels/model.h and kernels/kernels.h."""

LARGEST_VOCABULARY = 1_000_000
"""Sixteen outputs make the smallest piece of work, and a stage has at most 65,535 of them."""

_Floats = POINTER(c_float)


class _Matrix(Structure):
    _fields_ = (
        ("blocks", POINTER(c_uint8)),
        ("scales", _Floats),
        ("bias", _Floats),
        ("inputs", c_int32),
        ("outputs", c_int32),
        ("bits", c_int32),
    )


class _Norm(Structure):
    _fields_ = (("weight", _Floats), ("bias", _Floats))


class _Layer(Structure):
    _fields_ = (
        ("norm_1", _Norm),
        ("attention_in", _Matrix),
        ("attention_out", _Matrix),
        ("norm_2", _Norm),
        ("mlp_in", _Matrix),
        ("mlp_out", _Matrix),
    )


class _Model(Structure):
    _fields_ = (
        ("layers", c_int32),
        ("heads", c_int32),
        ("width", c_int32),
        ("context", c_int32),
        ("vocabulary", c_int32),
        ("embedding", _Matrix),
        ("positions", _Floats),
        ("norm", _Norm),
        ("layer", POINTER(_Layer)),
    )


class KernelNetwork:
    """A GPT-2 in the kernels' hands. Calls from several threads must not overlap."""

    def __init__(self, bundle: Bundle, threads: int, places: int, level: str = "") -> None:
        """Map the weights.

        `level` names the kernels (see `levels`); the fastest are taken where it is empty.
        Raises KernelsMissing where they were not compiled or do not run here, MachineTooSmall and
        BundleRefused.
        """
        _check_sizes(bundle)
        self._library = _library()
        self.level = level or levels()[0]
        if self.level not in levels():
            raise KernelsMissing(f"the kernels {level!r} do not run here; {levels()} do")
        self.places = places
        self._limits = Limits(bundle.vocabulary, places, bundle.context_length)
        self._weights = open_weights(bundle.weights_file)
        model, self._kept = _model(bundle, self._weights)
        self._network = self._library.network_open(
            ctypes.byref(model), places, threads, self.level.encode()
        )
        if not self._network:
            raise MachineTooSmall(
                f"no memory or no threads for {threads} threads and {places} places of "
                f"{bundle.context_length} tokens: give the function more memory, or fewer of them"
            )

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Read one token a row; return the logits of the wanted rows (wanted, vocabulary)."""
        if not self._network:
            raise RuntimeError("the network was closed: open another one")
        check_rows(self._limits, tokens, places, positions, wanted)
        logits = np.empty((int(wanted.sum()), self._limits.tokens), dtype=np.float32)
        # Named, so that they live until the call has returned.
        rows = [column.astype(np.int32) for column in (tokens, places, positions)]
        chosen = wanted.astype(np.uint8)
        self._library.network_read(
            self._network,
            tokens.size,
            *(column.ctypes.data for column in rows),
            chosen.ctypes.data,
            logits.ctypes.data,
        )
        return logits

    def close(self) -> None:
        """End the threads and free the memory; the network cannot be used any more."""
        if self._network:
            self._library.network_close(self._network)
            self._network = None

    def __del__(self) -> None:
        if getattr(self, "_network", None):
            self.close()


def _check_sizes(bundle: Bundle) -> None:
    sizes = (bundle.layers, bundle.heads, bundle.width, bundle.context_length, bundle.vocabulary)
    if min(sizes) < 1 or bundle.vocabulary > LARGEST_VOCABULARY:
        raise BundleRefused(
            f"{bundle.folder}: layers, heads, width, context and vocabulary are at least 1, the "
            f"vocabulary at most {LARGEST_VOCABULARY}; got {sizes}"
        )
    size = bundle.width // bundle.heads
    if bundle.width % 32 or size % 16 or size > LARGEST_HEAD or size * bundle.heads != bundle.width:
        raise BundleRefused(
            f"{bundle.folder}: the kernels take a width that is a multiple of 32, and heads that "
            f"are a multiple of 16 and at most {LARGEST_HEAD}; got {bundle.heads} heads in a width "
            f"of {bundle.width}"
        )


def levels() -> list[str]:
    """Return the names of the kernels that this processor runs, the fastest first."""
    return list(_library().network_levels().decode().split(" "))


def _library() -> ctypes.CDLL:
    path = library_file()
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise KernelsMissing(
            f"{path.name} is not there or does not load ({error}); "
            "python -m functions.generate.network.kernels.build makes it"
        ) from error
    library.network_levels.restype = c_char_p
    library.network_open.restype = c_void_p
    library.network_open.argtypes = (c_void_p, c_int, c_int, c_char_p)
    library.network_close.restype = None
    library.network_close.argtypes = (c_void_p,)
    library.network_read.restype = None
    library.network_read.argtypes = (c_void_p, c_int, *[c_void_p] * 5)
    return library


def _model(bundle: Bundle, weights: WeightsFile) -> tuple[_Model, list[Any]]:
    """Return the model as the kernels want it, and what must live as long as it is used."""
    width = bundle.width
    kept: list[Any] = [weights]
    layers = (_Layer * bundle.layers)()
    for number, layer in enumerate(layers):
        stem = f"h.{number}"
        layer.norm_1 = _norm(weights, f"{stem}.ln_1", width)
        layer.attention_in = _matrix(weights, f"{stem}.attn.c_attn", width, 3 * width)
        layer.attention_out = _matrix(weights, f"{stem}.attn.c_proj", width, width)
        layer.norm_2 = _norm(weights, f"{stem}.ln_2", width)
        layer.mlp_in = _matrix(weights, f"{stem}.mlp.c_fc", width, 4 * width)
        layer.mlp_out = _matrix(weights, f"{stem}.mlp.c_proj", 4 * width, width)
    kept.append(layers)
    model = _Model(
        layers=bundle.layers,
        heads=bundle.heads,
        width=width,
        context=bundle.context_length,
        vocabulary=bundle.vocabulary,
        embedding=_matrix(weights, "wte", width, bundle.vocabulary, has_bias=False),
        positions=_floats(weights.tensor("wpe.weight", bundle.context_length, width)),
        norm=_norm(weights, "ln_f", width),
        layer=layers,
    )
    return model, kept


def _matrix(
    weights: WeightsFile, name: str, inputs: int, outputs: int, *, has_bias: bool = True
) -> _Matrix:
    bits = next((bits for bits in (4, 8) if f"{name}.blocks{bits}" in weights), None)
    if bits is None:
        raise BundleRefused(
            f"{weights.path} holds neither {name}.blocks4 nor .blocks8. Export the bundle again."
        )
    blocks = -(-inputs * bits // (8 * BLOCK_BYTES))
    stored = weights.tensor(f"{name}.blocks{bits}", outputs, blocks, BLOCK_BYTES)
    return _Matrix(
        blocks=ctypes.cast(stored.ctypes.data, POINTER(c_uint8)),
        scales=_floats(weights.tensor(f"{name}.scales", outputs, blocks)),
        bias=_floats(weights.tensor(f"{name}.bias", outputs)) if has_bias else None,
        inputs=inputs,
        outputs=outputs,
        bits=bits,
    )


def _norm(weights: WeightsFile, name: str, width: int) -> _Norm:
    return _Norm(
        weight=_floats(weights.tensor(f"{name}.weight", width)),
        bias=_floats(weights.tensor(f"{name}.bias", width)),
    )


def _floats(tensor: NDArray[Any]) -> Any:  # noqa: ANN401 - ctypes has no name for it
    return ctypes.cast(tensor.ctypes.data, _Floats)
