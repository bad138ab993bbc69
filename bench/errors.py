"""What can go wrong in the bench, in one small tree.

    BenchError
    ├── PeerFailed        an engine that cannot be had, or that computes something else
    ├── ResultsMissing    results that a table needs and nobody has measured
    └── PageDamaged       a page without the two marks that a table goes between

Each message says what was got, what is allowed and what to do. The command line prints it as one
line and leaves with status 2.
"""


class BenchError(Exception):
    """The root: catch this to catch everything that a person can put right."""


class PeerFailed(BenchError):
    """An engine that cannot be had, or that computes something else than PyTorch."""


class ResultsMissing(BenchError):
    """Results that a table needs and nobody has measured."""


class PageDamaged(BenchError):
    """A page without the two marks that a table goes between."""
