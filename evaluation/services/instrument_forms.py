"""The panel's own instruments as questionnaires: review form, evidence rating, interview guides.

No database: what ships with the framework, written as `evaluation.domain.instruments` does.
"""

from __future__ import annotations

from evaluation.domain import checklist_loader, framework_loader, instruments
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services.review_plans import bundled_text
from reports import pdf
from surveys.schema import Questionnaire
from surveys.web.paper import render_paper

REVIEW, EVIDENCE = "review", "evidence"


def names(framework_code: str = framework_loader.DEFAULT_FRAMEWORK) -> list[str]:
    """List what can be asked for: the two forms and the codes of the interview guides."""
    guides = framework_loader.load_bundled(framework_code).guides
    return [REVIEW, EVIDENCE, *(guide.id for guide in guides)]


def form_of(name: str, framework_code: str = framework_loader.DEFAULT_FRAMEWORK) -> Questionnaire:
    """Write one instrument as a questionnaire.

    Raises
    ------
    InvalidInput
        If there is no such instrument; the error lists what there is.
    """
    if name == REVIEW:
        return instruments.review_form(checklist_loader.load(bundled_text(framework_code)))
    framework = framework_loader.load_bundled(framework_code)
    if name == EVIDENCE:
        return instruments.evidence_form(framework.evidence)
    for guide in framework.guides:
        if guide.id == name:
            return instruments.interview_form(guide)
    raise InvalidInput(
        _("没有“{name}”这种表。").format(name=name),
        remedy=_("可用：{names}。").format(names="、".join(names(framework_code))),
    )


def paper_of(questionnaire: Questionnaire) -> bytes:
    """Print a questionnaire as a paper form with item codes, as PDF."""
    return pdf.render(render_paper(questionnaire))
