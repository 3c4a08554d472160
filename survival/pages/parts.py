"""What a page loads only when a reader asks: a part for each machine that is not its first choice.

A part is a <template> at the end of the page, with every panel and every number of the text on one
machine, and the cards behind them. The pass over the built site makes a file of it, so that the
weight of a page does not grow with each machine. Until then it waits in a folder, if the extension
is told one: builders keep all pages in memory, and look through each of them again and again.
Elsewhere it stays where it is. The page's script takes it from either place.

All sizes of an example, which are folded on the page, are such a part too: all-EXAMPLE.html.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from survival import catalog, system
from survival.judge.evidence import Evidence
from survival.pages.cards import Island
from survival.pages.render import render

ALL = "all-"
"""How the name of a part begins that holds all sizes of an example, and is of no machine."""


def href(folder: str) -> str:
    """The file of a machine's part, beside that of the page, so that links in it lead as there."""
    return f"{folder}.html" if folder.startswith(ALL) else f"on-{folder}.html"


@dataclass(frozen=True)
class Word:
    """A number in the running text."""

    asked: str
    """As the author wrote it, without its brackets."""
    said: dict[str, Markup]
    """What it is on each machine that has measured it, by folder."""
    shown: str
    """The folder of the machine whose number is on the page; empty if it is none's."""


@dataclass
class Parts:
    """The parts of one page, collected while it is converted."""

    panels: dict[str, dict[str, Markup]] = field(default_factory=dict)
    """By folder, panels of tabs by their id."""
    words: list[Word] = field(default_factory=list)
    folded: dict[str, tuple[str, Markup]] = field(default_factory=dict)
    """By name, what is loaded when it is opened: what it is called, and its body."""

    def fold(self, name: str, title: str, label: str, body: Markup) -> Markup:
        """A folded line in the body's place, which is also a link to where that is."""
        self.folded[name] = (label, body)
        return render("folded", name=name, title=title, href=href(name))

    def move(self, folder: str, ident: str, label: str, body: Markup) -> Markup:
        """What stands in a panel's place: a link to where its body is."""
        self.panels.setdefault(folder, {})[ident] = body
        return render("moved", ident=ident, label=label, href=f"{href(folder)}#{ident}")

    def word(self, asked: str, html: Markup, said: dict[str, Markup]) -> Markup:
        """A number in the text, which the reader's choice of a machine switches."""
        shown = next((folder for folder, other in said.items() if other == html), "")
        self.words.append(Word(asked, said, shown))
        return render("choice", said=html, index=len(self.words) - 1, machine=shown)

    def folders(self, order: Iterable[str]) -> list[str]:
        """The machines that have a part."""
        said = {folder for w in self.words for folder in w.said if folder != w.shown}
        return [folder for folder in order if folder in said | self.panels.keys()]

    def html(self, evidence: Evidence, to_root: str, waiting: Path | None) -> Iterator[Markup]:
        """Every part, its links leading from where the page lies; what it holds is in `waiting`.

        That is a folder for this page's, in the repository; None leaves it on the page.
        """
        labels = evidence.labels()
        every = [
            (f, labels[f], self._body(f, Island(evidence, to_root))) for f in self.folders(labels)
        ]
        for name, (label, body) in self.folded.items():
            island = Island(evidence, to_root)
            linked = {name: Markup(island.link(body))}
            whole = render("part_body", panels=linked, words=[], island=island.html())
            every.append((name, label, whole))
        for folder, label, body in every:
            kept = ""
            if waiting is not None:
                kept = (waiting / href(folder)).relative_to(catalog.ROOT).as_posix()
                system.write(waiting / href(folder), body)
                body = Markup()
            yield render("part", folder=folder, label=label, kept=kept, body=body)

    def _body(self, folder: str, island: Island) -> Markup:
        panels = self.panels.get(folder, {})
        return render(
            "part_body",
            panels={ident: Markup(island.link(body)) for ident, body in panels.items()},
            words=[
                (index, word.asked, Markup(island.link(word.said[folder])))
                for index, word in enumerate(self.words)
                if folder in word.said and folder != word.shown
            ],
            island=island.html(),
        )
