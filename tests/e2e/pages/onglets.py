"""Les sept onglets. Chaque méthode est ce qu'une personne fait à l'écran, jusqu'à l'écran suivant."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.e2e.pages.visite import Visite


class Onglet:
    titre = ""
    suivant = ""

    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def est_la(self) -> None:
        self.visite.est_sur(self.titre)
        expect(self.visite.page).to_have_title(re.compile(rf"^(Erreur\s: )?{re.escape(self.titre)} "))

    def continuer(self) -> None:
        self.visite.appuyer("Suivant")
        self.visite.est_sur(self.suivant)

    def revenir(self) -> None:
        self.visite.appuyer("Précédent")

    @property
    def etat(self) -> Locator:
        """La phrase d'état du brouillon."""
        return self.visite.page.get_by_role("status").first


class Identification(Onglet):
    titre, suivant = "Identification", "Informations candidature"

    def remplir(self, *, code_postal: str = "31000", localite: str = "TOULOUSE", mobile: str = "0606060606") -> None:
        v = self.visite
        v.choisir("Nationalité", "Français")
        v.remplir("Numéro, rue, voie", "15 voie verte")
        v.remplir("Code postal", code_postal)
        v.champ("Code postal").press("Tab")
        v.mettre_a_jour()
        v.cocher(localite, dans="Localité")
        v.remplir("Téléphone mobile", mobile)


class Informations(Onglet):
    titre, suivant = "Informations candidature", "Qualification présentée"
    QUESTIONS = (
        "Aménagement de la durée de formation",
        "Demande d’aménagement(s) d’épreuves",
        "publication par la presse",
        "aux collectivités territoriales",
    )

    def remplir(
        self, *, categorie: str = "INDIVIDUEL SALARIE", etablissement: str = "INDIV TOULOUSE (03100003)"
    ) -> None:
        v = self.visite
        v.choisir("Catégorie du candidat", categorie)
        v.mettre_a_jour()
        v.choisir("Établissement", etablissement)
        for question in self.QUESTIONS:
            self.repondre(question, "Non")

    def repondre(self, question: str, reponse: str) -> None:
        self.visite.cocher(reponse, dans=question)


class Qualification(Onglet):
    titre, suivant = "Qualification présentée", "Acquis"

    def chercher(self, mots: str, specialite: str) -> None:
        v = self.visite
        v.remplir("Chercher dans la liste", mots)
        if not v.js:
            v.appuyer("Chercher")
        expect(v.case(specialite).first).to_be_visible()
        v.au_repos()
        v.cocher(specialite, exact=True)
        v.mettre_a_jour()

    def forme(self, forme: str = "Globale") -> None:
        self.visite.cocher(forme, dans="Forme de passage")
        self.visite.au_repos()

    @property
    def forme_finale(self) -> Locator:
        return self.visite.page.get_by_role("definition").filter(has_text=re.compile("^(Globale|Progressive)"))


class Acquis(Onglet):
    titre, suivant = "Acquis", "Épreuves"

    def declarer(self, famille: str, titre: str = "") -> None:
        self.visite.cocher(famille)
        self.visite.mettre_a_jour()
        if titre:
            self.visite.cocher(titre)
            self.visite.mettre_a_jour()

    def obtenu(self, annee: str, academie: str) -> None:
        v = self.visite
        v.remplir("Année", annee)
        v.champ("Année").press("Tab")
        v.au_repos()
        v.choisir("Académie", academie)
        v.au_repos()

    def epreuve(self, code: str) -> Locator:
        return self.visite.case(code)

    def basculer(self, code: str) -> None:
        self.visite.cocher(code)
        self.visite.mettre_a_jour()


class Epreuves(Onglet):
    titre, suivant = "Épreuves", "Récapitulatif"

    def option(self, intitule: str, reponse: str) -> None:
        self.visite.question(intitule).select_option(label=reponse)
        self.visite.au_repos()

    @property
    def lignes(self) -> list[str]:
        return lignes_du_tableau(self.visite.page.get_by_role("table", name="Épreuves obligatoires"))


class Recapitulatif(Onglet):
    titre, suivant = "Récapitulatif", "Votre inscription a bien été prise en compte"

    def enregistrer(self) -> "Numero":
        self.visite.appuyer("Enregistrer")
        self.visite.est_sur(self.suivant)
        return Numero(self.visite)

    @property
    def epreuves(self) -> list[str]:
        return lignes_du_tableau(self.visite.page.get_by_role("table", name="Épreuves obligatoires"))

    def valeur(self, intitule: str) -> Locator:
        terme = self.visite.page.get_by_role("term").filter(has_text=re.compile(rf"^\s*{re.escape(intitule)}\s*$"))
        return terme.first.locator("xpath=following-sibling::dd")


class Numero(Onglet):
    titre = "Votre inscription a bien été prise en compte"

    def est_la(self) -> None:
        self.visite.est_sur(self.titre)

    @property
    def numero_inscription(self) -> Locator:
        return self.visite.page.get_by_role("definition").nth(1)

    @property
    def numero_candidat(self) -> Locator:
        return self.visite.page.get_by_role("definition").nth(0)

    def telecharger_la_confirmation(self) -> bytes:
        """Le PDF du bouton « Visualiser/imprimer », lu avec la session du navigateur."""
        lien = self.visite.page.get_by_role("link", name="Visualiser/imprimer", exact=True)
        reponse = self.visite.page.request.get(lien.get_attribute("href") or "")
        assert reponse.headers["content-type"] == "application/pdf"
        return reponse.body()


def lignes_du_tableau(tableau: Locator, colonnes: Sequence[int] = (0, 1, 2)) -> list[str]:
    """« EG1 - Français… | Dispense | » : les colonnes du guide."""
    expect(tableau).to_be_visible()
    lignes = []
    for ligne in tableau.get_by_role("row").all()[1:]:
        cellules = ligne.get_by_role("rowheader").or_(ligne.get_by_role("cell")).all_inner_texts()
        lignes.append(" | ".join(cellules[rang].strip() for rang in colonnes))
    return lignes
