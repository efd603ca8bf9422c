"""What is met in an Excel file and not read, or may not show, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass

from hitl.text import count


@dataclass
class Unread:
    """What is met and not read."""

    sheets: int = 0
    rows: int = 0
    columns: int = 0
    formulas: int = 0
    charts: int = 0
    comments: int = 0
    unseen: int = 0
    """Cells that do not show, by their colours or their format."""
    doubtful: int = 0
    """Cells that are read, although only a rule or the style of a table can let them show."""

    def remarks(self) -> tuple[str, ...]:
        without_result = "has no stored result" if self.formulas == 1 else "have no stored result"
        said = (
            (self.sheets, _hidden(self.sheets, "sheet")),
            (self.rows, _hidden(self.rows, "row")),
            (self.columns, _hidden(self.columns, "column")),
            (self.charts, _not_read(self.charts, "chart")),
            (self.comments, _not_read(self.comments, "comment")),
            (self.unseen, _not_read(self.unseen, "cell", " that the file does not let show")),
            (self.doubtful, _doubtful(self.doubtful)),
            (
                self.formulas,
                f"{count(self.formulas, 'formula')} {without_result}: open the file in a spreadsheet program, save it, "
                "and add it again.",
            ),
        )
        return tuple(sentence for number, sentence in said if number)


def _hidden(number: int, noun: str) -> str:
    are, them = ("is", "it") if number == 1 else ("are", "them")
    return (
        f"{count(number, f'hidden {noun}')} {are} not read: unhide {them}, and add the file again, to have {them} read."
    )


def _not_read(number: int, noun: str, which: str = "") -> str:
    are, them = ("is", "it") if number == 1 else ("are", "them")
    return f"{count(number, noun)}{which} {are} not read: look at {them} in the file."


def _doubtful(number: int) -> str:
    are, them = ("is", "it") if number == 1 else ("are", "them")
    return f"{count(number, 'cell')} {are} read that may not show, by the colour: look at {them} in the file."
