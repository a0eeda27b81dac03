"""Whatever stands in a file, the reader answers with a knowledge base or with sentences."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import KnowledgeError, Problem, compose, load
from bot.knowledge.reader import Interned, Source, read
from tests import kb

FUZZ = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
FILES = st.sampled_from(sorted(kb.FILES))
PIECES = st.sampled_from(
    "{ } [ ] : , - & * ! | > ' \" % @ ` # ? ~ \t \n \r \0 \x85 \u2028 \ufeff \ud7ff 😀 << null true"
    " 2026-02-30 0x1F .inf 1e999 --- ... !!str &a *a id: - cite: data: all []".split(" ")
)


def said(folder: Path) -> list[Problem]:
    """Return what is wrong with the folder; anything but a `KnowledgeError` fails the test."""
    try:
        load(folder)
    except KnowledgeError as error:
        return [*error.problems, Problem(str(folder), 0, "", f"{len(error.problems)} problems.")]
    return []


def judged(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        problems = said(kb.write(Path(name), {file: content}))

    assert len(problems) != 1
    assert all(problem.file and problem.line >= 0 for problem in problems)
    assert all(problem.message.endswith((".", "?")) for problem in problems)


@FUZZ
@given(file=FILES, content=st.binary(max_size=300))
def test_any_bytes_are_answered_with_sentences(file, content):
    judged(file, content)


@FUZZ
@given(file=FILES, data=st.data())
def test_a_piece_put_anywhere_is_answered_with_sentences(file, data):
    text = kb.FILES[file]
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 12))
    piece = "".join(data.draw(st.lists(PIECES, max_size=4)))

    judged(file, (text[:at] + piece + text[at + cut :]).encode("utf-8", "surrogatepass"))


@FUZZ
@given(file=FILES, data=st.data())
def test_any_value_in_place_of_any_line_is_answered_with_sentences(file, data):
    lines = kb.FILES[file].splitlines(keepends=True)
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition(":")[0]
    value = data.draw(st.sampled_from(["", "[]", "{}", "[[]]", "{a: {b: c}}", "-1", "~", "'x'"]))

    lines[number] = f"{key}: {value}\n"
    judged(file, "".join(lines).encode())


def values(text: str) -> tuple[object, dict[str, int], list[str]]:
    source = Source("x.yaml")
    said = [str(problem.line) for problem in read(source, text, Interned())]
    return source.data, source.lines, said


@pytest.mark.skipif(compose._Libyaml is None, reason="libyaml is not here to compare with")
@FUZZ
@given(file=st.sampled_from([name for name in kb.FILES if name.endswith(".yaml")]), data=st.data())
def test_both_parsers_read_the_same_values_from_what_they_both_read(file, data):
    text = kb.FILES[file]
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(PIECES) + text[at:]

    fast = values(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "_Libyaml", None)
        slow = values(text)

    if not fast[2] and not slow[2]:
        assert fast == slow
