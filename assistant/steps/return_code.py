"""The return code: the only way back to an interview, known to nobody but the participant.

80 random bits in Crockford's base 32 (no I, L, O, U; https://www.crockford.com/base32.html), read
and typed without care for case, spaces or dashes. Only its scrypt hash is kept. The salt is fixed
because the hash must be found by the code alone; with 80 random bits no table can be made of it.
"""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16
_READ_AS = str.maketrans("ILO", "110", " -\u2010\u2011\u2013.")
_SALT = b"lange-adem return code v1"
# Hashed in place of what cannot be a code, so that it takes as long as a wrong one.
_NO_CODE = "0" * (_LENGTH + 1)


def new_code() -> str:
    """A new code as it is shown: four groups of four, e.g. `7K3M-Q2WX-9F4T-B6HD`."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(drawn[i : i + 4] for i in range(0, _LENGTH, 4))


def as_shown(code: str) -> str:
    """A code in its four groups, however it was typed."""
    read = code[:200].upper().translate(_READ_AS)
    return "-".join(read[i : i + 4] for i in range(0, len(read), 4))


def hashed(code: str) -> str:
    """The hash by which a code is found. Takes the same time for any text, code or not."""
    read = code[:200].upper().translate(_READ_AS)
    is_code = len(read) == _LENGTH and all(character in _ALPHABET for character in read)
    text = read if is_code else _NO_CODE
    return hashlib.scrypt(text.encode(), salt=_SALT, n=2**13, r=8, p=1).hex()


def hashed_browser_key(key: str) -> str:
    """The hash of the random key in a browser's cookie; long enough not to need a slow hash."""
    return hashlib.sha256(b"lange-adem browser v1:" + key.encode("utf-8", "replace")).hexdigest()
