"""« Mes inscriptions » et « M'inscrire » : examen, session, académie."""

from playwright.sync_api import expect

from tests.e2e.pages.visite import Visite

EXAMEN = "CERTIFICAT D’APTITUDE PROFESSIONNELLE"
SESSION = "CAP, juin 2027"


class MesInscriptions:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        self.visite.aller("/inscriptions")
        self.visite.est_sur("Mes inscriptions")

    def s_inscrire(self) -> "Nouvelle":
        self.visite.suivre("M’inscrire à un examen")
        self.visite.est_sur("M’inscrire")
        return Nouvelle(self.visite)

    def reprendre(self) -> None:
        self.visite.suivre("Reprendre")


class Nouvelle:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def choisir(self, academie: str) -> None:
        """Il n'y a qu'un examen et qu'une session : le résumé les dit déjà choisis."""
        resume = self.visite.page.get_by_role("list", name="Résumé de la sélection")
        expect(resume).to_contain_text(EXAMEN)
        expect(resume).to_contain_text(SESSION)
        self.visite.suivre(academie)
        expect(resume).to_contain_text(academie)

    def valider(self) -> None:
        self.visite.appuyer("Valider")
        self.visite.est_sur("Identification")
