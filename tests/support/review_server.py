"""The saving address of the review form alone, for a process that tests kill."""

from __future__ import annotations

from starlette.applications import Starlette

from evaluation.web import reviews

app = Starlette(routes=reviews.ROUTES)
