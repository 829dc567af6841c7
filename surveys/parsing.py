"""One raw input → one answer, with every fault named beside its field.

Field names: the question code; ``code.row`` for a matrix row; ``code.other.option`` for the text
beside an option; ``code.rank.option`` for a rank; ``code.year``, ``.month``, ``.day`` for a date
in three fields. Rules between questions are left to `surveys.rules`.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from surveys.answers import NO_ANSWER, Answer, missing_kind
from surveys.language import _
from surveys.schema import Question, Questionnaire, QuestionType, TextLength

Raw = Mapping[str, Sequence[str]]

MAX_LENGTH = {TextLength.SHORT: 200, TextLength.LONG: 5000}
MAX_OTHER_LENGTH = 200
_PLAIN_CHOICES = "_plain_choices"


@dataclass(frozen=True, slots=True)
class InputProblem:
    """A fault in one field: its name, a code, and a sentence that says what to do."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood of one question's input, and what was wrong with it."""

    answer: Answer
    problems: tuple[InputProblem, ...] = ()


def messages() -> dict[str, str]:
    """Built-in messages by code; a question may give its own wording for any of them."""
    return {
        "required_choice": _("请选择一项。"),
        "required_choices": _("请至少选择一项。"),
        "required_row": _("请为这一行选择一项。"),
        "required_number": _("请填写一个数字。"),
        "required_date": _("请填写日期。"),
        "required_text": _("请填写这一题。"),
        "required_ranking": _("请完成排序。"),
        "unknown_option": _("请从列出的选项中选择。"),
        "single_only": _("这一题只能选一项，请只保留一项。"),
        "exclusive": _("“{option}”不能与其他选项同时选，请只保留其中之一。"),
        "too_few": _("请至少选择{limit}项。"),
        "too_few_ranked": _("请给{limit}项排出名次。"),
        "too_many": _("最多选择{limit}项，请去掉多选的。"),
        "not_a_number": _("请只填写数字，例如 12。"),
        "not_whole": _("请填写整数，不带小数。"),
        "decimals": _("小数最多保留{limit}位。"),
        "too_small": _("请填写不小于{limit}的数字。"),
        "too_large": _("请填写不大于{limit}的数字。"),
        "not_a_date": _("请填写真实存在的日期，例如 2016-05-01。"),
        "not_a_date_in_parts": _("请填写真实存在的日期（年、月、日都要填）。"),
        "too_early": _("日期不能早于{limit}。"),
        "too_late": _("日期不能晚于{limit}。"),
        "too_long": _("请缩短到{limit}个字以内。"),
        "other_missing": _("您选择了“{option}”，请在旁边写明具体内容。"),
        "rank_number": _("请用 1、2、3……表示先后次序。"),
        "rank_twice": _("同一个名次只能用一次，请修改重复的名次。"),
        "rank_gap": _("名次要从 1 开始连续填写，请补上空缺的名次。"),
    }


_REQUIRED = {
    QuestionType.SINGLE: "required_choice",
    QuestionType.LIKERT: "required_choice",
    QuestionType.MULTIPLE: "required_choices",
    QuestionType.MATRIX: "required_row",
    QuestionType.NUMBER: "required_number",
    QuestionType.DATE: "required_date",
    QuestionType.TEXT: "required_text",
    QuestionType.RANKING: "required_ranking",
}


class _Reader:
    """Collects the problems of one question while its input is read."""

    def __init__(
        self, questionnaire: Questionnaire, question: Question, language: str, today: date | None
    ) -> None:
        self.questionnaire = questionnaire
        self.question = question
        self.language = language
        self.today = today
        self.problems: list[InputProblem] = []

    def fault(self, code: str, field: str = "", *, words: str = "", **details: object) -> None:
        """Note a fault; ``words`` names the built-in message if it is not that of the code."""
        own = self.question.messages
        found = own.get("required" if code.startswith("required") else words) or own.get(code)
        template = found.get(self.language) if found else messages()[words or code]
        try:
            message = template.format(**details)
        except (KeyError, IndexError, ValueError):
            message = template
        self.problems.append(InputProblem(field or self.question.code, code, message))

    def label(self, code: str) -> str:
        option = self.questionnaire.find_option(self.question, code)
        return option.label.get(self.language) if option else code

    def known(self, code: str, field: str = "") -> bool:
        if self.questionnaire.find_option(self.question, code) is None:
            self.fault("unknown_option", field)
            return False
        return True


def parse(
    questionnaire: Questionnaire,
    question: Question,
    raw: Raw,
    *,
    language: str = "zh",
    today: date | None = None,
) -> Parsed:
    """Read the input for one question; the answer holds what could be understood."""
    if question.type is QuestionType.NOTE:
        return Parsed(NO_ANSWER)
    values = raw.get(question.code)
    if values and len(values) == 1:
        plain = _plain_choices(questionnaire, question).get(values[0])
        if plain is not None:
            return plain
    reader = _Reader(questionnaire, question, language, today)
    answer = _READERS[question.type](reader, raw)
    if isinstance(answer.value, (str, tuple)):
        missing = missing_kind(questionnaire, question, answer.value)
        answer = replace(answer, missing=missing) if missing is not None else answer
    is_empty = question.type is not QuestionType.MATRIX and not answer.is_given
    if question.required and is_empty and not reader.problems:
        reader.fault(_REQUIRED[question.type], _first_field(question))
    return Parsed(answer, tuple(reader.problems))


def _plain_choices(questionnaire: Questionnaire, question: Question) -> Mapping[str, Parsed]:
    """Return what one chosen option without a text means; the same for every respondent."""
    known: dict[str, Mapping[str, Parsed]] = questionnaire.__dict__.setdefault(_PLAIN_CHOICES, {})
    found = known.get(question.code)
    if found is None:
        is_plain = question.type in (QuestionType.SINGLE, QuestionType.LIKERT)
        options = questionnaire.options_of(question) if is_plain else ()
        found = known[question.code] = {
            option.code: Parsed(Answer(option.code, missing=option.missing))
            for option in options
            if not option.with_text
        }
    return found


def _first_field(question: Question) -> str:
    if question.type is QuestionType.RANKING and question.options:
        return f"{question.code}.rank.{question.options[0].code}"
    return question.code


def _first(raw: Raw, field: str) -> str:
    values = raw.get(field) or ("",)
    return _clean(values[0])


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.strip()
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in normal if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    ).strip()


def _read_other(reader: _Reader, raw: Raw, chosen: Sequence[str]) -> dict[str, str]:
    texts = {}
    for option in reader.question.options:
        if not option.with_text or option.code not in chosen:
            continue
        field = f"{reader.question.code}.other.{option.code}"
        text = _first(raw, field)
        if len(text) > MAX_OTHER_LENGTH:
            reader.fault("too_long", field, limit=MAX_OTHER_LENGTH)
        elif text:
            texts[option.code] = text
        elif reader.question.required:
            reader.fault("other_missing", field, option=reader.label(option.code))
    return texts


def _read_single(reader: _Reader, raw: Raw) -> Answer:
    codes = [code for code in (_clean(text) for text in raw.get(reader.question.code, ())) if code]
    if not codes:
        return NO_ANSWER
    if len(codes) > 1:
        reader.fault("single_only")
        return NO_ANSWER
    if not reader.known(codes[0]):
        return NO_ANSWER
    return Answer(codes[0], other=_read_other(reader, raw, codes))


def _read_multiple(reader: _Reader, raw: Raw) -> Answer:
    question = reader.question
    given = {code for code in (_clean(text) for text in raw.get(question.code, ())) if code}
    unknown = given - {option.code for option in question.options}
    if unknown:
        reader.fault("unknown_option")
    chosen = tuple(option.code for option in question.options if option.code in given)
    if not chosen:
        return NO_ANSWER
    exclusive = [option for option in question.options if option.exclusive and option.code in given]
    if exclusive and len(chosen) > 1:
        reader.fault("exclusive", option=exclusive[0].label.get(reader.language))
    elif not exclusive:
        _check_count(reader, len(chosen))
    return Answer(chosen, other=_read_other(reader, raw, chosen))


def _check_count(reader: _Reader, chosen: int) -> None:
    limits = reader.question.limits
    if limits.min_choices is not None and chosen < limits.min_choices:
        reader.fault("too_few", limit=limits.min_choices)
    if limits.max_choices is not None and chosen > limits.max_choices:
        reader.fault("too_many", limit=limits.max_choices)


def _read_matrix(reader: _Reader, raw: Raw) -> Answer:
    question = reader.question
    chosen: dict[str, str] = {}
    for row in question.rows:
        field = f"{question.code}.{row.code}"
        codes = [code for code in (_clean(text) for text in raw.get(field, ())) if code]
        if len(codes) > 1:
            reader.fault("single_only", field)
        elif codes and reader.known(codes[0], field):
            chosen[row.code] = codes[0]
        elif not codes and question.required:
            reader.fault("required_row", field)
    return Answer(chosen) if chosen else NO_ANSWER


def _read_number(reader: _Reader, raw: Raw) -> Answer:
    text = unicodedata.normalize("NFKC", _first(raw, reader.question.code))
    text = text.replace(",", "").replace(" ", "").replace("−", "-")
    if not text:
        return NO_ANSWER
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,10})?|[+-]?\.\d{1,10}", text, re.ASCII):
        reader.fault("not_a_number")
        return NO_ANSWER
    value = float(text)
    limits = reader.question.limits
    decimals = len(text.partition(".")[2].rstrip("0"))
    if decimals > limits.decimals:
        reader.fault("decimals" if limits.decimals else "not_whole", limit=limits.decimals)
    if limits.minimum is not None and value < limits.minimum:
        reader.fault("too_small", limit=_plain(limits.minimum))
    if limits.maximum is not None and value > limits.maximum:
        reader.fault("too_large", limit=_plain(limits.maximum))
    return Answer(int(value) if math.floor(value) == value else value)


def _plain(number: float) -> str:
    return str(int(number)) if math.floor(number) == number else str(number)


_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)


def _read_date(reader: _Reader, raw: Raw) -> Answer:
    code = reader.question.code
    text, words = unicodedata.normalize("NFKC", _first(raw, code)), ""
    if not text:
        parts = [_first(raw, f"{code}.{part}") for part in ("year", "month", "day")]
        if not any(parts):
            return NO_ANSWER
        text, words = unicodedata.normalize("NFKC", "-".join(parts)), "not_a_date_in_parts"
    found = _DATE.fullmatch(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        reader.fault("not_a_date", words=words)
        return NO_ANSWER
    earliest, latest = (
        _bound(bound, reader.today)
        for bound in (reader.question.limits.earliest, reader.question.limits.latest)
    )
    if earliest and day < earliest:
        reader.fault("too_early", limit=earliest.isoformat())
    if latest and day > latest:
        reader.fault("too_late", limit=latest.isoformat())
    return Answer(day.isoformat())


def _bound(bound: str | None, today: date | None) -> date | None:
    if bound is None:
        return None
    return today if bound == "today" else date.fromisoformat(bound)


def _read_text(reader: _Reader, raw: Raw) -> Answer:
    text = _first(raw, reader.question.code)
    if reader.question.length is TextLength.SHORT:
        text = " ".join(text.split("\n"))
    limit = reader.question.limits.max_length or MAX_LENGTH[reader.question.length]
    if len(text) > limit:
        reader.fault("too_long", limit=limit)
    return Answer(text) if text else NO_ANSWER


def _read_ranking(reader: _Reader, raw: Raw) -> Answer:
    question = reader.question
    ranks: dict[str, int] = {}
    for option in question.options:
        field = f"{question.code}.rank.{option.code}"
        text = unicodedata.normalize("NFKC", _first(raw, field))
        if not text:
            continue
        if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= len(
            question.options
        ):
            reader.fault("rank_number", field)
            continue
        if int(text) in ranks.values():
            reader.fault("rank_twice", field)
        ranks[option.code] = int(text)
    if not ranks:
        return NO_ANSWER
    if not reader.problems and max(ranks.values()) != len(ranks):
        reader.fault("rank_gap", _first_field(question))
    wanted = question.limits.min_choices or question.limits.max_choices or len(question.options)
    if not reader.problems and len(ranks) < wanted:
        reader.fault("too_few", _first_field(question), words="too_few_ranked", limit=wanted)
    if question.limits.max_choices and len(ranks) > question.limits.max_choices:
        reader.fault("too_many", _first_field(question), limit=question.limits.max_choices)
    return Answer(tuple(sorted(ranks, key=lambda code: ranks[code])))


_READERS = {
    QuestionType.SINGLE: _read_single,
    QuestionType.LIKERT: _read_single,
    QuestionType.MULTIPLE: _read_multiple,
    QuestionType.MATRIX: _read_matrix,
    QuestionType.NUMBER: _read_number,
    QuestionType.DATE: _read_date,
    QuestionType.TEXT: _read_text,
    QuestionType.RANKING: _read_ranking,
}


def raw_of(question: Question, answer: Answer) -> dict[str, list[str]]:
    """Turn an answer back into form fields, to fill a page or to check a foreign answer."""
    code, value = question.code, answer.value
    raw: dict[str, list[str]] = {}
    if isinstance(value, Mapping):
        raw = {f"{code}.{row}": [chosen] for row, chosen in value.items()}
    elif isinstance(value, tuple) and question.type is QuestionType.RANKING:
        raw = {f"{code}.rank.{option}": [str(rank)] for rank, option in enumerate(value, 1)}
    elif isinstance(value, tuple):
        raw = {code: list(value)}
    elif value is not None:
        raw = {code: [_plain(value) if isinstance(value, float) else str(value)]}
    raw.update({f"{code}.other.{option}": [text] for option, text in answer.other.items()})
    return raw
