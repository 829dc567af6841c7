"""Native format: nothing is lost, everything that could mislead a reader is refused."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys import loader
from surveys.conditions import (
    Condition,
    Group,
    Junction,
    Negation,
    Operator,
    Reference,
    Rule,
    Today,
)
from surveys.errors import QuestionnaireError
from surveys.schema import (
    Consent,
    Contradiction,
    Limits,
    Missing,
    Option,
    PageMode,
    Purpose,
    Question,
    Questionnaire,
    QuestionType,
    Row,
    Scale,
    Section,
    Tags,
    Text,
    TextLength,
    Validation,
)

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n"),
    min_size=1,
    max_size=12,
)
codes = st.from_regex(r"[A-Za-z0-9_]{1,6}", fullmatch=True)
texts = st.one_of(
    words.map(Text.of),
    st.tuples(words, words).map(lambda pair: Text((("zh", pair[0]), ("en", pair[1])))),
)
maybe_text = st.none() | texts
presence = st.builds(
    Condition, codes, st.sampled_from([Operator.ANSWERED, Operator.NOT_ANSWERED]), row=st.none()
)
operands = st.one_of(
    words,
    st.integers(-99, 99),
    st.floats(-9, 9).map(lambda x: round(x, 3)),
    st.lists(codes, max_size=3).map(tuple),
    st.builds(Reference, codes, st.none() | codes),
    st.just(Today()),
)
comparisons = st.builds(
    Condition,
    codes,
    st.sampled_from(
        [item for item in Operator if item not in (Operator.ANSWERED, Operator.NOT_ANSWERED)]
    ),
    operands,
    st.none() | codes,
)
rules: st.SearchStrategy[Rule] = st.recursive(
    presence | comparisons,
    lambda inner: st.one_of(
        st.builds(Negation, inner),
        st.builds(Group, st.sampled_from(Junction), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
flags = st.booleans()
kinds = st.none() | st.sampled_from(Missing)
options = st.builds(Option, codes, texts, flags, flags, flags, kinds)
question_strategy = st.builds(
    Question,
    code=codes,
    type=st.sampled_from(QuestionType),
    text=texts,
    hint=maybe_text,
    required=st.booleans(),
    options=st.lists(options, max_size=3).map(tuple),
    scale=st.none() | codes,
    rows=st.lists(st.builds(Row, codes, texts, st.booleans()), max_size=2).map(tuple),
    reverse=st.booleans(),
    length=st.sampled_from(TextLength),
    limits=st.builds(
        Limits, minimum=st.none() | st.integers(-9, 9), latest=st.sampled_from([None, "today"])
    ),
    show=st.none() | rules,
    end_when=st.none() | rules,
    validations=st.lists(st.builds(Validation, rules, texts), max_size=1).map(tuple),
    messages=st.dictionaries(codes, texts, max_size=2),
    index_weight=st.sampled_from([0.0, 1.0, 2.5]),
    tags=st.builds(Tags, st.lists(codes, max_size=2).map(tuple), st.booleans(), note=words),
)
questionnaires = st.builds(
    Questionnaire,
    code=codes,
    title=texts,
    sections=st.lists(
        st.builds(
            Section, codes, texts, st.lists(question_strategy, max_size=2).map(tuple), maybe_text
        ),
        max_size=2,
    ).map(tuple),
    languages=st.sampled_from([("zh",), ("zh", "en")]),
    purpose=st.sampled_from(Purpose),
    page_mode=st.sampled_from(PageMode),
    consent=st.none() | st.builds(Consent, texts, texts, maybe_text),
    excludes_panel=st.booleans(),
    contradictions=st.lists(st.builds(Contradiction, codes, rules, texts), max_size=2).map(tuple),
    scales=st.lists(
        st.builds(Scale, codes, texts, st.lists(options, max_size=2).map(tuple), options),
        max_size=1,
    ).map(tuple),
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires)
def test_any_questionnaire_survives_yaml_and_json(questionnaire: Questionnaire) -> None:
    assert loader.loads(loader.dump_yaml(questionnaire)) == questionnaire
    assert loader.loads(loader.dump_json(questionnaire)) == questionnaire


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires)
def test_any_questionnaire_survives_yaml_and_json_at_length(questionnaire: Questionnaire) -> None:
    assert loader.loads(loader.dump_yaml(questionnaire)) == questionnaire
    assert loader.loads(loader.dump_json(questionnaire)) == questionnaire


def test_content_hash_ignores_how_the_file_is_written() -> None:
    plain = "{format: 1, code: Q, title: 测试, sections: []}"
    spread = "format: 1\ntitle: 测试   # 注释\ncode: 'Q'\nlanguages: [zh]\nsections: []\n"
    assert loader.content_hash(loader.loads(plain)) == loader.content_hash(loader.loads(spread))
    other = loader.loads(plain.replace("测试", "另一份"))
    assert loader.content_hash(other) != loader.content_hash(loader.loads(plain))


def test_codes_are_never_read_as_numbers_or_flags() -> None:
    text = """{format: 1, code: no, title: yes, sections: [{code: off, title: t, questions: [
      {code: a, type: single, text: t,
       options: [{code: 0102, label: no}, {code: 1_0, label: 1:30}]}]}]}"""
    questionnaire = loader.loads(text)
    assert (questionnaire.code, str(questionnaire.title)) == ("no", "yes")
    assert [(o.code, str(o.label)) for o in questionnaire.question("a").options] == [
        ("0102", "no"),
        ("1_0", "1:30"),
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [", "第1行"),
        ("a: &x 1\nb: *x", "第2行"),
        ("a: 1\na: 2", "第2行"),
        ("!!python/object/apply:os.system ['true']", "第1行"),
    ],
)
def test_unsafe_or_broken_yaml_is_refused_with_its_place(text: str, where: str) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        loader.loads(text)
    assert [problem.code for problem in caught.value.problems] == ["unreadable"]
    assert caught.value.problems[0].where.startswith(where)


@pytest.mark.parametrize(
    "text", ["? {a: 1}\n: 2", "a: !strange 1", "a: !!binary x\nb: [", "a: !!float x"]
)
def test_faults_of_yaml_are_told_in_chinese(text: str) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        loader.loads(text)
    assert not re.search("[a-z]{3}", caught.value.problems[0].what)


@pytest.mark.parametrize("character", ["\\u0001", "\\ud800", "\\u007f"])
def test_characters_that_no_other_program_reads_are_refused_with_their_place(
    character: str,
) -> None:
    text = f'{{"format": 1, "code": "A", "title": "t", "sections": [{{"title": "x{character}"}}]}}'
    with pytest.raises(QuestionnaireError) as caught:
        loader.loads(text)
    assert caught.value.problems[0].where == "sections[1].title"


@pytest.mark.parametrize("text", ["", "[]", "42", "null", "{}", "x" * 2_000_001, "[" * 1500])
def test_what_is_no_questionnaire_is_refused_in_words(text: str) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        loader.loads(text)
    assert all(problem.remedy for problem in caught.value.problems)


def test_every_fault_of_shape_is_named_in_one_pass() -> None:
    text = """{format: 1, code: Q, title: t, colour: red, sections: [{code: s, title: t,
      questions: [
      {code: a, type: slider, text: t}, {code: b, type: text, text: t, required: 3}]}]}"""
    with pytest.raises(QuestionnaireError) as caught:
        loader.loads(text)
    assert [(problem.code, problem.question) for problem in caught.value.problems] == [
        ("unknown_word", "a"),
        ("wrong_kind", "b"),
        ("unknown_field", ""),
    ]
