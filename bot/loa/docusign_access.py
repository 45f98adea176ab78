"""How the desk is let in at DocuSign: a JWT grant, signed with the app's key; its token; and the account's address."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import jwt
from pydantic import SecretStr

from bot.delivery.asking import Answer, NoAnswer, ask
from bot.loa.docusign_errors import Away, LockedOut, Unreadable, meaning, no_token

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPES = "signature impersonation"
_LIFE = timedelta(hours=1)
_EARLY = timedelta(minutes=5)
"""A token is renewed so long before it ends."""
_MOST_BYTES = 200_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Credentials:
    """Who the desk is at DocuSign. ``private_key`` is a PEM, or the path of a file with one.

    ``account_id`` is empty for the user's default account; ``back`` is where a browser goes after consent was given.
    """

    account_url: str
    integration_key: str
    user_id: str
    private_key: SecretStr
    account_id: str = ""
    back: str = "https://www.docusign.com"

    @property
    def consent_address(self) -> str:
        """Where an administrator agrees, once, that the desk acts for the user."""
        asked = {
            "response_type": "code",
            "scope": _SCOPES,
            "client_id": self.integration_key,
            "redirect_uri": self.back,
        }
        return f"{self.account_url.rstrip('/')}/oauth/auth?{urlencode(asked)}"

    def pem(self) -> str:
        """The key itself. Raises LockedOut."""
        said = self.private_key.get_secret_value().strip()
        if said.startswith("-----BEGIN"):
            return said.replace("\\n", "\n")
        try:
            return Path(said).read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise LockedOut("the file that DOCUSIGN_PRIVATE_KEY names cannot be read") from error


@dataclass(frozen=True)
class Account:
    """An account that the user has: its id, its name, and the address of its API."""

    id: str
    name: str
    base: str


@dataclass
class Access:
    """Lets calls in. Tokens are kept in memory alone: each process has its own."""

    http: aiohttp.ClientSession
    credentials: Credentials
    clock: Callable[[], datetime]
    seconds: float = 20
    _token: str = field(default="", repr=False)
    _until: datetime | None = None
    _account: Account | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """One that is good now. Raises ConsentNeeded, LockedOut, Away."""
        async with self._lock:
            if self._until is None or self.clock() >= self._until - _EARLY:
                await self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """DocuSign does not take this one any more; where its API is, is asked again too."""
        if token == self._token:
            self._until = self._account = None

    async def account(self) -> Account:
        """The account that letters are signed in. Raises as ``token`` does."""
        if self._account is None:
            answer = await self._ask("GET", "/oauth/userinfo", token=await self.token())
            if not answer.ok:
                raise meaning(answer, changes=False, now=self.clock())
            self._account = _chosen(answer, self.credentials.account_id)
        return self._account

    async def _renew(self) -> None:
        form = {"grant_type": _GRANT, "assertion": self._assertion()}
        answer = await self._ask("POST", "/oauth/token", data=form)
        if not answer.ok:
            raise no_token(answer, self.credentials.consent_address, self.clock())
        said = answer.object() or {}
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise Unreadable("a token without access_token and expires_in")
        self._token, self._until = token, self.clock() + timedelta(seconds=seconds)

    def _assertion(self) -> str:
        """Who we are, for whom, and until when, signed."""
        now, own = self.clock(), self.credentials
        claims = {
            "iss": own.integration_key,
            "sub": own.user_id,
            "aud": urlsplit(own.account_url).netloc,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFE).timestamp()),
            "scope": _SCOPES,
        }
        try:
            return jwt.encode(claims, own.pem(), algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError) as error:  # whatever it says may hold a part of the key
            raise LockedOut("DOCUSIGN_PRIVATE_KEY is no RSA private key") from error

    async def _ask(self, method: str, path: str, *, token: str = "", **more: Any) -> Answer:
        url = f"{self.credentials.account_url.rstrip('/')}{path}"
        try:
            return await ask(self.http, method, url, token=token, most_bytes=_MOST_BYTES, seconds=self.seconds, **more)
        except NoAnswer as error:
            raise Away(str(error)) from None


def _chosen(answer: Answer, wanted: str) -> Account:
    """The account of this id, or the user's default one."""
    said = answer.object() or {}
    accounts = [each for each in said.get("accounts") or [] if isinstance(each, dict)]
    mine = [
        each
        for each in accounts
        if (str(each.get("account_id", "")).lower() == wanted.lower() if wanted else each.get("is_default") is True)
    ]
    if not mine:
        has = ", ".join(str(each.get("account_id")) for each in accounts) or "none"
        raise LockedOut(f"the user has no account {wanted}; there are: {has}" if wanted else "the user has no account")
    base = str(mine[0].get("base_uri", ""))
    parts = urlsplit(base)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise LockedOut("its API's address is not https")
    return Account(str(mine[0]["account_id"]), str(mine[0].get("account_name", "")), base.rstrip("/"))
