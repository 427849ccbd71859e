"""The code blocks of the README and the guide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.reading import page, pages, readme

_FENCE = re.compile(r"(?:^<!-- (?P<reason>not run.*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A code block.

    Attributes:
        page: A page of the guide, or `README`.
        chapter: The heading above it, of the second level; empty before the first one.
        reason: Why it is not run; empty if it is.
    """

    page: str
    chapter: str
    language: str
    text: str
    reason: str

    @property
    def scene(self) -> str:
        """What is run in one folder: a page of the guide, or a chapter of the README or on khal."""
        return f"{self.page}: {self.chapter}" if self.page in {"README", "formats"} else self.page


def blocks() -> Iterator[Block]:
    """Yield every block in the order of the page."""
    for name in ["README", *pages()]:
        text = readme() if name == "README" else page(name)
        chapter = ""
        for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
            chapter = part.partition("\n")[0].removeprefix("## ") if part.startswith("## ") else ""
            for found in _FENCE.finditer(part):
                yield Block(
                    page=name,
                    chapter=chapter,
                    language=found["language"],
                    text=found["text"],
                    reason=found["reason"] or "",
                )
