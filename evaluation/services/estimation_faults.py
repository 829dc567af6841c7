"""Say in Chinese why an estimate was refused. Leaves out errors of frames and draws."""

from __future__ import annotations

from evaluation.analysis.row_filter import FilterError
from evaluation.errors import InvalidInput
from evaluation.language import N_, _
from sampling.errors import (
    CalibrationError,
    ConvergenceError,
    LonelyUnitError,
    SamplingError,
    ZeroVarianceError,
)

_BY_CODE = {
    "no_rows": N_("数据表没有数据行。请换一个文件。"),
    "design_length": N_("各设计列的行数不一致。请检查数据表。"),
    "design_missing": N_("第{row}行的分层或抽样单位为空。请补全或删去该行。"),
    "weight_value": N_("第{row}行的抽样权数为空、为负或不是有限数。请更正或删去这些行。"),
    "weight_text": N_("抽样权数列含有文字。请改为数字。"),
    "weight_zero": N_("抽样权数全部为零。请检查权数列。"),
    "weight_unknown": N_(
        "只给出了部分阶段的总体数，不能推出权数。请给出权数列，或给出每一阶段的总体数。"
    ),
    "population_value": N_("第{row}行的总体数不是正数。请更正。"),
    "population_text": N_("总体数列含有文字。请改为数字。"),
    "population_uneven": N_("“{stratum}”层内的总体数前后不一致。同一层只能有一个总体数。"),
    "population_small": N_("“{stratum}”层的样本多于总体。请更正总体数，或删去重复的单位。"),
    "population_mixed": N_(
        "总体数列混用了件数与抽样比。请统一为件数（不小于1）或抽样比（不大于1）。"
    ),
    "stages": N_("分层列或总体数列的阶段多于抽样单位列。请依次给出每一阶段的抽样单位。"),
    "lonely_rule": N_("单一单位层的处理规则无效。可用：fail、certainty、adjust、average。"),
    "value_text": N_("被估计的列含有文字。请改为数字，或改用比例并指明取值。"),
    "value_infinite": N_("第{row}行的数值不是有限数。请更正。"),
    "attribute_value": N_("第{row}行的取值既不是“是”也不是“否”。请用 --level 指明哪个取值算“是”。"),
    "empty_subpopulation": N_(
        "子总体“{subpopulation}”中没有权数为正且有数值的行。请放宽条件或略去。"
    ),
    "zero_denominator": N_("子总体“{subpopulation}”的分母合计为零，比率不存在。请略去该组。"),
    "group_missing": N_("第{row}行的分组列为空。请补全或删去该行。"),
    "confidence": N_("置信水平应在0与1之间。"),
    "probability": N_("分位点应在0与1之间。"),
    "interval_method": N_(
        "区间方法无效。可用：wilson、kg、logit、beta、xlogit、mean、asin、likelihood。"
    ),
    "one_reader": N_("评判一致性至少需要两名评判人（两列）。"),
    "no_double_reading": N_("没有一件经过两人评判，看不出一致性。"),
    "one_category": N_("全部评判同属一类，超出机遇的一致性没有定义。请只报告一致百分比。"),
    "two_readers": N_("科恩κ只适用于两名评判人。请改用弗莱斯κ或AC1。"),
    "metric": N_("等距与等比度量要求类别为数字。请改用名义或顺序度量。"),
    "many_categories": N_("不同取值过多。请先归并为不超过2000类。"),
    "no_variance": N_("所求的量没有抽样变异，无法检验。请直接比较数值。"),
}
_BY_KIND: tuple[tuple[type[SamplingError], str], ...] = (
    (
        LonelyUnitError,
        N_("有的层只有一个抽样单位，方差无法估计。请与相邻层合并，或用 --lonely 选择处理规则。"),
    ),
    (ZeroVarianceError, N_("各层均无变异。请改报精确上限。")),
    (CalibrationError, N_("找不到满足已知总数的权数。请合并类别、放宽界限或核对总数。")),
    (ConvergenceError, N_("计算没有收敛。请简化模型或放宽要求。")),
)
_WHOLE_EMPTY = N_("没有一行既有数值、抽样权数又为正。请核对被估计的列、权数列和条件。")
_WHOLE_ZERO = N_("分母合计为零，比率不存在。请核对分母列。")
_FILTER = {
    "column": N_("条件中的列“{found}”不在数据表中。"),
    "number": N_("列“{found}”含有文字，不能与数字比较。请给数值加引号，或更正该列。"),
    "too_long": N_("条件过长。"),
    "too_deep": N_("条件的括号层数过多。"),
}


def translated(error: SamplingError, *, header_lines: int = 0) -> InvalidInput:
    """Return the error as a sentence for people: what is wrong and what to do.

    Rows are counted from the first line of the file when its ``header_lines`` are given.
    """
    text = _BY_CODE.get(error.code)
    if error.code == "empty_subpopulation" and error.details.get("subpopulation", "all") == "all":
        text = _WHOLE_EMPTY
    if error.code == "zero_denominator" and error.details.get("subpopulation", "all") == "all":
        text = _WHOLE_ZERO
    if text is None:
        text = next((words for kind, words in _BY_KIND if isinstance(error, kind)), "")
    if not text:
        return InvalidInput(_("估计无法进行（代码：{code}）。请检查数据。").format(code=error.code))
    details = {"row": "", "stratum": "", "subpopulation": "", **error.details}
    if isinstance(details["row"], int):
        details["row"] += header_lines
    if details["stratum"] == "all":
        details["stratum"] = _("全部")
    return InvalidInput(_(text).format(**details))


def filter_fault(error: FilterError) -> InvalidInput:
    """Return why a condition could not be read, with the place."""
    text = _FILTER.get(error.code, N_("条件写法有误（见“{found}”）。"))
    return InvalidInput(
        _(text).format(found=error.found),
        where=_("条件第{position}个字符").format(position=error.position + 1),
    )
