"""The account server: an app with a key, a person who agreed that it acts for them, and the tokens that it gets."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.sandbox.docusign.answers import ApiError

SCOPES = {"signature", "impersonation"}
LIFE = timedelta(hours=1)


class NoToken(Exception):
    """No token is given; ``str`` is OAuth's code, ``words`` what is said to it."""

    def __init__(self, code: str, words: str = "") -> None:
        self.words = words
        super().__init__(code)


@dataclass(frozen=True)
class KeyPair:
    """The app's keys as PEM: the private one is the desk's."""

    private: str
    public: str


@cache
def key_pair() -> KeyPair:
    """One for all worlds of a process: it takes a tenth of a second to make."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private.decode(), public.decode())


class Tokens:
    """What the account server knows: the app's id and key, the user, whether the user agreed, and its tokens."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.integration_key = "0d0c0516-1111-4222-8333-5e4de12de500"
        self.user_id = "0d0c0516-2222-4222-8333-5e4de12de501"
        self.consent = True
        self.life = LIFE
        self._now = now
        self._known: dict[str, datetime] = {}

    def grant(self, assertion: str, audience: str) -> str:
        """A token for an assertion that the app has really signed, for this server and just now. Raises NoToken."""
        try:
            said = jwt.decode(
                assertion,
                key_pair().public,
                algorithms=["RS256"],
                audience=audience,
                options={"require": ["iss", "sub", "aud", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise NoToken("invalid_grant", "no_valid_keys_or_signatures") from error
        if said["iss"] != self.integration_key:
            raise NoToken("invalid_grant", "issuer_not_found")
        if said["sub"] != self.user_id:
            raise NoToken("invalid_grant", "user_not_found")
        now = self._now().timestamp()
        if not said["iat"] - 60 <= now < said["exp"] <= said["iat"] + LIFE.total_seconds():
            raise NoToken("invalid_grant", "expired_grant")
        if not set(str(said.get("scope", "")).split()) >= SCOPES:
            raise NoToken("invalid_scope")
        if not self.consent:
            raise NoToken("consent_required")
        token = secrets.token_urlsafe(32)
        self._known[token] = self._now() + self.life
        return token

    def check(self, authorization: str) -> None:
        """Raises ApiError unless it is a token that is good now."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or self._known.get(token, self._now()) <= self._now():
            words = "The access token provided is expired, revoked or malformed."
            raise ApiError(401, "AUTHORIZATION_INVALID_TOKEN", words)

    def revoke(self) -> None:
        """No token that was given is good any more."""
        self._known.clear()
