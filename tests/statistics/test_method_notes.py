"""The worked examples of the method notes give what they say."""

import doctest
from pathlib import Path

import pytest

NOTES = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("[0-9]*.md"))


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.stem)
def test_worked_example(note):
    flags = doctest.NORMALIZE_WHITESPACE
    failed, _tried = doctest.testfile(str(note), module_relative=False, optionflags=flags)
    assert failed == 0
