"""The one door: the console of the panel and the public site in one process."""

import streamlit as st

from evaluation.web import routes

app = st.App(
    "evaluation/ui/shell/console.py",
    routes=routes.routes(),
    middleware=routes.MIDDLEWARE,
    lifespan=routes.lifespan,
    exception_handlers=routes.HANDLERS,
)
