"""Print how often recommendations are right on readings that were held out."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from kb.recommendations.counting import kept_histories, products_of_articles, topics_of_articles
from kb.recommendations.learning import K
from kb.recommendations.measuring.evaluation import Hits, evaluate
from kb.recommendations.measuring.planted import make_world

# Fewer say more about chance; and who they are could be guessed from what they read.
LEAST_READERS = 10 * K


class Command(BaseCommand):
    """Thin shell over kb.recommendations.measuring."""

    help = "Prints hit@5 of recommendations, of popularity and of chance, on the last article of held-out readers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, action="append", default=[], help="may be given again; 1, 2 and 3 if not"
        )
        parser.add_argument("--articles", type=int, default=400, help="of the made-up help centre")
        parser.add_argument("--readers", type=int, default=20_000, help="of it; one of five is held out")
        parser.add_argument(
            "--stored", action="store_true", help="the histories that readers allow to be kept, not made-up ones"
        )

    def handle(self, *args: str, seed: list[int], articles: int, readers: int, stored: bool, **options: object) -> None:
        """Print one line for each seed and world. Errors: CommandError for too few readers or articles."""
        if readers < LEAST_READERS or articles < K:
            raise CommandError(f"This needs {LEAST_READERS} readers and {K} articles at least.")
        self.stdout.write(
            f"{'seed':>6}  {'readings':<26} {'held out':>8} {'ours':>6} {'popular':>8} {'chance':>7} {'ratio':>6}"
        )
        for one in seed or [1, 2, 3]:
            if stored:
                self._print(one, "kept histories", self._of_stored(one))
                continue
            for name, has_structure in (("with planted structure", True), ("without it", False)):
                world = make_world(seed=one, articles=articles, readers=readers, has_structure=has_structure)
                hits = evaluate(world.histories, products_of=world.products_of, topics_of=world.topics_of, seed=one)
                self._print(one, name, hits)

    def _of_stored(self, seed: int) -> Hits:
        histories = list(kept_histories().values())
        if len(histories) < LEAST_READERS:
            raise CommandError(f"Only {len(histories)} readers let their history be kept; this needs {LEAST_READERS}.")
        return evaluate(histories, products_of=products_of_articles(), topics_of=topics_of_articles(), seed=seed)

    def _print(self, seed: int, name: str, hits: Hits) -> None:
        self.stdout.write(
            f"{seed:>6}  {name:<26} {hits.readings:>8} {hits.ours:>6.3f} {hits.popularity:>8.3f} {hits.random:>7.3f} "
            f"{hits.ratio:>6.2f}"
        )
