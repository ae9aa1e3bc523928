"""Password hashes (Argon2id) and tokens; nothing else may make or check either."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
STRONG = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
FAST = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def hash_password(password: str, *, fast: bool = False) -> str:
    """An Argon2id hash in PHC text form. `fast` is for tests and demo sites only."""
    return (FAST if fast else STRONG).hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return STRONG.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    """A one-time password of about 95 random bits."""
    return secrets.token_urlsafe(12)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
