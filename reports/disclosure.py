"""What a table or a sentence may not give away.

Small cells, what a reader could work out from totals, one large case behind a sum of money, and
names, identity numbers, telephone numbers, account numbers and case numbers in text.  Leaves out
who answered: no person's data reach this library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.errors import DisclosureError
from reports.language import _

MINIMUM_CELL = 5
DOMINANT_SHARE = 0.7


def suppress(
    counts: Sequence[Sequence[int]], *, minimum: int = MINIMUM_CELL
) -> list[list[int | None]]:
    """Hide the small cells of a table with totals, and enough others that no total betrays them.

    Assumes that the row and column totals are printed beside the table.

    Parameters
    ----------
    counts : sequence of sequence of int, shape (R, C)
        Persons or files in each cell.
    minimum : int, default 5
        Cells of 1 to ``minimum - 1`` are hidden; zero is shown, for it names nobody.

    Returns
    -------
    list of list of int or None, shape (R, C)
        ``None`` stands for a hidden cell.

    Raises
    ------
    DisclosureError
        If the rows differ in length, or a count is negative: repair the table first.

    Notes
    -----
    Primary suppression first.  Then, while a row or column holds exactly one hidden cell, the
    smallest shown cell above zero of that line is hidden too (a zero when there is no other), so
    that every line hides none or at least two.

    References
    ----------
    Hundepool, A. et al. (2012). *Statistical Disclosure Control*, Wiley, chapter 4.

    Examples
    --------
    >>> suppress([[3, 20, 30], [40, 50, 60]])
    [[None, None, 30], [None, None, 60]]
    """
    width = len(counts[0]) if counts else 0
    if any(len(row) != width for row in counts) or any(n < 0 for row in counts for n in row):
        raise DisclosureError(_("交叉表各行长度不一，或有负数。"), remedy=_("请先更正数据。"))
    hidden = {(r, c) for r, row in enumerate(counts) for c, n in enumerate(row) if 0 < n < minimum}
    lines = [[(r, c) for c in range(width)] for r in range(len(counts))]
    lines += [[(r, c) for r in range(len(counts))] for c in range(width)]
    again = True
    while again:
        again = False
        for line in lines:
            shown = [cell for cell in line if cell not in hidden]
            if len(line) - len(shown) == 1 and shown:
                hidden.add(
                    min(
                        shown,
                        key=lambda cell: (counts[cell[0]][cell[1]] == 0, counts[cell[0]][cell[1]]),
                    )
                )
                again = True
    return [
        [None if (r, c) in hidden else n for c, n in enumerate(row)] for r, row in enumerate(counts)
    ]


def dominates(amounts: Sequence[float], *, share: float = DOMINANT_SHARE) -> bool:
    """Tell whether one case makes up so much of a sum that the sum gives it away.

    Parameters
    ----------
    amounts : sequence of float, shape (N,)
        Amounts of the single cases, not negative, any unit.
    share : float, default 0.7
        Largest share of the total that one case may have, in (0, 1].

    Returns
    -------
    bool
        True when the sum must not be published.

    References
    ----------
    Hundepool, A. et al. (2012). *Statistical Disclosure Control*, Wiley, section 4.2.1, the
    (n, k) dominance rule with n = 1.

    Examples
    --------
    >>> dominates([4_000_000, 20_000, 20_000]), dominates([30, 40, 50])
    (True, False)
    """
    total = float(sum(amounts))
    return total > 0 and max(amounts) > share * total


@dataclass(frozen=True, slots=True)
class Leak:
    """One place in a text that may name a person or a case; the excerpt is masked."""

    kind: str
    excerpt: str
    position: int


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易"
    "常武乔贺赖龚文"
)
_TITLES = (
    "申请执行人|被执行人|案外人|原告|被告|法官|执行员|书记员|审判长|院长|局长"
    "|当事人|代理人|律师|受访人"
)
_AFTER_NAME = (
    r"(?=[，。、；：（）“”\s]|的|在|称|诉|说|表示|反映|提出|认为|向|与|承办|名下|拒不|未|$)"
)
_NOT_NAMES = frozenset(
    "陈述 何时 何地 何种 于是 于本 高度 方面 方法 方式 常年 常见 金额 金融 余额 余款 程序 石油 "  # noqa: SIM905 -- a list of words reads best as words
    "任何 任意 成本 史料 文书 文件 文明 万元 江苏 武汉 田地 白天 黄金 马上 易于 龙头 林地 钱款 "
    "水平 高于 高达 方可 许可 周期 周边 万余 常态 康复 高效 高额 任务 毛利 叶片 平均 程度 常用 "
    "易见 方案".split()
)
_PATTERNS = (
    (
        "case_number",
        re.compile(
            r"[（(〔\[]\s*(?:19|20)\d{2}\s*[）)〕\]]\s*[\u4e00-\u9fff]\d{0,4}\s*"
            r"[\u4e00-\u9fff]{1,5}\s*\d+\s*号"
        ),
    ),
    (
        "identity_number",
        re.compile(
            r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
            r"\d{3}[\dXx](?!\d)"
        ),
    ),
    ("telephone", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("account_number", re.compile(r"(?<![\d.])\d{16,19}(?!\d)")),
    (
        "name",
        re.compile(
            f"(?:{_TITLES})(?:是|为|：|:)?([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?){_AFTER_NAME}"
        ),
    ),
)


def scan(text: str) -> list[Leak]:
    """Find what looks like a name, an identity, telephone, account or case number.

    Finds forms, not truths: a person decides on each place.  Texts such as 张某 pass.

    Parameters
    ----------
    text : str
        Any text that is to be published.

    Returns
    -------
    list of Leak
        In order of position; excerpts show the first and last character only.

    Examples
    --------
    >>> [leak.kind for leak in scan("被执行人张建国未履行，案号（2016）鄂0102执123号。")]
    ['name', 'case_number']
    >>> scan("被执行人张某未履行；当事人陈述属实。")
    []
    """
    found: list[Leak] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = 1 if kind == "name" else 0
            start, end = match.span(group)
            words = match[group]
            if kind == "name" and (words[:2] in _NOT_NAMES or "某" in words):
                continue
            if any(a < end and start < b for a, b in taken):
                continue
            taken.append((start, end))
            masked = f"{words[0]}{'＊' * max(1, len(words) - 2)}{words[-1]}"
            found.append(Leak(kind, masked, start))
    return sorted(found, key=lambda leak: leak.position)


LEAK_NAMES = {
    "case_number": "案号",
    "identity_number": "身份证号码",
    "telephone": "电话号码",
    "account_number": "账号",
    "name": "人名",
}


def refuse_leaks(text: str, *, where: str) -> None:
    """Stop a text that holds something that looks like a person or a case.

    Parameters
    ----------
    text : str
        The text to be published.
    where : str
        Place to name in the message.

    Returns
    -------
    None

    Raises
    ------
    DisclosureError
        If :func:`scan` finds anything: replace it by a role (申请执行人甲) or a sample number.

    Examples
    --------
    >>> refuse_leaks("据评查，案卷齐全。", where="摘要")
    """
    leaks = scan(text)
    if leaks:
        listed = "、".join(f"{LEAK_NAMES[leak.kind]}“{leak.excerpt}”" for leak in leaks[:5])
        raise DisclosureError(
            _("文字中疑似含有{listed}。").format(listed=listed),
            where=where,
            remedy=_("请改用称谓或样本编号后重试。"),
        )
