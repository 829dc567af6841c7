"""The pages of the console: file, title, section, roles; in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evaluation.domain.roles import Actor, Role
from evaluation.language import N_

PAGES_DIRECTORY = Path(__file__).parent / "pages"

EVERYONE = frozenset(Role)
PANEL = EVERYONE - {Role.COURT_LIAISON}
LEADERS = frozenset({Role.CHAIR, Role.SECRETARY})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the console."""

    name: str
    title: str
    section: str
    roles: frozenset[Role]

    @property
    def path(self) -> Path:
        """File of the page."""
        return PAGES_DIRECTORY / f"{self.name}.py"


PREPARATION = N_("准备")
SAMPLING = N_("登记与抽样")
REVIEW = N_("案卷评查")
SURVEY = N_("问卷调查")
FIELD = N_("座谈与文献")
RESULTS = N_("统计与结论")
REPORTS = N_("报告")
SYSTEM = N_("系统")

PAGES: tuple[Page, ...] = (
    Page("home", N_("工作台"), PREPARATION, EVERYONE),
    Page("framework", N_("评估框架"), PREPARATION, EVERYONE),
    Page("rounds", N_("评估期次"), PREPARATION, EVERYONE),
    Page("courts", N_("参评法院"), PREPARATION, EVERYONE),
    Page("members", N_("评估团成员"), PREPARATION, PANEL),
    Page("register", N_("案件登记"), SAMPLING, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page("plan", N_("抽样方案"), SAMPLING, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page("draw", N_("抽样"), SAMPLING, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page("questionnaires", N_("问卷设计"), SURVEY, PANEL),
    Page("questionnaire_editor", N_("编辑问卷"), SURVEY, PANEL),
    Page("fieldwork", N_("问卷回收"), SURVEY, PANEL),
    Page(
        "survey_analysis",
        N_("问卷分析"),
        SURVEY,
        frozenset({Role.CHAIR, Role.ANALYST, Role.DESIGNER, Role.OBSERVER}),
    ),
    Page(
        "paper_entry",
        N_("纸质问卷录入"),
        SURVEY,
        frozenset({Role.CHAIR, Role.SECRETARY, Role.INTERVIEWER, Role.ANALYST}),
    ),
    Page(
        "response_import",
        N_("外来答卷导入"),
        SURVEY,
        frozenset({Role.CHAIR, Role.ANALYST}),
    ),
    Page(
        "interviews",
        N_("座谈与访谈"),
        FIELD,
        frozenset({Role.INTERVIEWER, Role.SECRETARY, Role.CHAIR, Role.ANALYST, Role.OBSERVER}),
    ),
    Page("evidence", N_("文献证据"), FIELD, EVERYONE - {Role.DESIGNER}),
    Page(
        "court_statistics",
        N_("法院统计"),
        RESULTS,
        LEADERS | {Role.ANALYST, Role.OBSERVER, Role.COURT_LIAISON},
    ),
    Page("results", N_("评估结果"), RESULTS, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page(
        "objectives",
        N_("目标结论"),
        RESULTS,
        EVERYONE - {Role.DESIGNER, Role.COURT_LIAISON},
    ),
    Page("case_files", N_("调卷"), REVIEW, LEADERS | {Role.COURT_LIAISON}),
    Page("assignments", N_("评查分派"), REVIEW, LEADERS | {Role.OBSERVER}),
    Page("recusals", N_("回避"), REVIEW, LEADERS | {Role.OBSERVER}),
    Page("my_reviews", N_("我的评查"), REVIEW, frozenset({Role.REVIEWER, Role.CHAIR})),
    Page("review_form", N_("案卷评查表"), REVIEW, frozenset({Role.REVIEWER, Role.CHAIR})),
    Page("packets", N_("离线评查"), REVIEW, frozenset({Role.REVIEWER})),
    Page("adjudication", N_("分歧裁定"), REVIEW, LEADERS | {Role.REVIEWER, Role.OBSERVER}),
    Page("agreement", N_("一致性"), REVIEW, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page("review_results", N_("评查结果"), REVIEW, LEADERS | {Role.ANALYST, Role.OBSERVER}),
    Page(
        "report_narrative",
        N_("报告文字"),
        REPORTS,
        frozenset({Role.CHAIR, Role.ANALYST, Role.SECRETARY, Role.OBSERVER}),
    ),
    Page(
        "report_replies",
        N_("法院核对意见"),
        REPORTS,
        frozenset({Role.CHAIR, Role.ANALYST, Role.SECRETARY, Role.OBSERVER, Role.COURT_LIAISON}),
    ),
    Page(
        "reports",
        N_("报告"),
        REPORTS,
        frozenset({Role.CHAIR, Role.ANALYST, Role.SECRETARY, Role.OBSERVER, Role.REVIEWER}),
    ),
    Page("accounts", N_("账户"), SYSTEM, frozenset({Role.CHAIR, Role.SECRETARY, Role.OBSERVER})),
    Page("trail", N_("操作留痕"), SYSTEM, frozenset({Role.CHAIR, Role.SECRETARY, Role.OBSERVER})),
    Page("my_account", N_("我的账户"), SYSTEM, EVERYONE),
)

SECTIONS: tuple[str, ...] = (
    PREPARATION,
    SAMPLING,
    REVIEW,
    SURVEY,
    FIELD,
    RESULTS,
    REPORTS,
    SYSTEM,
)


def pages_for(actor: Actor) -> dict[str, list[Page]]:
    """Return the pages a person may see, by section; the first page of all is the start."""
    visible: dict[str, list[Page]] = {}
    for section in SECTIONS:
        chosen = [page for page in PAGES if page.section == section and actor.has(*page.roles)]
        if chosen:
            visible[section] = chosen
    return visible
