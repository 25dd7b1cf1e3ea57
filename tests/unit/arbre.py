"""Un arbre HTML minimal, pour lire une page comme le navigateur sans en lancer un."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VIDES = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle"}
)
SE_FERMENT = {"li": {"li"}, "option": {"option"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}}


@dataclass(eq=False)
class Element:
    nom: str
    attributs: dict[str, str] = field(default_factory=dict)
    enfants: list[Element | str] = field(default_factory=list)
    parent: Element | None = field(default=None, repr=False)

    def __getitem__(self, attribut: str) -> str:
        return self.attributs.get(attribut, "")

    def tous(self, *noms: str) -> Iterator[Element]:
        for enfant in self.enfants:
            if isinstance(enfant, Element):
                if not noms or enfant.nom in noms:
                    yield enfant
                yield from enfant.tous(*noms)

    def par_id(self, identifiant: str) -> Element | None:
        return next((element for element in self.tous() if element["id"] == identifiant), None)

    def ancetres(self) -> Iterator[Element]:
        courant = self.parent
        while courant is not None:
            yield courant
            courant = courant.parent

    @property
    def brut(self) -> str:
        return "".join(e if isinstance(e, str) else e.brut for e in self.enfants)

    @property
    def texte(self) -> str:
        """Les blancs ordinaires réunis ; l'espace insécable est gardée, elle fait partie du texte."""
        return " ".join(self.brut.replace("\xa0", "\0").split()).replace("\0", "\xa0")

    def forme(self) -> object:
        """Ce qui se compare entre deux rendus : le jeton, tiré à chaque page, et les blancs n'en sont pas."""
        if self["name"] == "jeton_csrf":
            return ("jeton",)
        enfants: list[object] = []
        for enfant in self.enfants:
            if isinstance(enfant, Element):
                enfants.append(enfant.forme())
            elif morceau := " ".join(enfant.split()):
                enfants.append(morceau)
        return (self.nom, tuple(sorted(self.attributs.items())), tuple(enfants))


def lire_html(html: str) -> Element:
    lecteur = _Lecteur()
    lecteur.feed(html)
    lecteur.close()
    return lecteur.racine


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.racine = Element("#page")
        self._courant = self.racine

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._courant.nom in SE_FERMENT.get(tag, ()):
            self._remonter(self._courant)
        double = [nom for nom, _ in attrs if [n for n, _ in attrs].count(nom) > 1]
        assert not double, f"<{tag}> a deux fois {double}"
        element = Element(tag, {nom: valeur or "" for nom, valeur in attrs}, parent=self._courant)
        self._courant.enfants.append(element)
        if tag not in VIDES:
            self._courant = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VIDES:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VIDES:
            return
        ouverts = [self._courant, *self._courant.ancetres()]
        trouve = next((element for element in ouverts if element.nom == tag), None)
        assert trouve is not None, f"</{tag}> ne ferme rien"
        self._remonter(trouve)

    def handle_data(self, data: str) -> None:
        self._courant.enfants.append(data)

    def _remonter(self, element: Element) -> None:
        assert element.parent is not None
        self._courant = element.parent
