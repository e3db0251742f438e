"""The smallest valid votes and wishes."""

from itertools import count

from kb.models import ArticlePage, ArticleVote
from kb.services import feedback

_visitors = count(1)


def make_vote(
    page: ArticlePage, *, helped: bool = True, reason: str = "", comment: str = "", query: str = "", **fields
):
    """The answer of another visitor each time; `fields` (created_at, …) are stored as they are."""
    vote = feedback.record_vote(page=page, visitor_key=f"visitor-{next(_visitors)}", is_helpful=helped, query=query)
    feedback.explain_vote(vote=vote, reason=reason, comment=comment)
    ArticleVote.objects.filter(pk=vote.pk).update(**fields) if fields else None
    return vote


def make_votes(page: ArticlePage, *, yes: int = 0, no: int = 0, **fields):
    for helped in [True] * yes + [False] * no:
        make_vote(page, helped=helped, **fields)


def republish(page: ArticlePage, **changes) -> ArticlePage:
    """Publish `page` anew with `changes`, as an editor does, and return it as it is stored."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)
