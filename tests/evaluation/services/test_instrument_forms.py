"""The panel's own instruments in the schema of questionnaires."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.domain import checklist_loader, condition, framework_loader, instruments
from evaluation.domain.evidence import Rating, SourceGrade, rating_faults
from evaluation.errors import InvalidInput
from evaluation.services import instrument_forms, review_plans
from evaluation.services.questionnaire_files import QuestionnaireFormat, write_questionnaire
from surveys import loader, rules
from surveys.answers import AnswerSet
from surveys.checks import check, errors_only
from surveys.exchange import xlsform_in
from surveys.schema import Purpose, QuestionType
from surveys.web.paper import render_paper

CHECKLIST = checklist_loader.load(review_plans.bundled_text("wuhan-2016"))
FRAMEWORK = framework_loader.load_bundled()
REVIEW = instrument_forms.form_of("review")
CONDITIONS = {item.code: item.applies_when for item in CHECKLIST.items() if item.applies_when}


def answered(values: Mapping[str, object]) -> AnswerSet:
    return AnswerSet.from_json({code: {"value": value} for code, value in values.items()})


@pytest.mark.parametrize("name", instrument_forms.names())
def test_every_instrument_is_without_errors_and_keeps_everything(name: str) -> None:
    form = instrument_forms.form_of(name)
    assert form.purpose is not Purpose.SURVEY
    assert not errors_only(check(form))
    assert loader.loads(loader.dump_yaml(form)) == form
    assert loader.loads(loader.dump_json(form)) == form
    assert all(str(question.text) in render_paper(form) for question in form.questions[:10])


def test_every_item_of_the_three_instruments_is_asked() -> None:
    asked = {question.code: str(question.text) for question in REVIEW.questions}
    for item in CHECKLIST.items():
        assert asked[instruments.question_code(item.code)] == item.text
    evidence = {question.code for question in instrument_forms.form_of("evidence").questions}
    for needed in FRAMEWORK.evidence.items:
        assert {instruments.question_code(needed.id)} <= evidence
    for guide in FRAMEWORK.guides:
        form = instrument_forms.form_of(guide.id)
        texts = [str(q.text) for q in form.questions if q.code.startswith(f"{guide.id}_")]
        assert texts == list(guide.questions)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_item_is_asked_unless_its_condition_is_known_not_to_hold(data: st.DataObject) -> None:
    options = {field.code: [o.code for o in field.options] for field in CHECKLIST.header}
    days = {day.code for day in CHECKLIST.dates}
    known: dict[str, object] = {}
    written: dict[str, object] = {}
    for name in sorted({name for applies in CONDITIONS.values() for name in applies.fields()}):
        code = name.removeprefix(condition.CIRCUMSTANCE)
        if data.draw(st.booleans()):
            continue
        if code != name:
            known[name] = data.draw(st.booleans())
            written[code] = "yes" if known[name] else "no"
        elif code in days:
            day = data.draw(st.dates(date(2013, 1, 1), date(2018, 12, 31)))
            known[name], written[code] = day, day.isoformat()
        elif options.get(code):
            known[name] = written[code] = data.draw(st.sampled_from(options[code]))
        else:
            known[name] = written[code] = data.draw(st.integers(0, 40))
    answers = answered(written)
    for code, applies in CONDITIONS.items():
        rule = REVIEW.question(instruments.question_code(code)).show
        assert rule is not None
        expected = condition.holds(applies, known) is not False
        assert rules.evaluate(rule, answers) is expected, code


def test_the_form_refuses_the_ratings_that_the_panel_refuses() -> None:
    form, item = instrument_forms.form_of("evidence"), FRAMEWORK.evidence.items[0]
    code = instruments.question_code(item.id)
    asked = form.question(code)
    for grades, score in product(([], ["C"], ["B"], ["A", "C"]), range(5)):
        found = [SourceGrade(grade) for grade in grades]
        faults = rating_faults(FRAMEWORK.evidence, Rating(score, "依据已核"), found)
        values: dict[str, object] = {code: str(score)}
        if grades:
            values[f"{code}_grade"] = grades
        answers = answered(values)
        holds = all(rules.evaluate(kept.rule, answers) for kept in asked.validations)
        assert holds is not bool(faults), (grades, score)


def test_the_review_form_goes_out_as_xlsform_and_comes_back() -> None:
    written = write_questionnaire(REVIEW, QuestionnaireFormat.XLSFORM)
    back = xlsform_in.read(written.content).questionnaire
    kinds = {question.code: question.type for question in back.questions}
    for question in REVIEW.questions:
        assert kinds[question.code] is question.type
        if question.type is QuestionType.SINGLE:
            codes = [option.code for option in back.question(question.code).options]
            assert codes == [option.code for option in question.options]


def test_an_unknown_instrument_is_refused_with_the_list_of_those_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        instrument_forms.form_of("FG99")
    assert "review、evidence、FG1" in refused.value.remedy
