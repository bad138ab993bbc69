"""How it was measured, as the report says it."""

from statistics import median

from bench.kinds import REFERENCE
from bench.plan import HOPELESS, LEAST_SECONDS, STEPS
from bench.results import FAR, NEAR, Results
from bench.turns import TURNS


def method(results: Results) -> str:
    """Return it as a list."""
    return "\n".join(f"- {line}" for line in (*_of_the_rounds(results), *_of_the_columns()))


def _of_the_rounds(results: Results) -> tuple[str, ...]:
    return (
        (
            "The weights are random, drawn once, and shared by all engines; the text is random "
            "tokens, and every text of a batch is the same one."
        ),
        (
            f"An engine takes part if its logits correlate with those of {REFERENCE} as closely "
            "as its number format allows (the last column; 1 is equal), at both positions, and if "
            "what it writes in a batch of four is what it finds likely reading one text at once."
        ),
        (
            f"{results.rounds} rounds. In each, every engine measures every cell once, in an order "
            "that changes, in a process of its own that sleeps while others are measured. Speeds "
            "are medians over the rounds; ratios are taken within a round, then the median. What "
            f"is {HOPELESS} times slower than the fastest in every cell is measured in the first "
            "round only, and "
            f"bf16 only at {NEAR} where the processor has no instructions for it."
        ),
        (
            f"What one of our own cells is to another is measured in {TURNS} turns of each round, "
            "in which they come a second apart, draws of tokens behind them; so it is not the "
            "quotient of the speeds above. In brackets stands the middle half of the turns."
        ),
        *_of_the_neighbours(results),
        (
            "A step reads one token of each text and takes the likeliest next one; both are timed, "
            "for all engines. The first step of a stretch only warms up. A stretch lasts at least "
            f"{LEAST_SECONDS} s and {STEPS[0]} steps, and at most {STEPS[1]} steps."
        ),
        (
            "CTranslate2 has no step of its own: it writes freely, choosing the likeliest token "
            "itself, and the time from one of its calls back to the next is the step's."
        ),
        (
            "llama.cpp runs with flash attention, keys and values in fp16, and a cache for each "
            "text; onnxruntime's dynamic int8 quantises every matrix, the output head's too."
        ),
    )


def _of_the_columns() -> tuple[str, ...]:
    return (
        (
            f"A review has 700 tokens, from position {NEAR} on. Its time is worked out from the "
            f"steps at {NEAR} and {FAR}: a step's time grows in a straight line. Reading the "
            "prompt is not in it."
        ),
        (
            "Load is the model's alone. Start to first token is from the start of a Python process "
            "to the token behind a first one, imports included; files are in the system's cache, "
            "and ours checks the bundle's hashes too."
        ),
        (
            "Peak memory is such a process's, in MB of 10^6 bytes, when one text, or four, have "
            f"reached position {FAR}; mapped files count as far as they were read."
        ),
        (
            "The bandwidth is what as many threads read from memory in the same round, one line "
            "each (four lines each read about an eighth faster). An engine's "
            "share counts its weights as it stores them, once a step, and keys and values."
        ),
    )


def _of_the_neighbours(results: Results) -> tuple[str, ...]:
    shares = sorted(one.others for one in results.stretches if one.others is not None)
    if not shares:
        return ()
    return (
        (
            f"Meanwhile other processes, or the machine's host, had {median(shares):.0%} of the "
            f"processors' time in the median stretch, {shares[len(shares) * 9 // 10]:.0%} in one "
            "of ten. Threads that wait for each other lose more by that than they are robbed of."
        ),
    )
