"""Words: leading, double-barrelled or personal questions, missing translations, untidy text.

Word lists can only point; a person decides. So these are warnings, except missing translations.
"""

import re
from collections.abc import Iterator

from surveys.checks.place import Collector
from surveys.errors import Problem
from surveys.language import _
from surveys.paths import explore
from surveys.schema import Purpose, Question, Questionnaire, QuestionType, Text

MAX_MINUTES = 10
MAX_CHARACTERS = 80

LEADING = (
    "难道", "是否也认为", "是不是也", "您也认为", "显然", "众所周知", "毫无疑问", "大家都",
    "不容置疑", "理所当然", "应该不会", "您一定", "必须承认", "正如", "权威", "优秀的", "卓有成效",
    "取得了显著", "令人失望", "恶劣的", "不负责任的",
)  # fmt: skip
"""Words that push towards an answer."""

DOUBLE_NEGATIVE = re.compile(r"不[^，。；？]{0,6}(?:不|没有|无法|未)[^，。；？]{0,8}(?:吗|？|同意)")
DOUBLE_BARRELLED = re.compile(r"[^，。；？、]{2,}(?:以及|并且|而且|同时又)[^，。；？、]{2,}")
_JOINED = re.compile(r"^(?!.*一视同仁)[一-鿿]{2,}(?:和|及(?!时|其))[一-鿿]{2,}")
PERSONAL = re.compile(r"姓名|身份证|证件号|手机号|电话号码|家庭住址|案号|银行卡号")
_REFUSING = re.compile(r"请勿|不要填|不收集|无需填")
_MARKUP = re.compile(r"<[A-Za-z/!][^>]*>|&[a-z]+;")
_UNTIDY = re.compile(r" {2,}|[一-鿿]\"|\"[一-鿿]|[一-鿿]'|'[一-鿿]|[一-鿿][,;?!](?![0-9A-Za-z])")


def check_wording(questionnaire: Questionnaire) -> list[Problem]:
    """List questions a person should read again."""
    collector = Collector(questionnaire)
    for question in questionnaire.questions:
        _check_question(collector, question)
    if questionnaire.purpose is Purpose.SURVEY:
        _check_public(collector)
    return collector.problems


def _check_question(collector: Collector, question: Question) -> None:
    text = str(question.text)
    statements = [str(row.label) for row in question.rows]
    for wording in [text, *statements]:
        for word in LEADING:
            if word in wording:
                collector.warn(
                    "leading",
                    question,
                    _("“{word}”可能有诱导性。").format(word=word),
                    _("请改用中性的说法。"),
                )
        if DOUBLE_NEGATIVE.search(wording):
            collector.warn(
                "double_negative", question, _("像是双重否定，容易答反。"), _("请改为正面的说法。")
            )
    for statement in [*statements, *([text] if question.type is QuestionType.LIKERT else [])]:
        found = DOUBLE_BARRELLED.search(statement) or _JOINED.search(statement)
        if found:
            collector.warn(
                "double_barrelled",
                question,
                _("“{statement}”可能一句问了两件事。").format(statement=statement),
                _("请确认是一件事；否则拆成两句。"),
            )
    if PERSONAL.search(text) and not _REFUSING.search(text):
        collector.warn(
            "personal",
            question,
            _("题目像是在收集可以识别个人的信息。"),
            _("请删去；确需联系的另页自愿填写，与答卷分开保存。"),
        )
    if len(text) > MAX_CHARACTERS:
        collector.warn(
            "long_text",
            question,
            _("题面有{length}个字，手机上不易读完。").format(length=len(text)),
            _("请缩短到{limit}个字以内。").format(limit=MAX_CHARACTERS),
        )
    _check_tidy(collector, question)


def _check_tidy(collector: Collector, question: Question) -> None:
    for text in _own_texts(question):
        for language, wording in text.translations:
            if _MARKUP.search(wording):
                collector.warn(
                    "markup",
                    question,
                    _("文字里有网页代码，会原样显示：{text}").format(text=wording[:40]),
                    _("请删去尖括号里的代码。"),
                )
            elif language.startswith("zh") and _UNTIDY.search(wording):
                collector.warn(
                    "untidy",
                    question,
                    _("标点或空格不规范：{text}").format(text=wording[:40]),
                    _("中文请用全角标点和“”引号，不连用空格。"),
                )


def _check_public(collector: Collector) -> None:
    questionnaire = collector.questionnaire
    if questionnaire.excludes_panel and not _says_who_may_not(questionnaire):
        collector.warn(
            "recusal_not_told",
            _("问卷"),
            _("评估团成员及其所在律所的人员应当回避，但卷首没有告知。"),
            _("请在卷首语或知情同意中写明哪些人不得作答。"),
        )
    if questionnaire.consent is None:
        collector.warn(
            "no_consent",
            _("问卷"),
            _("没有知情同意。"),
            _("请写明由谁调查、为了什么、怎样保密，并请受访者确认自愿参加。"),
        )
    if not questionnaire.questions:
        return
    try:
        minutes = explore(questionnaire).longest.seconds / 60
    except KeyError:
        return  # broken references are reported elsewhere
    if minutes > MAX_MINUTES:
        collector.warn(
            "too_long",
            _("问卷"),
            _("估计要{minutes}分钟才能答完。").format(minutes=round(minutes)),
            _("请删减到{limit}分钟以内，否则中途放弃的会增多。").format(limit=MAX_MINUTES),
        )


def _says_who_may_not(questionnaire: Questionnaire) -> bool:
    consent = questionnaire.consent
    texts = [questionnaire.introduction, *((consent.text, consent.checkbox) if consent else ())]
    return any(re.search(r"回避|不得作答|请勿作答", str(text or "")) for text in texts)


def _own_texts(question: Question) -> Iterator[Text]:
    yield question.text
    yield from (text for text in (question.hint, question.unit, question.end_text) if text)
    yield from (option.label for option in question.options)
    yield from (row.label for row in question.rows)
    yield from (validation.message for validation in question.validations)
    yield from question.messages.values()


def _all_texts(
    questionnaire: Questionnaire, collector: Collector
) -> Iterator[tuple[Question | str, Text | None]]:
    whole = _("问卷")
    for text in (questionnaire.title, questionnaire.introduction, questionnaire.thanks):
        yield whole, text
    if questionnaire.consent is not None:
        consent = questionnaire.consent
        for text in (consent.text, consent.checkbox, consent.legal_basis):
            yield whole, text
    for scale in questionnaire.scales:
        where = _("量表“{title}”").format(title=scale.title)
        yield from ((where, option.label) for option in scale.options)
    for section in questionnaire.sections:
        for text in (section.title, section.introduction):
            yield collector.where(section), text
        for question in section.questions:
            yield from ((question, text) for text in _own_texts(question))


def check_translations(questionnaire: Questionnaire) -> list[Problem]:
    """List every text that is blank in one of the questionnaire's languages."""
    collector = Collector(questionnaire)
    for place, text in _all_texts(questionnaire, collector):
        if text is not None:
            _check_languages(collector, place, text)
    return collector.problems


def _check_languages(collector: Collector, place: Question | str, text: Text) -> None:
    for language in collector.questionnaire.languages:
        if text.has(language):
            continue
        if language == collector.questionnaire.language:
            collector.add("empty_text", place, _("有一处文字是空的。"), _("请补上文字。"))
        else:
            collector.add(
                "missing_translation",
                place,
                _("“{text}”没有 {language} 译文。").format(text=str(text)[:30], language=language),
                _("请补上译文，或从问卷中去掉这种语言。"),
            )
