"""Le navigateur des tests : chaque page qu'il rend est déjà contrôlée (titre, h1, ids, intitulés, CSP, rien en ligne).

page = navigateur.get("/connexion")
page = navigateur.envoyer({"identifiant": "…"}, statut=422)
assert page.erreurs == ["Renseignez le mot de passe"]
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from app.web.securite import CSP, CSP_HORS_PAGE
from tests.unit.arbre import Element, lire_html

Champs = Mapping[str, str | Sequence[str]]
HTMX = {"HX-Request": "true"}


class Page:
    """Une réponse, lue comme une personne la lit."""

    def __init__(self, reponse: httpx.Response) -> None:
        self.reponse = reponse
        self.statut = reponse.status_code
        self.html = reponse.text
        self.est_html = reponse.headers.get("content-type", "").startswith("text/html")
        self.arbre = lire_html(self.html) if self.est_html else Element("#vide")

    @property
    def adresse(self) -> str:
        """Où mène la redirection ; vide sinon."""
        return str(self.reponse.headers.get("location", ""))

    @property
    def titre(self) -> str:
        return next((e.texte for e in self.arbre.tous("title")), "")

    @property
    def h1(self) -> str:
        return next((e.texte for e in self.arbre.tous("h1")), "")

    @property
    def texte(self) -> str:
        return self.arbre.texte

    @property
    def erreurs(self) -> list[str]:
        resume = self.arbre.par_id("resume-erreurs")
        return [lien.texte for lien in resume.tous("a")] if resume else []

    @property
    def formulaires(self) -> list[Element]:
        """Ceux du contenu : la déconnexion, dans l'en-tête, n'en est pas."""
        return [f for f in self.arbre.tous("form") if not any(a.nom == "header" for a in f.ancetres())]

    @property
    def jeton(self) -> str:
        return next((e["value"] for e in self.arbre.tous("input") if e["name"] == "jeton_csrf"), "")

    def lien(self, texte: str) -> str:
        adresses = [a["href"] for a in self.arbre.tous("a") if texte in a.texte]
        assert adresses, f"aucun lien « {texte} » dans {self.h1}"
        return adresses[0]

    def element(self, identifiant: str) -> Element:
        trouve = self.arbre.par_id(identifiant)
        assert trouve is not None, f"aucun élément #{identifiant}"
        return trouve


class Navigateur:
    """Sans JavaScript par défaut ; `htmx=True` envoie ce qu'envoie htmx."""

    def __init__(self, app: Litestar, adresse: str = "http://127.0.0.1:8000") -> None:
        self.client = TestClient(app, base_url=adresse)
        self.page: Page | None = None
        self.jeton = ""
        self._chemin = "/"

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *panne: object) -> None:
        self.client.__exit__(*panne)

    def get(
        self, adresse: str, *, statut: int = 200, htmx: bool = False, entetes: Mapping[str, str] | None = None
    ) -> Page:
        return self._demander("GET", adresse, statut, htmx, entetes or {}, {})

    def post(
        self,
        adresse: str,
        champs: Champs | None = None,
        *,
        statut: int = 303,
        htmx: bool = False,
        fichiers: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        entetes: Mapping[str, str] | None = None,
    ) -> Page:
        """Le jeton de la dernière page lue est joint, sauf si `champs` en porte un."""
        donnees: dict[str, Any] = {"jeton_csrf": self.jeton} | dict(champs or {})
        corps: dict[str, Any] = {"data": donnees} | ({"files": fichiers} if fichiers else {})
        return self._demander("POST", adresse, statut, htmx, entetes or {}, corps)

    def envoyer(
        self,
        champs: Champs | None = None,
        *,
        bouton: str = "",
        rang: int = 0,
        statut: int = 303,
        htmx: bool = False,
    ) -> Page:
        """Envoie le formulaire `rang` de la page lue : ses valeurs affichées, `champs` par-dessus, le bouton cliqué."""
        assert self.page is not None
        formulaire = self.page.formulaires[rang]
        donnees = valeurs_affichees(formulaire) | dict(champs or {})
        if bouton:
            trouves = [b for b in formulaire.tous("button") if b.texte == bouton]
            assert trouves, f"aucun bouton « {bouton} »"
            if trouves[0]["name"]:
                donnees[trouves[0]["name"]] = trouves[0]["value"]
        return self.post(formulaire["action"] or self._chemin, donnees, statut=statut, htmx=htmx)

    def suivre(self, **options: Any) -> Page:
        """La page où mène la redirection qu'on vient de recevoir."""
        assert self.page is not None
        assert self.page.adresse, "la dernière réponse ne redirige pas"
        return self.get(self.page.adresse, **options)

    def _demander(
        self, methode: str, adresse: str, statut: int, htmx: bool, entetes: Mapping[str, str], corps: dict[str, Any]
    ) -> Page:
        tous = {"Accept-Encoding": "gzip"} | (HTMX if htmx else {}) | dict(entetes)
        reponse = self.client.request(methode, adresse, headers=tous, follow_redirects=False, **corps)
        page = Page(reponse)
        assert page.statut == statut, (
            f"{methode} {adresse} : {page.statut} au lieu de {statut} ; {page.h1} {page.erreurs}"
        )
        self.jeton = page.jeton or self.jeton
        verifier(page, fragment=htmx and "<html" not in page.html)
        if page.est_html and not htmx:
            self._chemin = adresse
        self.page = page
        return page


def valeurs_affichees(formulaire: Element) -> dict[str, str | Sequence[str]]:
    """Ce qu'enverrait le navigateur si l'on ne touchait à rien."""
    valeurs: dict[str, list[str]] = {}
    for champ in formulaire.tous("input", "select", "textarea"):
        if not champ["name"] or "disabled" in champ.attributs:
            continue
        if champ.nom == "select":
            options = list(champ.tous("option"))
            choisies = [o for o in options if "selected" in o.attributs] or options[:1]
            nouvelles = [o["value"] for o in choisies if "disabled" not in o.attributs]
        elif champ.nom == "textarea":
            nouvelles = [champ.brut.removeprefix("\n")]
        elif champ["type"] in {"checkbox", "radio"}:
            nouvelles = [champ.attributs.get("value", "on")] if "checked" in champ.attributs else []
        else:
            nouvelles = [] if champ["type"] == "file" else [champ["value"]]
        if nouvelles:
            valeurs.setdefault(champ["name"], []).extend(nouvelles)
    return dict(valeurs)


def verifier(page: Page, *, fragment: bool = False) -> None:
    """Ce que toute page promet. Un fragment le promet aussi, sauf l'ossature."""
    attendue = CSP if page.est_html and not fragment else CSP_HORS_PAGE
    assert page.reponse.headers.get("content-security-policy") == attendue
    if not page.est_html or not page.html:
        return
    arbre = page.arbre
    ids = [e["id"] for e in arbre.tous() if "id" in e.attributs]
    doubles = {i for i in ids if ids.count(i) > 1}
    assert not doubles, f"ids répétés : {doubles}"
    assert page.titre.removesuffix("- Cyclades").strip(), "page sans titre"
    annonce = page.titre.startswith("Erreur")
    coherent = annonce or not page.erreurs if fragment else annonce == bool(page.erreurs)
    assert coherent, f"titre « {page.titre} » et erreurs {page.erreurs}"
    h1 = [e.texte for e in arbre.tous("h1")]
    assert len(h1) <= 1 if fragment else len(h1) == 1, f"titres de premier niveau : {h1}"
    assert "\u202f" not in page.html, "espace fine insécable : absente des polices de vieux téléphones"
    for element in arbre.tous():
        _verifier_element(element)
    if not fragment:
        verifier_liens_internes(arbre, set(ids))
        verifier_intitules(arbre)
        assert next(arbre.tous("html"))["lang"] == "fr"


def _verifier_element(element: Element) -> None:
    ou = f"<{element.nom} {element.attributs}>"
    assert element.nom != "style", "style en ligne"
    assert "style" not in element.attributs, f"style en ligne : {ou}"
    assert not any(a.startswith(("on", "hx-on")) for a in element.attributs), f"code en ligne : {ou}"
    assert not element["href"].lower().startswith("javascript:"), f"code en ligne : {ou}"
    if element.nom == "script":
        assert element["src"].startswith("/statique/"), f"script étranger : {ou}"
        assert not element.brut.strip(), f"code en ligne : {ou}"
    if element.nom == "form" and element["method"] == "post":
        assert any(c["name"] == "jeton_csrf" and c["value"] for c in element.tous("input")), f"sans jeton : {ou}"


def verifier_liens_internes(arbre: Element, ids: set[str]) -> None:
    for element in arbre.tous():
        for attribut in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "list"):
            absents = set(element[attribut].split()) - ids
            assert not absents, f"{attribut} de <{element.nom} {element.attributs}> vise {absents}"
        if element.nom == "a" and element["href"].startswith("#"):
            assert element["href"][1:] in ids, f"le lien {element['href']} ne mène nulle part"


def verifier_intitules(arbre: Element) -> None:
    vises = {label["for"] for label in arbre.tous("label") if label.texte}
    for champ in arbre.tous("input", "select", "textarea"):
        if champ["type"] in {"hidden", "submit", "button"}:
            continue
        nomme = champ["id"] in vises or champ["aria-label"] or champ["aria-labelledby"]
        assert nomme, f"champ sans intitulé : {champ.attributs}"
    for bouton in arbre.tous("button", "a"):
        assert bouton.texte or bouton["aria-label"], f"sans texte : {bouton.attributs}"


def assert_fragment_conforme(
    avant: Page, fragment: Page, apres: Page, *, cible: str = "contenu", dehors: bool = False
) -> None:
    """La réponse htmx appliquée à la page `avant` donne la page `apres`, relue en entier.

    `cible` : l'id de l'élément remplacé ; `dehors` : lui compris (outerHTML), sinon son seul contenu.
    """
    assert fragment.titre == apres.titre, f"titre « {fragment.titre} » au lieu de « {apres.titre} »"
    arbre, recu = copy.deepcopy(avant.arbre), copy.deepcopy(fragment.arbre)
    recu.enfants = [e for e in recu.enfants if isinstance(e, str) or e.nom != "title"]
    for ailleurs in [e for e in recu.tous() if "hx-swap-oob" in e.attributs]:
        assert ailleurs.parent is not None
        ailleurs.parent.enfants.remove(ailleurs)
        del ailleurs.attributs["hx-swap-oob"]
        _remplacer(arbre, ailleurs["id"], [ailleurs])
    element = arbre.par_id(cible)
    assert element is not None, f"la page n’a pas d’élément #{cible}"
    if dehors:
        _remplacer(arbre, cible, recu.enfants)
    else:
        element.enfants = recu.enfants
    obtenu, attendu = arbre, apres.arbre
    corps_obtenu, corps_attendu = next(obtenu.tous("body")), next(attendu.tous("body"))
    assert corps_obtenu.forme() == corps_attendu.forme()


def _remplacer(arbre: Element, identifiant: str, par: Sequence[Element | str]) -> None:
    ancien = arbre.par_id(identifiant)
    assert ancien is not None, f"la page n’a pas d’élément #{identifiant}"
    assert ancien.parent is not None
    fratrie = ancien.parent.enfants
    rang = next(i for i, e in enumerate(fratrie) if e is ancien)
    fratrie[rang : rang + 1] = par
