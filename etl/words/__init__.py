"""The one writer of numbers, names and texts, in both languages."""
