"""What a review costs on AWS Lambda, from the measured seconds.

Lambda gives processor time in proportion to memory. With less time than threads could use, a
review takes longer in proportion; that also holds below one processor. Prices and the free tier:
https://aws.amazon.com/lambda/pricing/
"""

from dataclasses import dataclass

from functions.generate.threads import MEGABYTES_PER_PROCESSOR

PRICES = {"x86_64": 0.000_016_666_7, "arm64": 0.000_013_333_4}
"""Dollars a GB-second in us-east-1, the first tier."""
PRICES_AS_OF = "2026-11"
REQUEST_PRICE = 0.20 / 1_000_000
FREE_GB_SECONDS = 400_000
FREE_REQUESTS = 1_000_000
_MEGABYTES_PER_GB = 1024
_LAMBDA_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Measured:
    """So many reviews written together by so many threads, each with a processor to itself."""

    threads: int
    batch: int
    seconds: float
    peak_megabytes: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What it is in a function of so much memory."""

    memory: int
    threads: int
    batch: int
    seconds: float
    """Until the reviews are there, all of them together."""
    fits: bool

    @property
    def processors(self) -> float:
        """Whole ones and parts."""
        return self.memory / MEGABYTES_PER_PROCESSOR

    @property
    def gb_seconds(self) -> float:
        """Of one review."""
        return self.seconds * self.memory / _MEGABYTES_PER_GB / self.batch

    @property
    def free_reviews(self) -> int:
        """How many a month the free tier pays for, each with a request of its own."""
        return min(int(FREE_GB_SECONDS / self.gb_seconds), FREE_REQUESTS)

    def dollars_per_thousand(self, architecture: str) -> float:
        """Beyond the free tier, if reviews take as long on that architecture."""
        return 1000 * (self.gb_seconds * PRICES[architecture] + REQUEST_PRICE)


def cost(memory: int, measured: Measured) -> Cost:
    """Return what the measured reviews would be in a function of this memory (in MiB)."""
    processors = memory / MEGABYTES_PER_PROCESSOR
    stretched = max(1.0, measured.threads / processors)
    peak = (measured.peak_megabytes or 0.0) * 1e6
    return Cost(
        memory=memory,
        threads=measured.threads,
        batch=measured.batch,
        seconds=measured.seconds * stretched,
        fits=peak <= memory * _LAMBDA_MEGABYTE,
    )
