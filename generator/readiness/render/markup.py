"""Foreign text in a line of plain text, Markdown, HTML or Slack's markup: readable as written, inert where shown."""

import html
import re
from collections.abc import Iterable

from readiness.render.pages.inert import visible

_MARKS = re.compile(r"[\\`*\[\]<>|~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|^(?:[#+=-]|\d+(?=[.)](?:\s|$)))")
"""What Markdown acts on: signs, an entity, `_` at the edge of a word, and what begins a list, heading or rule."""
_ACTING = re.compile(r"@(?=\w)|#(?=\d)|(?i:GH)-(?=\d)|:(?=[a-z\d_+-]+:|//)|www(?=\.)|\$")
"""`@name`, `#1`, `GH-1`, `:emoji:`, an address, `$math$`: GitHub reads them out of what is shown, escaped or not."""


class Plain:
    """One kind of markup; this one is plain text."""

    bullet = "- "

    def text(self, text: str) -> str:
        """The text in one line, inert."""
        return re.sub(r"[ \t\n]+", " ", visible(text)).strip()

    def strong(self, text: str) -> str:
        """The text, emphasised."""
        return self.text(text)

    def link(self, text: str, url: str) -> str:
        """The text, leading to an address of ours."""
        return f"{self.text(text)}: {url}"

    def image(self, text: str, url: str, to: str) -> str:
        """A picture of ours that leads somewhere; empty where there are no pictures."""
        return ""

    def paragraph(self, line: str) -> str:
        """A line, already marked up, on its own."""
        return f"{line}\n\n"

    def items(self, lines: Iterable[str]) -> str:
        """Lines, already marked up, as a list."""
        return "".join(f"{self.bullet}{line}\n" for line in lines) + "\n"

    def section(self, title: str, lines: Iterable[str]) -> str:
        """A title, and lines that are marked up already as a list below it."""
        return self.paragraph(self.strong(title)) + self.items(lines)


class Markdown(Plain):
    """GitHub's Markdown."""

    def text(self, text: str) -> str:
        """Escaped where a renderer, or GitHub itself, would act on it."""
        return _MARKS.sub(_escaped, _ACTING.sub("\\g<0>\0", super().text(text))).replace("\0", "<wbr>")

    def strong(self, text: str) -> str:
        """Between two pairs of asterisks."""
        return f"**{self.text(text)}**"

    def link(self, text: str, url: str) -> str:
        """`[text](url)`."""
        return f"[{self.text(text)}]({_address(url)})"

    def image(self, text: str, url: str, to: str) -> str:
        """`[![text](url)](to)`."""
        return f"[![{self.text(text)}]({_address(url)})]({_address(to)})"


class Html(Plain):
    """HTML without a document around it."""

    def text(self, text: str) -> str:
        """As character references, where needed."""
        return html.escape(super().text(text))

    def strong(self, text: str) -> str:
        """`<strong>`."""
        return f"<strong>{self.text(text)}</strong>"

    def link(self, text: str, url: str) -> str:
        """`<a>`."""
        return f'<a href="{html.escape(url)}">{self.text(text)}</a>'

    def image(self, text: str, url: str, to: str) -> str:
        """`<a><img></a>`."""
        return f'<a href="{html.escape(to)}"><img src="{html.escape(url)}" alt="{self.text(text)}"></a>'

    def paragraph(self, line: str) -> str:
        """`<p>`."""
        return f"<p>{line}</p>\n"

    def items(self, lines: Iterable[str]) -> str:
        """`<ul>`."""
        return "".join(("<ul>\n", *(f"<li>{line}</li>\n" for line in lines), "</ul>\n"))


class Slack(Plain):
    """What Slack calls mrkdwn."""

    bullet = "• "

    def text(self, text: str) -> str:
        """With the three signs escaped that Slack acts on."""
        return html.escape(super().text(text), quote=False)

    def strong(self, text: str) -> str:
        """Between asterisks; asterisks within end it, and are left out."""
        return f"*{self.text(text).replace('*', '')}*"

    def link(self, text: str, url: str) -> str:
        """`<url|text>`."""
        return f"<{self.text(url)}|{self.text(text).replace('|', '¦')}>"


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in "&<>":
        return html.escape(sign)
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _address(url: str) -> str:
    return f"<{url}>" if re.search(r"[\s()]", url) else url
