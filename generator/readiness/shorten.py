"""One way to show a long name: it stays itself in every key, and only what is shown is cut."""

CELL, NAME, LINE = 300, 1_000, 4_000
"""Characters of a cell of a table in a terminal, of a name or title, and of anything else that is shown in one line."""


def first_line(text: str) -> str:
    """The first line that says something; empty where none does."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def short(text: str, most: int = LINE) -> str:
    """The text in at most `most` characters: of a longer one its beginning and its end, where namesakes differ."""
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end - 1]}…{text[-end:]}"
