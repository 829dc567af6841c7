"""What changed between two versions of a questionnaire, sentence by sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from surveys.explanation import rule_in_words, type_words
from surveys.language import _
from surveys.schema import Limits, Option, Question, Questionnaire, Row, Tags, Text


@dataclass(frozen=True, slots=True)
class Change:
    """One change: place, what kind of thing changed, before and after in words."""

    where: str
    what: str
    before: str
    after: str
    is_trend_item: bool = False


def difference(before: Questionnaire, after: Questionnaire) -> list[Change]:
    """List the changes in the order of the newer version; removed questions come last."""
    return [
        *_general(before, after),
        *_contradictions(before, after),
        *_scales(before, after),
        *_sections(before, after),
        *_questions(before, after),
    ]


def _say(text: Text | None) -> str:
    if text is None:
        return ""
    if len(text.translations) == 1:
        return str(text)
    return "\n".join(f"[{language}] {wording}" for language, wording in text.translations)


def _general(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    names = {
        "title": _("标题"),
        "population": _("调查对象"),
        "sampling": _("抽样办法"),
        "minimum_responses": _("最低有效份数"),
        "note": _("备注"),
        "introduction": _("卷首语"),
        "thanks": _("结束语"),
    }
    for field, name in names.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Change(_("问卷"), name, _say(old), _say(new))
    if before.languages != after.languages:
        yield Change(_("问卷"), _("语言"), "、".join(before.languages), "、".join(after.languages))
    if before.page_mode != after.page_mode:
        pages = {"section": _("每页一个部分"), "question": _("每页一题")}
        yield Change(_("问卷"), _("分页"), pages[before.page_mode], pages[after.page_mode])
    if before.excludes_panel != after.excludes_panel:
        yes = {True: _("是"), False: _("否")}
        name = _("评估团成员及其所在律所回避")
        yield Change(_("问卷"), name, yes[before.excludes_panel], yes[after.excludes_panel])
    for field, name in {
        "text": _("知情同意"),
        "checkbox": _("同意声明"),
        "legal_basis": _("法律依据"),
    }.items():
        old = getattr(before.consent, field, None)
        new = getattr(after.consent, field, None)
        if old != new:
            yield Change(_("问卷"), name, _say(old), _say(new))


def _contradictions(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old = {item.code: item for item in before.contradictions}
    new = {item.code: item for item in after.contradictions}
    for code in dict.fromkeys([*new, *old]):
        first, second = old.get(code), new.get(code)
        if first != second:
            yield Change(
                _("矛盾 {code}").format(code=code),
                _("前后矛盾的规则"),
                f"{rule_in_words(before, first.rule)}（{first.message}）" if first else "",
                f"{rule_in_words(after, second.rule)}（{second.message}）" if second else "",
            )


def _scales(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old = {scale.code: scale for scale in before.scales}
    new = {scale.code: scale for scale in after.scales}
    for code in dict.fromkeys([*new, *old]):
        first, second = old.get(code), new.get(code)
        if first == second:
            continue
        title = (second or first).title  # type: ignore[union-attr]  # -- one of them exists
        yield Change(
            _("量表“{title}”").format(title=title),
            _("刻度"),
            _options_in_words(first.options) if first else "",
            _options_in_words(second.options) if second else "",
        )


def _sections(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old = {section.code: section for section in before.sections}
    new = {section.code: section for section in after.sections}
    for code in dict.fromkeys([*new, *old]):
        first, second = old.get(code), new.get(code)
        if first is None or second is None:
            section = second or first
            title = str(section.title) if section else code
            yield Change(
                _("部分“{title}”").format(title=title),
                _("新增部分") if second else _("删去部分"),
                title if first else "",
                title if second else "",
            )
            continue
        where = _("部分“{title}”").format(title=second.title)
        if first.title != second.title:
            yield Change(where, _("标题"), _say(first.title), _say(second.title))
        if first.introduction != second.introduction:
            yield Change(where, _("引言"), _say(first.introduction), _say(second.introduction))
        if first.show != second.show:
            yield Change(
                where,
                _("显示条件"),
                rule_in_words(before, first.show),
                rule_in_words(after, second.show),
            )
    if list(old) != list(new) and set(old) == set(new):
        yield Change(_("问卷"), _("部分的顺序"), "、".join(old), "、".join(new))


def _questions(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old = {question.code: question for question in before.questions}
    new = {question.code: question for question in after.questions}
    for code, question in new.items():
        if code not in old:
            yield Change(_name(code), _("新增题目"), "", _say(question.text))
        elif old[code] != question:
            yield from _question(before, old[code], after, question)
        if code in old and before.section_of(code).code != after.section_of(code).code:
            yield Change(
                _name(code),
                _("所在部分"),
                str(before.section_of(code).title),
                str(after.section_of(code).title),
                question.tags.trend,
            )
    kept_before = [code for code in old if code in new]
    kept_after = [code for code in new if code in old]
    if kept_before != kept_after:
        yield Change(_("问卷"), _("题目的顺序"), "、".join(kept_before), "、".join(kept_after))
    for code, question in old.items():
        if code not in new:
            yield Change(_name(code), _("删去题目"), _say(question.text), "", question.tags.trend)


def _name(code: str) -> str:
    return _("题目 {code}").format(code=code)


def _question(
    before: Questionnaire, old: Question, after: Questionnaire, new: Question
) -> Iterator[Change]:
    spoken_before = _spoken(before, old)
    spoken_after = _spoken(after, new)
    for what, words in spoken_after.items():
        if spoken_before[what] != words:
            yield Change(_name(new.code), what, spoken_before[what], words, old.tags.trend)


def _spoken(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    def yes(flag: bool) -> str:
        return _("是") if flag else _("否")

    return {
        _("题型"): type_words()[question.type],
        _("题面"): _say(question.text),
        _("提示"): _say(question.hint),
        _("必答"): yes(question.required),
        _("选项"): _options_in_words(question.options),
        _("量表"): question.scale or "",
        _("行"): _rows_in_words(question.rows),
        _("反向计分"): yes(question.reverse),
        _("选项随机排列"): yes(question.random_order),
        _("文字长度"): question.length.value,
        _("单位"): _say(question.unit),
        _("取值范围"): _limits_in_words(question.limits),
        _("显示条件"): rule_in_words(questionnaire, question.show),
        _("结束条件"): rule_in_words(questionnaire, question.end_when) if question.end_when else "",
        _("结束说明"): _say(question.end_text),
        _("校验"): "；".join(
            f"{rule_in_words(questionnaire, item.rule)}（{item.message}）"
            for item in question.validations
        ),
        _("自定义提示"): "；".join(f"{code}：{text}" for code, text in question.messages.items()),
        _("指数权重"): f"{question.index_weight:g}",
        _("标签"): _tags_in_words(question.tags),
    }


def _options_in_words(options: tuple[Option, ...]) -> str:
    lines = []
    for option in options:
        marks = [
            name
            for name, is_set in (
                (_("排他"), option.exclusive),
                (_("可填写"), option.with_text),
                (_("固定位置"), option.fixed),
                (option.missing.value if option.missing else "", option.missing is not None),
            )
            if is_set
        ]
        suffix = f"（{'，'.join(marks)}）" if marks else ""
        lines.append(f"{option.code} {_say(option.label)}{suffix}")
    return "\n".join(lines)


def _rows_in_words(rows: tuple[Row, ...]) -> str:
    return "\n".join(
        f"{row.code} {_say(row.label)}" + (_("（反向）") if row.reverse else "") for row in rows
    )


def _limits_in_words(limits: Limits) -> str:
    names = {
        "minimum": _("最小"),
        "maximum": _("最大"),
        "decimals": _("小数位"),
        "earliest": _("最早"),
        "latest": _("最晚"),
        "min_choices": _("最少项数"),
        "max_choices": _("最多项数"),
        "max_length": _("最多字数"),
    }
    default = Limits()
    return "，".join(
        f"{names[field.name]} {getattr(limits, field.name)}"
        for field in fields(limits)
        if getattr(limits, field.name) != getattr(default, field.name)
    )


def _tags_in_words(tags: Tags) -> str:
    marks = [
        name
        for name, is_set in (
            (_("趋势题"), tags.trend),
            (_("事实题"), tags.objective),
            (_("敏感题"), tags.sensitive),
        )
        if is_set
    ]
    if tags.role:
        marks.append(tags.role)
    if tags.informs:
        marks.append(_("用于 {targets}").format(targets="、".join(tags.informs)))
    if tags.note:
        marks.append(tags.note)
    return "；".join(marks)
