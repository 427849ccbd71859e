"""The text of a file and where in it something stands."""

from bisect import bisect_right

from icsfeed.problems import Place


class PlacedText:
    """The text of a file, and where in it an index stands."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, index: int, length: int = 1) -> Place:
        """Return the place of an index; past the end it is the end of the last line that has something."""
        line = bisect_right(self._starts, min(index, len(self.text))) - 1
        column = min(index, len(self.text)) - self._starts[line]
        if index >= len(self.text):
            while line > 0 and not self.lines[line].strip():
                line -= 1
                column = len(self.lines[line])
        return self.at(line, column, length)

    def at(self, line: int, column: int, length: int = 1) -> Place:
        """Return the place of a line and column, both from 0."""
        source = self.lines[line]
        return Place(file=self.file, line=line + 1, column=column + 1, length=length, source=source)
