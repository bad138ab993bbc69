"""The shapes of GPT-2 that are measured, and what a token costs in each."""

from dataclasses import dataclass

SEED = 20
"""Of the random weights and of the text that the engines read."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a GPT-2."""

    name: str
    layers: int
    heads: int
    width: int
    vocabulary: int = 50_257
    context: int = 1024

    @property
    def head_size(self) -> int:
        """Numbers of one head's key, or of its value."""
        return self.width // self.heads

    @property
    def matrix_weights(self) -> int:
        """Weights of the matrices that every token is multiplied with, the output head included."""
        return 12 * self.layers * self.width**2 + self.vocabulary * self.width

    @property
    def vector_weights(self) -> int:
        """Biases, norms and the one row of positions that every token reads."""
        return self.layers * 13 * self.width + 3 * self.width

    @property
    def parameters(self) -> int:
        """Every weight of the model, the tied matrix counted once."""
        norms = 2 * self.width
        positions = self.context * self.width
        return self.matrix_weights + self.layers * 13 * self.width + norms + positions

    def kept_numbers(self, position: int) -> int:
        """Keys and values of every layer that the token at a position looks at."""
        return 2 * self.layers * self.width * (position + 1)


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("124M", layers=12, heads=12, width=768),
        Shape("355M", layers=24, heads=16, width=1024),
        # To see that everything works; what it measures means nothing.
        Shape("tiny", layers=2, heads=2, width=128, vocabulary=512),
    )
}
MEASURED = ("124M", "355M")
"""What is measured unless the person says otherwise."""
