"""How figures are written: rounding, percentages, money, intervals, shares that add up.

Works on plain numbers, always from the unrounded value.  Rates are proportions in [0, 1]
everywhere else; percent exists only here.  Leaves out where a number came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from reports.errors import NumberError
from reports.language import _

MINUS = "\N{MINUS SIGN}"
RANGE = "\N{EM DASH}"
FEN_PER_YUAN = 100
YUAN_PER_WAN = 10_000
YUAN_PER_YI = 100_000_000


def rounded(value: float | Decimal, places: int) -> Decimal:
    """Round half away from zero, on the shortest decimal that stands for the number.

    Parameters
    ----------
    value : float or Decimal
        Any finite number; the unit is kept.
    places : int
        Decimals to keep.

    Returns
    -------
    Decimal
        With exactly ``places`` decimals; never minus zero.

    Raises
    ------
    NumberError
        If the value is not finite: report it as missing instead.

    Notes
    -----
    Binary floats have no exact 2.675; its shortest decimal does, and rounds to 2.68 as a reader
    with a pencil would expect (GB/T 8170, 四舍五入 chosen by the panel).

    Examples
    --------
    >>> rounded(2.675, 2), rounded(-0.04, 1)
    (Decimal('2.68'), Decimal('0.0'))
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise NumberError(_("数值不是有限数，不能印出。"), remedy=_("请按缺失处理。"))
    result = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def decimal(value: float | Decimal, places: int = 1, *, signed: bool = False) -> str:
    """Write a number with thousands separators and a true minus sign.

    Parameters
    ----------
    value : float or Decimal
        In its own unit.
    places : int, default 1
        Decimals.
    signed : bool, default False
        Write a plus sign before a positive number.

    Returns
    -------
    str
        The number, no unit.

    Examples
    --------
    >>> decimal(92668, 0), decimal(-1.25, 1), decimal(0.44, 1, signed=True)
    ('92,668', '−1.3', '+0.4')
    """
    number = rounded(value, places)
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{abs(number):,}"


def percent(rate: float | Decimal, places: int = 1, *, signed: bool = False) -> str:
    """Write a rate as a percentage.

    Parameters
    ----------
    rate : float or Decimal
        Proportion, 0.861 for 86.1 %.
    places : int, default 1
        Decimals of the percentage; at most two (GB/T 15835 house rule).

    Returns
    -------
    str
        With the percent sign.

    Raises
    ------
    NumberError
        If more than two decimals are asked for.

    Examples
    --------
    >>> percent(0.8605), percent(0.00312, 2)
    ('86.1%', '0.31%')
    """
    if places > 2:
        raise NumberError(_("百分比最多保留两位小数。"), remedy=_("请减少小数位数。"))
    number = rate if isinstance(rate, Decimal) else Decimal(repr(float(rate)))
    return f"{decimal(number * 100, places, signed=signed)}%"


def percentage_points(difference: float | Decimal, places: int = 1) -> str:
    """Write the size of a difference of two rates, without sign: the sentence says up or down.

    Parameters
    ----------
    difference : float or Decimal
        Difference of two proportions, from unrounded values.
    places : int, default 1
        Decimals.

    Returns
    -------
    str
        The size in percentage points, with the unit.

    Examples
    --------
    >>> percentage_points(0.0406), percentage_points(-0.25)
    ('4.1个百分点', '25.0个百分点')
    """
    number = difference if isinstance(difference, Decimal) else Decimal(repr(float(difference)))
    return _("{value}个百分点").format(value=decimal(abs(number) * 100, places))


def per_ten_thousand(value: float | Decimal, places: int = 2) -> str:
    """Write a proportion as a rate per ten thousand.

    Parameters
    ----------
    value : float or Decimal
        A proportion, 0 to 1.
    places : int, default 2
        Decimals.

    Returns
    -------
    str
        With the sign ‱.

    Examples
    --------
    >>> per_ten_thousand(1 / 5280), per_ten_thousand(0)
    ('1.89‱', '0.00‱')
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return f"{decimal(number * 10_000, places)}‱"


def amount(fen: float | Decimal, places: int = 2) -> str:
    """Write an amount of money in 元, 万元 or 亿元, by its size.

    Parameters
    ----------
    fen : float or Decimal
        Hundredths of a yuan.
    places : int, default 2
        Decimals.

    Returns
    -------
    str
        With the unit.

    Examples
    --------
    >>> amount(12_345_678_900), amount(4_500_000), amount(123_400_000_000_00)
    ('1.23亿元', '4.50万元', '1,234.00亿元')
    """
    yuan = Decimal(repr(float(fen))) / FEN_PER_YUAN
    if abs(yuan) >= YUAN_PER_YI:
        return _("{value}亿元").format(value=decimal(yuan / YUAN_PER_YI, places))
    if abs(yuan) >= YUAN_PER_WAN:
        return _("{value}万元").format(value=decimal(yuan / YUAN_PER_WAN, places))
    return _("{value}元").format(value=decimal(yuan, places))


def interval(lower: str, upper: str) -> str:
    """Join two written ends of an interval.

    Parameters
    ----------
    lower, upper : str
        Ends as written, each with its unit.

    Returns
    -------
    str
        The two ends with a dash; :mod:`reports.html` keeps it on one line.

    Examples
    --------
    >>> interval(percent(0.82), percent(0.899))
    '82.0%—89.9%'
    """
    return f"{lower}{RANGE}{upper}"


def confidence_in_words(confidence: float) -> str:
    """Name a confidence level.

    Parameters
    ----------
    confidence : float
        Probability in (0, 1).

    Returns
    -------
    str
        Percent, without decimals where there are none.

    Raises
    ------
    NumberError
        If the level is not inside (0, 1).

    Examples
    --------
    >>> confidence_in_words(0.95)
    '95%置信区间'
    """
    if not 0 < confidence < 1:
        raise NumberError(_("置信水平应在0与1之间。"), remedy=_("请检查结果集。"))
    places = 0 if rounded(confidence * 100, 1) % 1 == 0 else 1
    return _("{level}置信区间").format(level=percent(confidence, places))


def change_in_words(difference: float, *, is_significant: bool | None) -> str:
    """Choose the word for a change by rule, so that no hand chooses it.

    Parameters
    ----------
    difference : float
        Later value less earlier value, unrounded, any unit.
    is_significant : bool or None
        Result of the test; ``None`` for exact counts, where every change is real.

    Returns
    -------
    str
        ``提高``, ``下降``, ``持平`` or ``无显著变化``.

    Examples
    --------
    >>> change_in_words(0.04, is_significant=True), change_in_words(0.04, is_significant=False)
    ('提高', '无显著变化')
    """
    if is_significant is False:
        return _("无显著变化")
    if difference > 0:
        return _("提高")
    return _("下降") if difference < 0 else _("持平")


def largest_remainder(shares: Sequence[float], places: int = 1) -> list[Decimal]:
    """Round shares of one whole so that the printed percentages add up to exactly 100.

    Parameters
    ----------
    shares : sequence of float, shape (K,)
        Not negative, at least one above zero; any total.
    places : int, default 1
        Decimals of the percentages.

    Returns
    -------
    list of Decimal, shape (K,)
        Percentages; their sum is exactly 100.

    Raises
    ------
    NumberError
        If a share is negative or all are zero: leave the row out instead.

    Notes
    -----
    Each percentage is cut off; the units left over go one each to the largest remainders
    (Hamilton's method), ties to the earlier share.

    References
    ----------
    Balinski, M. L. and Young, H. P. (2001). *Fair Representation*, 2nd ed., chapter 3.

    Examples
    --------
    >>> largest_remainder([1, 1, 1])
    [Decimal('33.4'), Decimal('33.3'), Decimal('33.3')]
    """
    exact = [Decimal(repr(float(share))) for share in shares]
    total = sum(exact, Decimal(0))
    if total <= 0 or any(share < 0 for share in exact):
        raise NumberError(_("构成比不能为负，也不能全为零。"), remedy=_("请略去这一行。"))
    step = Decimal(1).scaleb(-places)
    percentages = [share * 100 / total for share in exact]
    cut = [value.quantize(step, rounding=ROUND_DOWN) for value in percentages]
    left = int((100 - sum(cut, Decimal(0))) / step)
    order = sorted(range(len(cut)), key=lambda k: (cut[k] - percentages[k], k))
    for k in order[:left]:
        cut[k] += step
    return cut
