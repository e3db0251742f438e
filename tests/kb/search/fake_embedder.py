"""Stands for the model of meaning: words are directions, and a few words of like meaning share a strong one."""

import zlib

import numpy as np

from kb.search.semantic.embedder import EmbedderFailed, Vector
from portal.lib.text import fold

_SAME = {"ngam": "ket", "hoan": "tra", "xai": "dung", "swallow": "jam", "stuck": "jam"}


class FakeEmbedder:
    """A deterministic `Embedder`; counts what it was asked."""

    name = "fake-1"
    asked: list[str] = []

    def embed_query(self, text: str) -> Vector:
        return self._embed(text)

    def embed_passage(self, text: str) -> Vector:
        return self._embed(text)

    def _embed(self, text: str) -> Vector:
        self.asked.append(text)
        vector = np.zeros(64, np.float32)
        for word in fold(text).split():
            meant = _SAME.get(word, word)
            direction = np.random.default_rng(zlib.crc32(meant.encode())).standard_normal(64)
            vector += direction * (5 if meant in _SAME.values() else 1)
        return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


class OtherEmbedder(FakeEmbedder):
    """The next version of the model."""

    name = "fake-2"


class BrokenEmbedder:
    """A model that is not there."""

    def __init__(self) -> None:
        raise EmbedderFailed("the model is missing")
