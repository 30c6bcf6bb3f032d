"""The chapters of the report on a study: each computes, writes its tables and figures, and says what it found."""
