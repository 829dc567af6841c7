"""From answers on a scale to scores and to the index from 0 to 100.

Weights, variance and change between rounds belong to whoever knows how the respondents were
chosen; here are only the definitions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.answers import AnswerSet
from surveys.schema import Missing, Questionnaire, QuestionType


@dataclass(frozen=True, slots=True)
class ScaleItem:
    """One statement that is answered on a scale: a Likert question or one row of a matrix."""

    variable: str
    question: str
    row: str | None
    lowest: int
    highest: int
    reverse: bool
    index_weight: float
    """Share of the item in the group index; the shares of all items add up to 1."""


@dataclass(frozen=True, slots=True)
class ItemIndex:
    """Index of one item with the answers it rests on; don't-know is counted, never averaged."""

    value: float | None
    n_valid: int
    n_dont_know: int
    n_other_missing: int


def index(mean: float, lowest: float = 1, highest: float = 5) -> float:
    r"""Turn the mean of a scale into an index from 0 (worst) to 100 (best).

    Parameters
    ----------
    mean : float
        Mean of the valid scores, in scale points, between ``lowest`` and ``highest``.
    lowest, highest : float
        Ends of the scale, in scale points.

    Returns
    -------
    float
        Index in [0, 100].

    Raises
    ------
    ValueError
        If the mean is outside the scale: check which scale the scores belong to.

    Notes
    -----
    With five points from 1 to 5,

    .. math:: I = \frac{\bar y - 1}{4} \times 100.

    References
    ----------
    Panel's instrument file ``questionnaires.yaml``, schema version 1, ``index_formula``.

    Examples
    --------
    >>> index(4.0)
    75.0
    >>> index(1.0), index(5.0)
    (0.0, 100.0)
    """
    if not lowest <= mean <= highest:
        raise ValueError(f"mean {mean} is outside the scale from {lowest} to {highest}")
    return (mean - lowest) / (highest - lowest) * 100


def item_score(value: int, lowest: int, highest: int, *, reverse: bool = False) -> int:
    """Score one answer so that high is good.

    Parameters
    ----------
    value : int
        Scale point chosen.
    lowest, highest : int
        Ends of the scale, in scale points.
    reverse : bool, default False
        Whether high values of this item are bad.

    Returns
    -------
    int
        The value itself, or ``lowest + highest − value`` (6 − value on five points).

    Examples
    --------
    >>> item_score(2, 1, 5), item_score(2, 1, 5, reverse=True)
    (2, 4)
    """
    return lowest + highest - value if reverse else value


def scale_items(questionnaire: Questionnaire) -> tuple[ScaleItem, ...]:
    """List the items of the group index, with the share each has in it.

    Each scale question has the same share unless the questionnaire says otherwise
    (``index_weight``); the rows of a matrix divide the share of their question equally.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.

    Returns
    -------
    tuple of ScaleItem
        In the order of the questionnaire; questions with weight 0 are listed with share 0.

    Examples
    --------
    >>> from surveys.loader import load_library
    >>> items = scale_items(load_library("QA"))
    >>> [(item.variable, round(item.index_weight, 4)) for item in items if item.row is None]
    [('QA12', 0.25), ('QA13', 0.25)]
    >>> round(sum(item.index_weight for item in items), 12)
    1.0
    """
    asked = [question for question in questionnaire.questions if question.is_scale]
    total = sum(question.index_weight for question in asked) or 1.0
    items = []
    for question in asked:
        scale = questionnaire.scale_of(question)
        if scale is None or not scale.points:
            continue
        matrix = question.type is QuestionType.MATRIX
        rows: Sequence[str | None] = [row.code for row in question.rows] if matrix else [None]
        items += [
            ScaleItem(
                variable=question.code if row is None else f"{question.code}_{row}",
                question=question.code,
                row=row,
                lowest=scale.lowest,
                highest=scale.highest,
                reverse=question.is_reversed(row),
                index_weight=question.index_weight / total / len(rows),
            )
            for row in rows
        ]
    return tuple(items)


def score(
    questionnaire: Questionnaire, item: ScaleItem, answers: AnswerSet
) -> int | Missing | None:
    """Score one respondent on one item.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    item : ScaleItem
        One of :func:`scale_items`.
    answers : AnswerSet
        Answers of the respondent, preferably from :func:`surveys.routing.classified`.

    Returns
    -------
    int, Missing or None
        Score in scale points with high as good; the kind of missing; None when a row of a
        matrix was left empty or nothing is known.

    Examples
    --------
    >>> from surveys.answers import Answer
    >>> from surveys.loader import load_library
    >>> asked = load_library("QA")
    >>> items = {item.variable: item for item in scale_items(asked)}
    >>> answers = AnswerSet({"QA12": Answer("4"), "QA09": Answer({"a": "4", "b": "98"})})
    >>> score(asked, items["QA12"], answers), score(asked, items["QA09_a"], answers)
    (4, 2)
    >>> score(asked, items["QA09_b"], answers).value
    'dont_know'
    """
    code = answers.value(item.question, item.row)
    if code is None:
        return answers.get(item.question).missing
    option = questionnaire.find_option(questionnaire.question(item.question), str(code))
    if option is None:
        return None
    if option.missing is not None:
        return option.missing
    return item_score(int(option.code), item.lowest, item.highest, reverse=item.reverse)


def item_index(item: ScaleItem, scores: Iterable[int | Missing | None]) -> ItemIndex:
    """Index of one item over respondents who all count the same.

    Parameters
    ----------
    item : ScaleItem
        The item, for the ends of its scale.
    scores : iterable of int, Missing or None
        One entry for each respondent, from :func:`score`.

    Returns
    -------
    ItemIndex
        Index in [0, 100], None without a valid answer; counts of valid answers, of
        "don't know" and of everything else, in respondents.

    Examples
    --------
    >>> item = ScaleItem("q", "q", None, 1, 5, False, 1.0)
    >>> item_index(item, [5, 3, Missing.DONT_KNOW, None])
    ItemIndex(value=75.0, n_valid=2, n_dont_know=1, n_other_missing=1)
    """
    entries = list(scores)
    valid = [entry for entry in entries if isinstance(entry, int)]
    dont_know = sum(entry is Missing.DONT_KNOW for entry in entries)
    value = index(sum(valid) / len(valid), item.lowest, item.highest) if valid else None
    return ItemIndex(value, len(valid), dont_know, len(entries) - len(valid) - dont_know)


def group_index(
    items: Sequence[ScaleItem], values: Sequence[float | None], *, whole_only: bool = False
) -> float | None:
    r"""Join item indices into the index of one group of respondents.

    The eight groups have opposite interests; their indices are never averaged.

    Parameters
    ----------
    items : sequence of ScaleItem
        Items of one questionnaire.
    values : sequence of float or None
        Index of each item in [0, 100]; None without a valid answer.
    whole_only : bool, default False
        Whether to give no index when an item has none, instead of sharing its weight among
        the others.

    Returns
    -------
    float or None
        Index in [0, 100]; None when no item has a value.

    Notes
    -----
    With shares :math:`c_k` of the items that have a value, :math:`\sum c_k I_k / \sum c_k`.

    Examples
    --------
    >>> items = [ScaleItem(code, code, None, 1, 5, False, 0.5) for code in "ab"]
    >>> group_index(items, [60.0, 80.0])
    70.0
    >>> group_index(items, [60.0, None])
    60.0
    """
    pairs = [(item.index_weight, value) for item, value in zip(items, values, strict=True)]
    known = [(share, value) for share, value in pairs if value is not None and share > 0]
    total = sum(share for share, _value in known)
    if not known or (whole_only and len(known) < sum(share > 0 for share, _value in pairs)):
        return None
    return sum(share * value for share, value in known) / total
