"""A review written out: the marked-up draft, the review form, the ledger and the data."""

from yugong.review.writing.folder import write_review as write_review
