"""L'espace du candidat : activités, versions, désinscription."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.pages.onglets import Identification, Numero, Recapitulatif
from tests.e2e.pages.visite import Visite


class Activites:
    def __init__(self, visite: Visite, candidature: str) -> None:
        self.visite, self.candidature = visite, candidature

    def ouvrir(self) -> None:
        """Depuis « Mes inscriptions », comme au guide : je sélectionne ma candidature."""
        self.visite.aller("/inscriptions")
        self.visite.est_sur("Mes inscriptions")
        self.visite.suivre("Ouvrir")
        self.visite.est_sur("Mes activités")

    def aller_a(self, activite: str, titre: str) -> None:
        menu = self.visite.page.get_by_role("navigation", name="Mes activités")
        menu.get_by_role("link", name=activite, exact=True).click()
        self.visite.est_sur(titre)

    def mon_inscription(self) -> "Consultation":
        self.aller_a("Mon inscription", "Récapitulatif")
        return Consultation(self.visite)


class Consultation(Recapitulatif):
    """Le récapitulatif en lecture seule."""

    @property
    def bouton_modifier(self) -> Locator:
        return self.visite.page.get_by_role("link", name="Modifier", exact=True)

    def modifier(self) -> Identification:
        self.bouton_modifier.click()
        self.visite.est_sur("Identification")
        return Identification(self.visite)

    def est_en_lecture_seule(self) -> None:
        expect(self.visite.page.get_by_role("main").get_by_role("button")).to_have_count(0)


def enregistrer_les_modifications(visite: Visite) -> Numero:
    """« Suivant » d'onglet en onglet, comme au guide, puis « Enregistrer »."""
    for titre in ("Informations candidature", "Qualification présentée", "Acquis", "Épreuves"):
        visite.est_sur(titre)
        visite.appuyer("Suivant")
    visite.est_sur("Récapitulatif")
    return Recapitulatif(visite).enregistrer()


class MesVersions:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def comparer(self, avec: str) -> Locator:
        """Ce qui a changé depuis cette version-là."""
        self.visite.suivre(f"Ce qui a changé depuis la version {avec}")
        expect(self.visite.page.get_by_role("heading", level=1)).to_have_text(
            re.compile(rf"^Version {avec} et version")
        )
        return self.visite.page.get_by_role("table")


class Desinscription:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        self.visite.aller("/inscriptions")
        self.visite.suivre("Me désinscrire")
        self.visite.est_sur("Vous êtes sur le point de vous désinscrire")

    def renoncer(self) -> None:
        self.visite.suivre("Garder mon inscription")
        self.visite.est_sur("Mes inscriptions")

    def confirmer(self) -> None:
        self.visite.appuyer("Me désinscrire")
        self.visite.est_sur("Vous êtes désinscrit(e)")


class MesEcheances:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        """Par le menu de son nom."""
        self.visite.aller("/inscriptions")
        self.visite.page.get_by_role("banner").locator("summary").click()
        self.visite.suivre("Mes échéances", exact=True)
        self.visite.est_sur("Mes échéances")

    def telecharger(self) -> Path:
        return emporter(self.visite, "Télécharger mes échéances (.ics)")

    @property
    def adresse_secrete(self) -> Locator:
        return self.visite.champ("Adresse secrète de mon agenda")


class MesDonnees:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        self.visite.aller("/inscriptions")
        self.visite.page.get_by_role("banner").locator("summary").click()
        self.visite.suivre("Mes données", exact=True)
        self.visite.est_sur("Mes données")


def emporter(visite: Visite, lien: str) -> Path:
    """Le fichier joint, là où le navigateur l'a rangé."""
    with visite.page.expect_download() as telechargement:
        visite.suivre(lien)
    return telechargement.value.path()
