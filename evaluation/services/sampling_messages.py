"""Errors of the sampling library in the words of the people who plan and draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from evaluation.errors import EvaluationError, Fault, InvalidInput
from evaluation.language import N_, _
from sampling.errors import SamplingError
from sampling.freezing import FrameProblem

#: Code of an error → what is wrong, what to do. Placeholders are filled from its details.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "seed": (N_("种子不能使用。"), N_("请当众另给一个种子。")),
    "seed_too_short": (
        N_("种子只有{length}个字符，至少需要{minimum}个。"),
        N_("请当众给出更长的种子，例如20个骰子点数。"),
    ),
    "seed_outer_space": (N_("种子的首尾有空格。"), N_("请去掉首尾空格后重新输入。")),
    "seed_invisible": (N_("种子含有看不见的字符。"), N_("请重新手工输入，不要粘贴。")),
    "seed_not_nfc": (N_("种子含有可拆分的字符，各系统写法可能不同。"), N_("请改用数字和汉字。")),
    "frame": (N_("抽样框不能使用。"), N_("请核对文件内容。")),
    "frame_changed": (
        N_("抽样框与冻结时不一致（哈希值不同）。"),
        N_("请恢复冻结时的文件；内容有变动的，不能再用原来的种子。"),
    ),
    "frame_missing_file": (N_("没有文件“{path}”。"), N_("请核对文件名和目录。")),
    "frame_empty": (N_("文件“{path}”没有任何数据。"), N_("请重新导出。")),
    "frame_unreadable": (
        N_("文件“{path}”不能作为表格读取。"),
        N_("请使用 UTF-8 编码、第一行为列名的 CSV 文件，或 Parquet 文件。"),
    ),
    "frame_missing_column": (N_("文件中没有“{column}”列。"), N_("文件中的列有：{present}。")),
    "frame_blank_unit": (N_("有{count}行的编号为空。"), N_("请补填编号或删除该行。")),
    "frame_blank_stratum": (N_("有{count}行没有所在的层：{examples}。"), N_("请补填。")),
    "frame_blank_cluster": (N_("有{count}行没有所在的群：{examples}。"), N_("请补填。")),
    "frame_control_character": (
        N_("有{count}个编号或层名含有换行等控制字符：{examples}。"),
        N_("请清除后重试。"),
    ),
    "frame_repeated_rows": (
        N_("有{count}个编号的行完全重复：{examples}。"),
        N_("请删除重复行，或使用“合并相同行”的选项。"),
    ),
    "frame_repeated_units": (
        N_("有{count}个编号重复但内容不同：{examples}。"),
        N_("请核对，每个编号只能出现一次。"),
    ),
    "frame_split_cluster": (N_("有{count}个群跨了不同的层：{examples}。"), N_("请核对分层。")),
    "frame_bad_size": (
        N_("有{count}行的规模不是大于零的整数：{examples}。"),
        N_("金额请换算为分；没有金额的案件请单列一层，另行等概率抽取。"),
    ),
    "frame_lookalikes": (
        N_("有{count}组编号只有全角半角或大小写之别：{examples}。"),
        N_("它们按不同的编号处理；如属同一案件，请先合并。"),
    ),
    "frame_not_canonical": (N_("不是冻结后的抽样框文件。"), N_("请使用冻结时生成的文件。")),
    "design": (N_("抽样方案不能执行。"), N_("请修改方案。")),
    "design_bad_size": (N_("“{stratum}”的样本量不是零或正整数。"), N_("请改正。")),
    "design_empty": (N_("方案没有抽取任何一件。"), N_("请至少在一个层填写样本量。")),
    "design_clusters": (N_("整群抽样没有填写群数。"), N_("请填写每层抽取的群数。")),
    "design_missing_stratum": (
        N_("方案没有写明这些层的样本量：{strata}。"),
        N_("不抽取的层请明确填写0。"),
    ),
    "design_unknown_stratum": (N_("抽样框中没有这些层：{strata}。"), N_("请核对层名。")),
    "design_no_cluster_column": (N_("抽样框没有群的列。"), N_("请指定群所在的列。")),
    "design_no_size_column": (N_("抽样框没有规模的列。"), N_("请指定规模所在的列。")),
    "design_pareto_extension": (
        N_("按规模抽取的样本不能延长。"),
        N_("请使用备用案件，或从其余案件中另行抽取。"),
    ),
    "allocation": (N_("没有满足条件的分配。"), N_("请放宽条件。")),
    "allocation_argument": (N_("分配的参数有误：层的规模、标准差或成本不合要求。"), N_("请核对。")),
    "allocation_total": (
        N_("总样本量{total:.0f}不能分配：各层下限合计{lowest:.0f}，上限合计{highest:.0f}。"),
        N_("请调整总量、下限或上限。"),
    ),
    "allocation_cap": (N_("在给定上限内达不到要求的精度。"), N_("请提高上限，或放宽精度要求。")),
    "allocation_zero_total": (N_("有指标的总量为零，变异系数没有意义。"), N_("请去掉该指标。")),
    "size_bad_argument": (N_("样本量计算的参数有误。"), N_("请核对比例、精度、置信水平等取值。")),
    "size_undecidable": (
        N_("案件数太少，即使全部检查也不能作出判断。"),
        N_("请合并评估范围，或改为描述性结论。"),
    ),
    "draw": (N_("不能抽样。"), N_("请核对抽样框与方案。")),
    "draw_not_reproduced": (
        N_("从这份抽样框不能重现原来的样本。"),
        N_("请使用原来冻结的抽样框文件。"),
    ),
    "draw_disagrees": (
        N_("两套独立计算的抽签号不一致，已停止抽样。"),
        N_("请保留文件并联系技术人员；不要使用本次结果。"),
    ),
    "seed_too_early": (
        N_("种子早于抽样框的冻结时间，不能使用。"),
        N_("请在公布哈希值之后，当众另给一个种子。"),
    ),
    "second_seed": (
        N_("这份抽样框已经用另一个种子抽过样。"),
        N_("需要更多案件的，请延长原来的抽样。"),
    ),
    "certificate": (N_("抽样证书有误。"), N_("请使用原始的证书文件。")),
    "certificate_not_json": (
        N_("不是抽样证书（不是 JSON 文件）。"),
        N_("请使用 certificate.json。"),
    ),
    "certificate_malformed": (N_("不是合格的抽样证书：{faults}。"), N_("请使用原始的证书文件。")),
    "certificate_naive_time": (N_("时间没有注明时区。"), N_("请补充时区，例如 +08:00。")),
    "certificate_time_order": (N_("抽样时间早于种子时间。"), N_("请核对时间。")),
    "certificate_no_coordination": (
        N_("没有找到可以沿用种子的上期抽样。"),
        N_("请核对上期抽样，或当众给出新的种子。"),
    ),
}
_FALLBACK = (N_("计算没有完成。"), N_("请核对输入。"))


def in_chinese(error: SamplingError) -> EvaluationError:
    """Return an error of the sampling library as one that people can read."""
    problems = error.details.get("problems")
    if isinstance(problems, tuple) and problems:
        faults = [fault_of(problem) for problem in problems if isinstance(problem, FrameProblem)]
        return InvalidInput(
            _("抽样框有{n}类问题，没有冻结。").format(n=len(faults)),
            remedy=_("请改正后重试。"),
            faults=faults,
        )
    what, remedy = MESSAGES.get(error.code, MESSAGES.get(error.default_code, _FALLBACK))
    return InvalidInput(_filled(_(what), error.details), remedy=_filled(_(remedy), error.details))


def fault_of(problem: FrameProblem) -> Fault:
    """Return one kind of fault of a frame as people read it."""
    details = {"count": problem.count, "examples": "、".join(problem.examples)}
    what, remedy = MESSAGES.get(problem.code, _FALLBACK)
    return Fault("", _filled(_(what), details), _filled(_(remedy), details), problem.code)


@contextmanager
def translated() -> Iterator[None]:
    """Turn an error of the sampling library inside the block into one that people can read."""
    try:
        yield
    except SamplingError as error:
        raise in_chinese(error) from error


def _filled(text: str, details: Mapping[str, object]) -> str:
    try:
        return text.format(**details)
    except (KeyError, ValueError, IndexError):
        return text
