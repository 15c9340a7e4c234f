"""One-time codes (RFC 6238: SHA-1, six digits, thirty seconds), worked out independently of the product."""

import base64
import hashlib
import hmac
import struct
import time


def code(secret, at=None):
    """The code that an authenticator app shows at a moment, of a secret in base32."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class App:
    """An authenticator app that never shows a code twice: it waits for the next one instead."""

    def __init__(self, secret):
        self.secret = secret
        self.last = None

    def code(self):
        # A step ahead is as good (one step either way), so there is mostly nothing to wait for.
        while True:
            now = time.time()
            for step in (0, 30, -30):
                fresh = int((now + step) // 30)
                if self.last is None or fresh > self.last:
                    self.last = fresh
                    return code(self.secret, now + step)
            time.sleep(0.5)
