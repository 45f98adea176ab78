"""How accounts' keys are kept in the database: encrypted, so that a backup alone opens nothing at 8x8.

What encrypts is made from SENDERDESK_SEAL_KEY, anew for each account: a row that is copied to another account cannot be
opened there. Earlier values of that setting still open what they closed, until it was closed anew.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import DeskError

_PURPOSE = b"senderdesk account key "
_FERNET_BYTES = 32


class NoVault(DeskError):
    """Keys cannot be kept here yet: SENDERDESK_SEAL_KEY is not set. Ask whoever runs the desk to set it, then try again."""  # noqa: E501


class Vault:
    """Closes keys with the first secret, and opens what any of them closed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __repr__(self) -> str:
        return f"Vault({len(self._secrets)} secrets)"

    @property
    def is_there(self) -> bool:
        """Whether anything can be kept."""
        return bool(self._secrets)

    def close(self, account_id: str, key: str) -> str:
        """The key as the database keeps it. Raises NoVault."""
        if not self._secrets:
            raise NoVault
        return _fernet(self._secrets[0], account_id).encrypt(key.encode()).decode()

    def open(self, account_id: str, kept: str) -> str | None:
        """The key; None when none of our secrets closed it, for this account."""
        try:
            return self._all(account_id).decrypt(kept.encode()).decode() if self._secrets else None
        except InvalidToken:
            return None

    def is_current(self, account_id: str, kept: str) -> bool:
        """Whether the first secret opens it, so that the earlier ones are not needed for it."""
        return Vault(self._secrets[:1]).open(account_id, kept) is not None

    def _all(self, account_id: str) -> MultiFernet:
        return MultiFernet([_fernet(secret, account_id) for secret in self._secrets])


def _fernet(secret: str, account_id: str) -> Fernet:
    """The cipher of one account. The secret has entropy enough (openssl rand -hex 32), so it is not stretched."""
    made = HKDF(SHA256(), _FERNET_BYTES, salt=None, info=_PURPOSE + account_id.encode())
    return Fernet(base64.urlsafe_b64encode(made.derive(secret.encode())))
