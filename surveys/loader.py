"""YAML and JSON files ↔ questionnaires, without loss; the content hash of a questionnaire.

YAML is read as plain data only: no aliases, no tags, no yes/no magic, no duplicate keys.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from surveys.errors import Problem, QuestionnaireError
from surveys.language import _
from surveys.reading import read_questionnaire
from surveys.schema import Questionnaire
from surveys.writing import plain_questionnaire

MAX_BYTES = 2_000_000
LIBRARY = Path(__file__).parent / "library"


class _PlainLoader(yaml.SafeLoader):
    """YAML reduced to mappings, lists, text, numbers, true/false and null."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # -- the stub leaves it untyped
            raise yaml.composer.ComposerError(
                None, None, _("不允许使用别名（*）"), event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    _("“{key}”写了两次").format(key=key),
                    node.value[position][0].start_mark,
                )
        return super().construct_mapping(node, deep)


for _tag, _pattern, _starts in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_starts)
    )


class _Dumper(yaml.SafeDumper):
    """YAML that the loader above reads back: its resolvers, folded long text, no aliases."""

    yaml_implicit_resolvers = {
        first: [
            *yaml.SafeDumper.yaml_implicit_resolvers.get(first, []),
            *_PlainLoader.yaml_implicit_resolvers.get(first, []),
        ]
        for first in {
            *yaml.SafeDumper.yaml_implicit_resolvers,
            *_PlainLoader.yaml_implicit_resolvers,
        }
    }

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


_CHINESE = re.compile("[\u4e00-\u9fff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _unreadable(where: str, what: str) -> QuestionnaireError:
    return QuestionnaireError([Problem("unreadable", where, what, _("请修正文件后重新导入。"))])


def _parse(text: str) -> Any:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _unreadable(_("文件"), _("文件超过 2 MB，不像是一份问卷。"))
    try:
        if text.lstrip("\ufeff \n\r\t").startswith("{") and text.rstrip().endswith("}"):
            try:
                return json.loads(text.lstrip("\ufeff"))
            except json.JSONDecodeError:
                pass
        return yaml.load(text.lstrip("\ufeff"), Loader=_PlainLoader)  # noqa: S506 -- a reduced SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = (
            _("第{line}行第{column}列").format(line=mark.line + 1, column=mark.column + 1)
            if mark
            else _("文件")
        )
        own = _CHINESE.search(error.problem or "")  # what this loader itself refuses
        what = (
            f"{error.problem}。" if own else _("这里不符合 YAML 的写法（检查缩进、引号和冒号）。")
        )
        raise _unreadable(where, what) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unreadable(_("文件"), _("文件不是合格的 YAML 或 JSON。")) from error


def from_plain(data: Any) -> Questionnaire:
    """Build a questionnaire from plain data; QuestionnaireError lists every fault of shape."""
    questionnaire, problems = read_questionnaire(data)
    if problems:
        raise QuestionnaireError(problems)
    return questionnaire


def loads(text: str) -> Questionnaire:
    """Read a questionnaire from YAML or JSON text."""
    data = _parse(text)
    if (where := _unprintable_in(data, "")) is not None:
        raise _unreadable(where or _("文件"), _("这里有看不见的控制字符，或不完整的字符。"))
    return from_plain(data)


def _unprintable_in(data: Any, where: str) -> str | None:
    """Return the place of the first text that no other program would read, or None."""
    if isinstance(data, str):
        return where if _UNPRINTABLE.search(data) else None
    parts: Iterable[tuple[str, Any]] = ()
    if isinstance(data, dict):
        parts = ((f"{where}.{key}".lstrip("."), value) for key, value in data.items())
    elif isinstance(data, list):
        parts = ((f"{where}[{place}]", value) for place, value in enumerate(data, 1))
    found = (_unprintable_in(value, place) for place, value in parts)
    return next((place for place in found if place is not None), None)


def load(path: Path) -> Questionnaire:
    """Read a questionnaire from a UTF-8 file."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(path.name, _("文件不是 UTF-8 编码。")) from error
    return loads(text)


def to_plain(questionnaire: Questionnaire) -> dict[str, Any]:
    """Plain data that :func:`from_plain` turns back into the same questionnaire."""
    return plain_questionnaire(questionnaire)


def dump_yaml(questionnaire: Questionnaire) -> str:
    """Write as YAML."""
    text: str = yaml.dump(
        to_plain(questionnaire),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
        default_flow_style=None,
    )
    return text


def dump_json(questionnaire: Questionnaire) -> str:
    """Write as readable JSON."""
    return json.dumps(to_plain(questionnaire), ensure_ascii=False, indent=2) + "\n"


def canonical_json(questionnaire: Questionnaire) -> str:
    """Write as JSON with one possible form only: the text that is hashed."""
    return json.dumps(
        to_plain(questionnaire), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def content_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal; the same content has the same hash."""
    return hashlib.sha256(canonical_json(questionnaire).encode()).hexdigest()


def library_codes() -> tuple[str, ...]:
    """Codes of the questionnaires that come with this package."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def load_library(code: str) -> Questionnaire:
    """Load a questionnaire that comes with this package."""
    if code not in library_codes():
        raise _unreadable(code, _("题库里没有这份问卷。"))
    return load(LIBRARY / f"{code}.yaml")
