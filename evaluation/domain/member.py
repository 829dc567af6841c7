"""Panel members: backgrounds, undertakings and declared interests, with their levels.

The levels A–E decide what a declared interest does; matching them with case files is
``evaluation.domain.recusal``.
"""

from __future__ import annotations

from enum import StrEnum

from evaluation.language import N_


class Background(StrEnum):
    """The six backgrounds of section 五（一） of the plan."""

    LAWYER = "lawyer"
    STATE_ORGAN = "state_organ"
    SCHOLAR = "scholar"
    MEDIA = "media"
    CORPORATE_COUNSEL = "corporate_counsel"
    PUBLIC = "public"


class UndertakingKind(StrEnum):
    """What a member signs for each round."""

    CONFIDENTIALITY = "confidentiality"
    INDEPENDENCE = "independence"
    NO_CASE_CONTACT = "no_case_contact"


class InterestKind(StrEnum):
    """Interests a member declares."""

    AGENT_IN_CASE = "agent_in_case"
    PARTY_OR_RELATIVE = "party_or_relative"
    OTHER_ROLE_IN_CASE = "other_role_in_case"
    FIRM_ACTS_IN_CASE = "firm_acts_in_case"
    OTHER_MATTER = "other_matter"
    PENDING_BEFORE_JUDGE = "pending_before_judge"
    ADVISER_TO_COURT = "adviser_to_court"
    FEES_FROM_COURT = "fees_from_court"
    FORMER_COURT_STAFF = "former_court_staff"
    RELATIVE_IN_COURT = "relative_in_court"


BACKGROUND_TITLES: dict[Background, str] = {
    Background.LAWYER: N_("律师"),
    Background.STATE_ORGAN: N_("国家机关工作人员"),
    Background.SCHOLAR: N_("专家学者"),
    Background.MEDIA: N_("媒体人士"),
    Background.CORPORATE_COUNSEL: N_("企业法务"),
    Background.PUBLIC: N_("社会公众"),
}
UNDERTAKING_TITLES: dict[UndertakingKind, str] = {
    UndertakingKind.CONFIDENTIALITY: N_("保密承诺"),
    UndertakingKind.INDEPENDENCE: N_("独立公正承诺"),
    UndertakingKind.NO_CASE_CONTACT: N_("不借评估过问个案承诺"),
}
UNDERTAKING_TEXTS: dict[UndertakingKind, str] = {
    UndertakingKind.CONFIDENTIALITY: N_(
        "本人对评估中接触的国家秘密、工作秘密、商业秘密和个人隐私负保密义务；"
        "不拍摄、不复制、不带离案卷；不将评估中获知的信息用于执业或其他用途。"
    ),
    UndertakingKind.INDEPENDENCE: N_(
        "本人独立、客观、公正参加评估，如实申报利害关系，遇有应回避情形主动停止并报告。"
    ),
    UndertakingKind.NO_CASE_CONTACT: N_(
        "本人不借评估之机过问、干预任何具体案件；遇他人请托，如实记录并报告评估组长。"
    ),
}
INTEREST_TITLES: dict[InterestKind, str] = {
    InterestKind.AGENT_IN_CASE: N_("担任过案件的代理人、辩护人"),
    InterestKind.PARTY_OR_RELATIVE: N_("是当事人或与当事人、承办人、代理人有近亲属关系"),
    InterestKind.OTHER_ROLE_IN_CASE: N_(
        "担任过案件的证人、鉴定人、拍卖人、仲裁员、公证员、管理人等"
    ),
    InterestKind.FIRM_ACTS_IN_CASE: N_("所在律师事务所代理过案件"),
    InterestKind.OTHER_MATTER: N_("在其他事务中代理当事人一方或其对方"),
    InterestKind.PENDING_BEFORE_JUDGE: N_("在同一承办人或执行团队有未结案件"),
    InterestKind.ADVISER_TO_COURT: N_("担任参评法院或联动单位的法律顾问"),
    InterestKind.FEES_FROM_COURT: N_("在评估之外从参评法院取得报酬"),
    InterestKind.FORMER_COURT_STAFF: N_("三年内曾在参评法院任职"),
    InterestKind.RELATIVE_IN_COURT: N_("近亲属在参评法院任职"),
}

#: Recusal level of each interest: A absolute, B firm, C relative, D panel.
INTEREST_LEVELS: dict[InterestKind, str] = {
    InterestKind.AGENT_IN_CASE: "A",
    InterestKind.PARTY_OR_RELATIVE: "A",
    InterestKind.OTHER_ROLE_IN_CASE: "A",
    InterestKind.FIRM_ACTS_IN_CASE: "B",
    InterestKind.OTHER_MATTER: "C",
    InterestKind.PENDING_BEFORE_JUDGE: "C",
    InterestKind.ADVISER_TO_COURT: "D",
    InterestKind.FEES_FROM_COURT: "D",
    InterestKind.FORMER_COURT_STAFF: "D",
    InterestKind.RELATIVE_IN_COURT: "D",
}

#: Interests that shut a member out of a whole court.
COURT_LEVEL_INTERESTS = frozenset(kind for kind, level in INTEREST_LEVELS.items() if level == "D")
