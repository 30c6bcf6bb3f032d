"""Drafts read from Word, PDF, Markdown and plain text, with their headings, tables and character positions."""

from yugong.review.document.clauses import Clause as Clause
from yugong.review.document.clauses import clauses as clauses
from yugong.review.document.model import Block as Block
from yugong.review.document.model import Draft as Draft
from yugong.review.document.open import open_draft as open_draft
