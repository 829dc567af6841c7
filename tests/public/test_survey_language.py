"""Words of the public pages: every Chinese string has its English one, placeholders kept."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from survey_site import Site, begin, complete, run

from surveys import language

SURVEYS = Path(language.__file__).parent
METHODS = [
    ("web/**.py", "python"),
    ("parsing.py", "python"),
    ("piping.py", "python"),
    ("web/templates/**.html", "jinja2"),
]
CATALOGUE = SURVEYS / "locale" / "en" / "LC_MESSAGES" / "surveys.po"


def source_strings() -> set[str]:
    found = extract_from_dir(str(SURVEYS), METHODS, keywords={"_": None})
    return {str(message) for _file, _line, message, _comments, _context in found}


def test_english_has_every_word_of_the_public_pages() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = {str(m.id): str(m.string) for m in read_po(file) if m.id}
    assert sorted(source_strings() - set(catalogue)) == []
    for source, words in catalogue.items():
        assert words.strip()
        assert set(re.findall(r"\{\w+\}", source)) == set(re.findall(r"\{\w+\}", words)), source


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with CATALOGUE.open("rb") as file, language.use("en"):
        for message in read_po(file):
            if message.id:
                assert language._(str(message.id)) == message.string


def test_an_english_visit_shows_no_chinese_but_the_switch(site: Site) -> None:
    async def visit() -> list[str]:
        browser, _page = await begin(site)
        bodies = []
        for path in ("/all/p/1", "/all/resume", "/all/withdraw", "/all/help", "/all/save"):
            reply = await browser.post("/s/all/language", [("language", "en"), ("back", path)])
            bodies.append(reply.body)
        page = await browser.get("/s/all/p/1")
        token = re.search(r'name="form" value="([^"]+)"', page.body)
        assert token
        form = [("form", token[1]), ("go", "next")]
        bodies.append((await browser.post("/s/all/p/1", form)).body)
        return bodies

    allowed = {"中文", "评估团"}
    for body in run(visit()):
        chinese = set(re.findall(r"[\u4e00-\u9fff]+", body))
        assert chinese <= allowed, chinese - allowed


def test_a_visit_in_chinese_stays_chinese(site: Site) -> None:
    _browser, done = run(complete(site))
    assert "Receipt" not in done.body
