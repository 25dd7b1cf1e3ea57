"""Une personne devant son appareil : elle lit des intitulés, coche, écrit, appuie. Rien ici ne connaît le HTML."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

from tests.depart import ouvrir_un_brouillon, ouvrir_une_session, reponses

if TYPE_CHECKING:
    from tests.e2e.serveur import Serveur
    from tests.e2e.surveillance import Surveillance

EN_COURS = ".htmx-request, .htmx-swapping, .htmx-settling"
"""Les classes que htmx pose le temps d'un échange : la seule chose que ces tests sachent de lui."""


@dataclass
class Visite:
    page: Page
    serveur: "Serveur"
    surveillance: "Surveillance"
    js: bool

    def aller(self, chemin: str) -> None:
        self.page.goto(chemin)

    def reprendre_a(self, onglet: str, **autres: Any) -> str:
        """Dack, déjà connecté, devant cet onglet ; ceux d'avant sont remplis. Rend l'id de la candidature."""
        self.connecter()
        candidature = ouvrir_un_brouillon(
            self.serveur.donnees, reponses(onglet, **autres), instant=self.serveur.horloge.instant
        )
        self.aller_a(candidature, onglet)
        return candidature

    def connecter(self) -> None:
        """La session qu'aurait laissée une connexion, sans repasser par l'écran."""
        secret = ouvrir_une_session(self.serveur.donnees, instant=self.serveur.horloge.instant)
        self.page.context.add_cookies([{"name": "session", "value": secret, "url": self.serveur.adresse}])

    def aller_a(self, candidature: str, onglet: str) -> None:
        self.aller(f"/candidatures/{candidature}/onglets/{onglet}")

    def est_sur(self, titre: str) -> None:
        """L'écran attendu est là : son titre principal, et celui de la fenêtre qui dit la même chose."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(titre)
        self.au_repos()

    def au_repos(self) -> None:
        """Plus aucun échange en cours : ce qui est à l'écran est ce que le portail a répondu."""
        if self.js:
            expect(self.page.locator(EN_COURS)).to_have_count(0)

    @contextmanager
    def ralentir(self, latence: int = 1500) -> Iterator[None]:
        """Un réseau de campagne : chaque réponse met `latence` millisecondes de plus."""
        reseau = self.page.context.new_cdp_session(self.page)
        conditions = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
        reseau.send("Network.emulateNetworkConditions", conditions | {"latency": latence})
        yield
        reseau.send("Network.emulateNetworkConditions", conditions | {"latency": 0})
        reseau.detach()

    def champ(self, intitule: str) -> Locator:
        return self.page.get_by_label(_exactement(intitule))

    def question(self, debut: str) -> Locator:
        """Le champ dont l'intitulé commence ainsi."""
        return self.page.get_by_label(_debut(debut))

    def remplir(self, intitule: str, valeur: str) -> None:
        self.champ(intitule).fill(valeur)

    def choisir(self, intitule: str, reponse: str) -> None:
        self.champ(intitule).select_option(label=reponse)

    def case(self, intitule: str, dans: str = "") -> Locator:
        """Une case ou un bouton radio ; `dans` : la question, quand la réponse se répète."""
        racine = self.page.get_by_role("group", name=dans) if dans else self.page
        return racine.get_by_label(_debut(intitule))

    def cocher(self, intitule: str, dans: str = "", *, exact: bool = False) -> None:
        """En cliquant l'intitulé, comme du doigt. Cocher ou décocher, c'est le même geste."""
        racine = self.page.get_by_role("group", name=dans) if dans else self.page
        motif = _exactement(intitule) if exact else _debut(intitule)
        racine.locator("label").filter(has_text=motif).click()

    def suivre(self, lien: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=lien, exact=exact).first.click()

    def appuyer(self, bouton: str) -> None:
        self.au_repos()
        self.page.get_by_role("button", name=bouton, exact=True).filter(visible=True).last.click()

    def mettre_a_jour(self) -> None:
        """Une réponse en ouvre d'autres : la page suit seule, ou par son bouton sans JavaScript."""
        if self.js:
            self.au_repos()
        else:
            self.appuyer("Mettre à jour la page")

    @property
    def erreurs(self) -> list[str]:
        """Les lignes du résumé d'erreurs."""
        resume = self.page.get_by_role("group", name=re.compile("à corriger"))
        expect(resume).to_be_visible()
        return [" ".join(ligne.split()) for ligne in resume.get_by_role("link").all_inner_texts()]


def _exactement(intitule: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{_motif(intitule)}(\s\*)?\s*$")


def _debut(intitule: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{_motif(intitule)}")


def _motif(intitule: str) -> str:
    """L'apostrophe des données de référence est droite, celle des écrans courbe."""
    return re.sub("['’]", "['’]", re.escape(intitule))
