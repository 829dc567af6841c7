"""Every Chinese text that people see goes through the catalogue; no English on a Chinese screen.

What is left out: docstrings and comments, data (YAML), and the files named below, whose Chinese
is data of the field and not text on a screen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from source_tree import docstring_nodes, project_files, python_files, text, tree

CHINESE = re.compile(r"[\u3400-\u9fff]")
#: patterns are matched against data, never shown
PATTERN_CALLS = {"compile", "search", "match", "fullmatch", "sub", "findall", "split"}
CATALOGUE_CALLS = {"_", "N_", "ngettext", "pgettext", "gettext"}
SHOWN = (
    "evaluation/ui/",
    "evaluation/services/",
    "evaluation/web/",
    "evaluation/cli/",
    "evaluation/domain/",
    "evaluation/errors.py",
    "surveys/web/",
)

#: file → why its Chinese is data and not text to translate
CHINESE_DATA: dict[str, str] = {
    "evaluation/cli/sample_table.py": "words for yes and no in tables that others hand in",
    "evaluation/services/court_return_reader.py": "column titles of the courts' workbooks",
    "surveys/web/rendering.py": "names of languages in themselves; a written date being read",
    "evaluation/domain/register_mapping.py": "names of columns in courts' exports",
    "evaluation/domain/register_rules.py": "words that courts write in their exports",
    "evaluation/services/demo/register.py": "an invented export as a court would write it",
    "evaluation/services/demo/city.py": "titles and reasons that invented people enter",
    "evaluation/services/demo/fieldwork.py": "titles and reasons that invented people enter",
    "evaluation/services/demo/figures.py": "words that courts write in their exports",
    "evaluation/services/demo/people.py": "names of invented people and firms",
    "evaluation/services/demo/readings.py": "notes that invented people enter",
    "evaluation/services/demo/respondents.py": "what invented people answer",
    "evaluation/services/demo/story.py": "seeds as read out in public",
    "evaluation/services/demo/voices.py": "the organiser of the invented surveys",
}

#: word → why it is the same in every language
CHINESE_NAMES = {"中文": "a language's own name", "繁體中文": "a language's own name"}

#: functions of Streamlit and of our components whose text arguments people read
SHOWING = re.compile(
    r"^(title|header|subheader|caption|write|markdown|info|warning|error|success|button|"
    r"form_submit_button|text_input|text_area|number_input|selectbox|multiselect|radio|checkbox|"
    r"toggle|date_input|file_uploader|tabs|expander|metric|download_button|link_button|segmented_control)$"
)
#: words in Latin letters that a Chinese official reads as they are
LATIN_WORDS = {
    *("SHA", "PDF", "DOCX", "XLSX", "CSV", "JSON", "YAML", "SQL", "XLSForm", "LimeSurvey", "SPSS"),
    *(
        "Stata",
        "Parquet",
        "DDI",
        "XML",
        "HTML",
        "ZIP",
        "QR",
        "AC",
        "AAPOR",
        "RR",
        "UTF",
        "ID",
        "PNG",
    ),
    *(
        "DuckDB",
        "PostgreSQL",
        "Spark",
        "Python",
        "Excel",
        "Word",
        "PIN",
        "TOTP",
        "URL",
        "WPS",
        "deff",
    ),
    *(
        "Wilson",
        "Cohen",
        "Gwet",
        "Krippendorff",
        "Holm",
        "Bonferroni",
        "Neyman",
        "Cronbach",
        "Korn",
    ),
    *("Graubard", "McDonald", "Benjamini", "Hochberg", "Sobol", "REFI", "QDA", "lss", "lsq", "sav"),
    *(
        "dta",
        "xlsx",
        "csv",
        "json",
        "yaml",
        "pdf",
        "docx",
        "zip",
        "parquet",
        "hp",
        "draw",
        "py",
        "md",
    ),
}


def _of_re(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
    )


def _wrapped(module: ast.Module) -> set[int]:
    """Ids of the string constants inside a call to the catalogue."""
    inside: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = (
                node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            )
            if name in CATALOGUE_CALLS or (name in PATTERN_CALLS and _of_re(node)):
                for argument in node.args:
                    inside |= {id(inner) for inner in ast.walk(argument)}
    return inside


def _bare_chinese(name: str) -> Iterator[tuple[int, str]]:
    module = tree(name)
    spared = docstring_nodes(module) | _wrapped(module)
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spared
            and CHINESE.search(node.value)
        ):
            yield node.lineno, node.value


def test_chinese_texts_go_through_the_catalogue() -> None:
    bare = [
        f"{name}:{line}: {value[:40]}"
        for name in python_files(*SHOWN)
        if name not in CHINESE_DATA
        for line, value in _bare_chinese(name)
        if value not in CHINESE_NAMES
    ]
    assert bare == []


def test_catalogue_calls_hold_plain_texts() -> None:
    """An f-string inside ``_()`` is looked up after filling in, and never found."""
    filled = []
    for name in python_files("evaluation/", "surveys/", "reports/"):
        for node in ast.walk(tree(name)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CATALOGUE_CALLS
                and any(isinstance(argument, ast.JoinedStr) for argument in node.args)
            ):
                filled += [f"{name}:{node.lineno}"]
    assert filled == []


def test_exceptions_for_data_are_still_needed() -> None:
    assert [n for n in CHINESE_DATA if n not in project_files() or not list(_bare_chinese(n))] == []


def _english(value: str) -> bool:
    """Tell whether a text shown to people holds an English word."""
    without_code = re.sub(r"\{[^}]*\}|`[^`]*`|<[^>]*>|https?://\S+|:[a-z_-]+\[", " ", value)
    words = re.findall(r"[A-Za-z][A-Za-z]{2,}", without_code)
    return any(word not in LATIN_WORDS for word in words)


def test_no_english_is_handed_to_a_widget() -> None:
    found = []
    for name in python_files("evaluation/ui/"):
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if not SHOWING.match(node.func.attr):
                continue
            for argument in node.args[:1]:
                texts = [
                    inner.value
                    for inner in ast.walk(argument)
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
                ]
                if isinstance(argument, ast.Constant | ast.JoinedStr) or texts:
                    found += [
                        f"{name}:{node.lineno}: {value[:40]}"
                        for value in texts
                        if _english(value) and (isinstance(argument, ast.Constant))
                    ]
    assert found == []


def test_no_english_in_templates() -> None:
    """The text between tags of a page template is Chinese or comes from the catalogue."""
    found = []
    for name in project_files():
        if not name.endswith((".html", ".html.j2")) or not name.startswith(
            ("evaluation/", "surveys/")
        ):
            continue
        body = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", " ", text(name), flags=re.DOTALL
        )
        body = re.sub(r"<(script|style|code|pre)\b.*?</\1>", " ", body, flags=re.DOTALL)
        found += [
            f"{name}: {piece.strip()[:60]}"
            for piece in re.findall(r">([^<]+)<", body)
            if _english(piece) and '="' not in piece
        ]
    assert found == []
