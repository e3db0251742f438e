"""The one thing asked of a model of meaning: texts in, vectors out. Which model it is, a setting says."""

from functools import cache
from typing import Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class EmbedderFailed(Exception):
    """The model is not installed, cannot be loaded, or gave no answer; the message is for the operator."""


class Embedder(Protocol):
    """A model that puts texts of like meaning near one another, whatever words they use.

    Vectors have length 1, so their product is the cosine. `name` tells model and version apart: vectors of two names
    are never compared. Calls may take long and need not be safe for threads; whoever asks sees to both.
    Errors  EmbedderFailed, nothing else.
    """

    @property
    def name(self) -> str: ...

    def embed_query(self, text: str) -> Vector:
        """Return the vector of what a reader asks."""

    def embed_passage(self, text: str) -> Vector:
        """Return the vector of a page's text."""


def is_switched_on() -> bool:
    """Say whether the operator wants the model (setting SEMANTIC)."""
    return bool(settings.SEMANTIC)


@cache
def the_embedder() -> Embedder:
    """Return the model of this process, loaded once. Errors: EmbedderFailed; a later call tries again."""
    try:
        embedder: Embedder = import_string(settings.SEMANTIC_EMBEDDER)()
    except ImportError as error:
        raise EmbedderFailed(f"{settings.SEMANTIC_EMBEDDER} cannot be imported: {error}") from error
    return embedder
