"""The nouns of the knowledge base."""

from kb.models.articles import ArticlePage, FaqPage, MaintenancePage
from kb.models.base import Phase
from kb.models.imports import ImportedArticle
from kb.models.pages import CategoryPage, HelpIndexPage
from kb.models.products import MaintenanceTask, Product, ProductKind, ProductSpecification
from kb.models.search import IndexRequest, Synonym

__all__ = [
    "ArticlePage",
    "CategoryPage",
    "FaqPage",
    "HelpIndexPage",
    "ImportedArticle",
    "IndexRequest",
    "MaintenancePage",
    "MaintenanceTask",
    "Phase",
    "Product",
    "ProductKind",
    "ProductSpecification",
    "Synonym",
]
