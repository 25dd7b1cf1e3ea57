"""« Modifier mes informations », et ce qui en part : adresse, mot de passe, correction, suppression."""

from pathlib import Path

from playwright.sync_api import Locator

from tests.e2e.pages.visite import Visite


class MonCompte:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    @property
    def principal(self) -> Locator:
        return self.visite.page.get_by_role("main")

    def ouvrir(self) -> None:
        """Par le menu, comme au guide."""
        self.visite.aller("/inscriptions")
        self.visite.page.get_by_role("banner").locator("summary").click()
        self.visite.suivre("Mon compte", exact=True)
        self.visite.est_sur("Modifier mes informations")

    def enregistrer(self) -> None:
        self.visite.appuyer("Enregistrer")
        self.visite.est_sur("Modifier mes informations")

    def changer_d_adresse(self, courriel: str, mot_de_passe: str) -> None:
        self.visite.suivre("Changer d’adresse mail")
        self.visite.est_sur("Changer d’adresse mail")
        self.visite.remplir("Adresse mail", courriel)
        self.visite.remplir("Confirmation de l’adresse mail", courriel)
        self.visite.remplir("Mot de passe actuel", mot_de_passe)
        self.visite.appuyer("Recevoir le lien")
        self.visite.est_sur("Modifier mes informations")

    def demander_une_correction(self, information: str, valeur: str, explication: str, preuve: Path) -> None:
        self.visite.choisir("Information à corriger", information)
        self.visite.remplir("Ce qui devrait être écrit", valeur)
        self.visite.remplir("Explication", explication)
        self.visite.champ("Preuve").set_input_files(preuve)
        self.visite.appuyer("Envoyer la demande")

    def supprimer(self, mot_de_passe: str) -> None:
        self.visite.remplir("Mot de passe actuel", mot_de_passe)
        self.visite.appuyer("Supprimer")
