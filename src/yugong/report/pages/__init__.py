"""The report as pages: one layout in one language, written as DOCX and as PDF."""
