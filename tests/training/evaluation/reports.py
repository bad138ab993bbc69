"""A report made up on the spot: small, whole, with figures that are easy to find again."""

from training.evaluation.copying import Copying, Example, TokenExample, share_of
from training.evaluation.curves import Curves, Point
from training.evaluation.decades import DecadeFigures, DecadeLosses, Difference, OneDecade
from training.evaluation.figures import TextFigures
from training.evaluation.groups import HELD_OUT, MODEL, GroupName
from training.evaluation.perplexity import Perplexity
from training.evaluation.report import (
    FORMAT,
    CorpusFacts,
    ModelFacts,
    Report,
    Settings,
    Shown,
)

WRITTEN = GroupName(MODEL, 7, True)
PEOPLES = GroupName(HELD_OUT)
UNTRUSTED = "<script>alert(1)</script> *stars* | [link](http://example.org)"


def made_up_figures(group: GroupName, returning: float) -> TextFigures:
    """Return a group's figures."""
    return TextFigures(
        group=group,
        texts=9,
        words_mean=512.0,
        words_deviation=31.0,
        repetition_2=0.31,
        repetition_3=0.12,
        repetition_4=0.04,
        returning=returning,
        distinct_1=0.123,
        distinct_2=0.456,
        distinct_3=0.789,
        self_bleu=0.234,
        zipf=1.17,
        ends_on_a_sentence=0.875,
        ended_itself=None if group.source == HELD_OUT else 0.625,
    )


def made_up_perplexity(part: str, loss: float) -> Perplexity:
    """Return how well the model predicts a part."""
    return Perplexity("as it ships", part, loss, 0.01, 2.718281828**loss, 1.234, 4096)


def made_up_report() -> Report:
    """Return a report with every part that it may have."""
    share = share_of(1, 40)
    difference = Difference(0.012, 0.004, 0.021)
    return Report(
        format=FORMAT,
        model=ModelFacts(
            name="tiny_model",
            hash="0123456789ab",
            base_model="none (trained from scratch)",
            created="2026-11-25",
            parameters=1_234_567,
            layers=2,
            heads=3,
            width=96,
            context_length=64,
            vocabulary=320,
            bits_per_weight=5.78,
            license_of_weights="CC0-1.0",
            license_of_corpus="made up",
            sampling={"top_k": 40.0, "top_p": 0.9},
            decades=["1880s", "1890s"],
            most_shared_words=10,
            found_too_long=0.0065,
        ),
        train=CorpusFacts(["one.txt", "two.txt"], 345, 6_789, 9_876),
        held_out=CorpusFacts(["three.txt"], 12, 3_456, 4_567),
        settings=Settings(9, 9, 6, 1, 4, None, None),
        perplexities=[made_up_perplexity("train", 4.0), made_up_perplexity("held out", 4.25)],
        figures=[made_up_figures(PEOPLES, 0.39), made_up_figures(WRITTEN, 0.61)],
        copying=[
            Copying(
                name="as it ships",
                longest_words=[4, 6, 17],
                with_token_run=share,
                examples=[Example(WRITTEN, 3, 17, "to the eye of the painter")],
                token_examples=[TokenExample(WRITTEN, 3, 57, f"copied {UNTRUSTED}")],
            )
        ],
        decades=DecadeFigures(
            documents=33,
            stretches=[DecadeLosses("the whole text", 4.1, 4.112, 4.105, difference, difference)],
            by_decade=[OneDecade("1890s", 33, 0.012, 0.005)],
        ),
        curves=Curves(
            train=[Point(1000.0, 6.0), Point(2000.0, 5.0)],
            held_out=[Point(2000.0, 5.2)],
            minutes=75.0,
        ),
        shown=[
            Shown(PEOPLES, None, "It was", " once.\nAnd again."),
            Shown(WRITTEN, 1, "It was", f" {UNTRUSTED}\nA second paragraph."),
        ],
    )
