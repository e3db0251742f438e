"""The nouns of the knowledge base."""

from kb.models.articles import ArticlePage, FaqPage, MaintenancePage, RelatedArticle
from kb.models.base import Audience, Phase
from kb.models.care import ExternalAddress
from kb.models.exchange import ExchangeJob
from kb.models.feedback import ArticleViews, ArticleVote, FixSubscription, VoteReason
from kb.models.imports import ImportedArticle
from kb.models.meaning import ArticleVector
from kb.models.moderation import FourEyesTask
from kb.models.order_help import OrderHelp
from kb.models.pages import CategoryPage, HelpIndexPage
from kb.models.parts import SparePart
from kb.models.policies import PolicyKind, PolicyPage, PolicyVersion
from kb.models.products import MaintenanceTask, Product, ProductKind, ProductSpecification
from kb.models.reading import ReadArticle, RecentSearch
from kb.models.recommendations import CoReading, ReadShare, SourceLift
from kb.models.search import IndexRequest, PhraseMatching, SearchPromotion, Synonym
from kb.models.search_log import SearchLogClick, SearchLogEntry
from kb.models.texts import ReusableText
from kb.models.translations import TranslationRecord

__all__ = [
    "ArticlePage",
    "ArticleVector",
    "ArticleViews",
    "ArticleVote",
    "Audience",
    "CategoryPage",
    "CoReading",
    "ExchangeJob",
    "ExternalAddress",
    "FaqPage",
    "FixSubscription",
    "FourEyesTask",
    "HelpIndexPage",
    "ImportedArticle",
    "IndexRequest",
    "MaintenancePage",
    "MaintenanceTask",
    "OrderHelp",
    "Phase",
    "PhraseMatching",
    "PolicyKind",
    "PolicyPage",
    "PolicyVersion",
    "Product",
    "ProductKind",
    "ProductSpecification",
    "ReadArticle",
    "ReadShare",
    "RecentSearch",
    "RelatedArticle",
    "ReusableText",
    "SearchLogClick",
    "SearchLogEntry",
    "SearchPromotion",
    "SourceLift",
    "SparePart",
    "Synonym",
    "TranslationRecord",
    "VoteReason",
]
