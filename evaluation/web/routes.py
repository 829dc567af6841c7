"""What ``streamlit_app.py`` mounts beside the console: gate, sign-in, public site, lifespan."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from evaluation.language import _
from evaluation.services import access, installation, job_kinds, jobs
from evaluation.web import (
    draw_files,
    questionnaires,
    reports,
    reviews,
    sign_in,
    survey_files,
)
from evaluation.web.gate import Gate
from evaluation.web.public import EXCEPTION_HANDLERS, public_routes

logger = logging.getLogger("hengping")

MIDDLEWARE = [Middleware(Gate)]
HANDLERS = EXCEPTION_HANDLERS


def routes() -> Sequence[BaseRoute]:
    """Return every route of our own: public ones, sign-in, protected files."""
    return [
        *sign_in.ROUTES,
        *public_routes(),
        *survey_files.signed_in_routes(),
        *questionnaires.signed_in_routes(),
        *reports.signed_in_routes(),
        *draw_files.signed_in_routes(),
        *reviews.ROUTES,
    ]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any] | None]:
    """Prepare the database, start the job worker of this process, stop it at the end."""
    await run_in_threadpool(installation.prepare)
    if not await run_in_threadpool(access.has_accounts):
        code = await run_in_threadpool(sign_in.setup_code)
        logger.warning(_("首次启用：从其他电脑打开时需要启用码 %s"), code)
    job_kinds.register()
    stop = jobs.start_worker_thread()
    try:
        yield None
    finally:
        stop.set()
