"""Machine-made drafts in other languages, marked as such until a person confirms them."""
