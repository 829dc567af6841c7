"""The script behind the console: who is signed in, what they may open, the frame of every page."""

import streamlit as st

from evaluation.domain.roles import ROLE_TITLES
from evaluation.language import _
from evaluation.services import installation
from evaluation.ui import navigation, session
from evaluation.ui.components import frame

st.set_page_config(page_title=_("衡评工作台"), layout="wide", initial_sidebar_state="auto")
actor = session.find_actor()
if actor is None:
    frame.signed_out()
    st.stop()

frame.style()
pages = {
    _(section): [st.Page(page.path, title=_(page.title), url_path=page.name) for page in visible]
    for section, visible in navigation.pages_for(actor).items()
}
chosen = st.navigation(pages, position="sidebar", expanded=True)
if installation.is_demonstration():
    frame.demonstration_mark()
titles = "、".join(_(title) for role, title in ROLE_TITLES.items() if role in actor.roles)
frame.who(actor.name, titles)
frame.run(chosen)
