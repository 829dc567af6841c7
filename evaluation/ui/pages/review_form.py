"""The review of one file: declaration, form, handing in."""

import streamlit as st

from evaluation.domain.review import AttemptState
from evaluation.language import _
from evaluation.services import reviews
from evaluation.ui import session
from evaluation.ui.components import review_desk, review_form

actor = session.current_actor()
number = st.query_params.get("attempt", "")
if not number.isdigit():
    st.title(_("案卷评查表"))
    st.info(_("请从“我的评查”打开案卷。"))
    st.page_link(review_desk.DESK_PAGE, label=_("前往“我的评查”"))
    st.stop()
view = reviews.read_form(actor, int(number))
if view.state is AttemptState.ATTESTED and not view.must_attest:
    view = reviews.open_form(actor, int(number))
st.title(_("样本{number}　{court}").format(number=view.sample_number, court=view.court))
st.page_link(review_desk.DESK_PAGE, label=_("返回“我的评查”"))
if view.must_attest:
    review_desk.declaration(actor, view)
elif view.state is AttemptState.ASSIGNED:
    st.info(_("请等主评作出声明并打开案卷后共同复核。"))
elif view.state is AttemptState.OPEN:
    review_form.show(view)
    review_desk.hand_in(actor, view)
    review_desk.conflict(actor, view)
else:
    review_desk.submitted(actor, view)
