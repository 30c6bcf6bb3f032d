"""Rule packs: dated data that say what a draft may not contain, in our own words, with cues to find it."""
