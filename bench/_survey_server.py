"""The public questionnaires alone, without limits of pace, for `bench/surveys.py`."""

from starlette.applications import Starlette
from starlette.routing import Mount

from evaluation.web.surveys import PublicSurveys

app = Starlette(routes=[Mount("/s", PublicSurveys(unlimited=True))])
