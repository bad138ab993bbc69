"""A bundle's own texts, as its floors look at them."""

from contextlib import closing
from pathlib import Path

import numpy as np

from functions.generate.bundle import load_bundle
from training.prepared import open_prepared, sha256_of_text
from training.served import open_served
from training.written import Written, look_at, write_texts


def test_the_same_bundle_writes_the_same(bundle_folder: Path) -> None:
    """In whatever company: the floors of two exports can be compared."""
    bundle = load_bundle(bundle_folder)
    prompts = [np.arange(1, 9) + 5 * row for row in range(5)]
    written = []
    for places in (1, 3):
        with closing(open_served(bundle_folder, places)) as network:
            written.append(write_texts(bundle, network, prompts))
    assert written[0] == written[1]
    assert len(written[0]) == 5
    assert all(written[0])


def test_texts_are_looked_at() -> None:
    """Half end with a sentence; the second says every word twice."""
    texts = ["The light is good. A quiet room.", "room room light light and"]
    found = look_at(texts)
    assert found == Written(2, sentence_ends=0.5, returning=0.2)


def test_a_held_out_text_is_known_under_any_tokenizer(prepared_folder: Path) -> None:
    """Its hash is that of its words, not of its tokens; another text has another."""
    prepared = open_prepared(prepared_folder)
    ids = prepared.held_out
    end = prepared.manifest.end_of_text_id
    usual = sha256_of_text(prepared.tokenizer, ids, end)
    documents = prepared.tokenizer.decode(ids.tolist(), skip_special_tokens=False)
    single = {chr(byte): prepared.tokenizer.encode(chr(byte)).ids for byte in range(32, 127)}
    letters = [end]
    for document in documents.split("<|endoftext|>")[1:-1]:
        for letter in document:
            letters.extend(single.get(letter) or prepared.tokenizer.encode(letter).ids)
        letters.append(end)
    assert len(letters) > len(ids)
    assert sha256_of_text(prepared.tokenizer, np.array(letters, np.uint16), end) == usual
    assert sha256_of_text(prepared.tokenizer, ids[: len(ids) // 2], end) != usual
