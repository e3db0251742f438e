"""What an author can place in an article; one file for each group of blocks."""

from kb.blocks.body import ArticleBodyBlock, ArticleContentBlock
from kb.blocks.headed import HeadedBlock
from kb.blocks.loading import load_references
from kb.blocks.media import PlainTableBlock
from kb.blocks.steps import StepsBlock

__all__ = ["ArticleBodyBlock", "ArticleContentBlock", "HeadedBlock", "PlainTableBlock", "StepsBlock", "load_references"]
