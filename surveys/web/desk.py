"""What all public pages share: store, settings, templates, guards."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request

from surveys import access
from surveys.store import Channel, ResponseStore
from surveys.web import security
from surveys.web.rendering import Renderer
from surveys.web.security import FormTokens, ProofOfWork, RateLimiter
from surveys.web.session import Drafts, Visit
from surveys.web.settings import WebSettings


class Desk:
    """What all pages share: store, settings, templates, guards."""

    def __init__(self, store: ResponseStore, settings: WebSettings) -> None:
        self.store = store
        self.settings = settings
        self.render = Renderer(settings)
        self.tokens = FormTokens(settings)
        self.work = ProofOfWork(settings)
        self.limiter = RateLimiter()
        self.drafts = Drafts(store, settings)

    def today(self) -> date:
        """Return the day of answering, in Beijing when the clock says so."""
        return self.settings.now().date()

    async def channel(self, request: Request) -> Channel:
        """Find the channel in the address, or refuse."""
        channel = await self.store.channel(request.path_params["code"])
        if channel is None or not channel.kind.is_answered_online:
            raise security.Refused(404, "not_found")
        return channel

    async def visit(self, request: Request, channel: Channel) -> Visit | None:
        """Find the draft that the cookie leads to."""
        code = self.drafts.resume_code(request, channel.code)
        return await self.drafts.find(channel, code, self.settings.now(), self.today())

    async def form(self, request: Request) -> security.Form:
        """Read a form that came from our own page."""
        security.check_origin(request, self.settings)
        address = security.client_address(request)
        self.limiter.check("pages", address, self.settings.rates.pages)
        return await security.read_form(request, self.settings)

    def check_token(
        self, form: security.Form, channel: Channel, purpose: str, holder: str = ""
    ) -> int:
        """Check the signed state of a form and return its age in seconds."""
        token = security.first(form, security.TOKEN_FIELD)
        return self.tokens.check(token, channel.code, purpose, holder, self.settings.now())

    def token(self, channel: Channel, purpose: str, holder: str = "") -> str:
        """Make the signed state of a form."""
        return self.tokens.issue(channel.code, purpose, holder, self.settings.now())

    async def is_submitted(self, code: str) -> bool:
        """Tell whether the draft of this resume code was handed in."""
        receipt = access.receipt_code(self.settings.secret, code)
        return await self.store.has_receipt(access.receipt_hash(receipt))
