"""Recusal of level E: the panel and its firms do not answer a survey that excludes them.

Works on what a list of invitations says: names, licence numbers, firms. Whoever opens an open link
declares it with the consent; nothing is asked that could identify a respondent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.member import Background
from evaluation.errors import Fault
from evaluation.language import _
from evaluation.storage.models.member import Member
from evaluation.storage.models.survey import Survey
from evaluation.storage.survey_channels import questionnaire_of

_BETWEEN = re.compile(r"[\s,，、;；/|（）()]+")
_SHORTEST_FIRM = 4


def faults_of_list(session: Session, survey: Survey, lines: Mapping[int, str]) -> list[Fault]:
    """Name the lines of an invitation list that point to the panel or one of its firms."""
    if not questionnaire_of(survey).excludes_panel:
        return []
    persons, firms = _panel(session)
    faults = []
    for place, label in lines.items():
        where = _("第{row}行").format(row=place)
        words = {_plain(word) for word in _BETWEEN.split(label)}
        if words & persons:
            faults.append(
                Fault(
                    where,
                    _("是评估团成员，按回避规定不得作答。"),
                    _("请删去这一行；如是同名的其他人，请改写编号或执业证号。"),
                    "recusal",
                )
            )
        elif any(firm in _plain(label) for firm in firms):
            faults.append(
                Fault(
                    where,
                    _("属于评估团成员所在的律师事务所，按回避规定不得作答。"),
                    _("请删去这一行，并把删减的人数写入抽样说明。"),
                    "recusal",
                )
            )
    return faults


def _panel(session: Session) -> tuple[set[str], set[str]]:
    """Names and licence numbers of present members; firms of those who are lawyers."""
    rows = session.execute(
        select(Member.name, Member.licence_number, Member.organisation, Member.background).where(
            Member.is_active
        )
    ).all()
    persons = {_plain(text) for row in rows for text in row[:2]} - {""}
    firms = {_plain(row[2]) for row in rows if row[3] is Background.LAWYER}
    return persons, {firm for firm in firms if len(firm) >= _SHORTEST_FIRM}


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
