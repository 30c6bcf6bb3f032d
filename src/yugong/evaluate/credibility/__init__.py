"""The credibility card: fixed, published rules that light each part of an evaluation, and cap what may be said."""
