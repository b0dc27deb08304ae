import base64
import binascii
import hashlib
import zlib

from remotemedia.core.node import Node


class FingerprintNode(Node):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.chain = hashlib.sha256()

    def process(self, data):
        raw = data.encode("utf-8")
        self.chain.update(raw)
        encoded = base64.b64encode(raw).decode("ascii")
        assert base64.b64decode(encoded) == raw
        return {
            "bytes": len(raw),
            "sha1": hashlib.sha1(raw).hexdigest(),
            "md5": hashlib.md5(raw).hexdigest()[:8],
            "base64": encoded,
            "hex": binascii.hexlify(raw[:4]).decode(),
            "crc": zlib.crc32(raw),
            "chain": self.chain.hexdigest()[:16],
        }
