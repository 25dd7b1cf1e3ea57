"""L'établissement devant son écran, et l'élève devant le sien."""

import re
from pathlib import Path

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.depart import ouvrir_une_session
from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.onglets import Identification, Informations, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.instance import BELLEVUE, BERTHE, MOT_DE_PASSE_AGENT, PersonneAgent

SUIVI = "Suivi des inscriptions"


class Etablissement:
    def __init__(self, visite: Visite, uai: str = BELLEVUE) -> None:
        self.visite, self.uai = visite, uai

    def entrer(self, qui: PersonneAgent = BERTHE) -> None:
        """Par l'écran : le mot de passe, puis le code."""
        connexion = Connexion(self.visite)
        connexion.ouvrir()
        connexion.entrer(qui.courriel, MOT_DE_PASSE_AGENT, arrivee="Code de vérification")
        self.visite.remplir("Code de vérification", qui.code(self.visite.serveur.horloge.instant))
        self.visite.appuyer("Vérifier le code")
        self.visite.est_sur(SUIVI)

    def reprendre(self, qui: PersonneAgent = BERTHE) -> None:
        """La session qu'aurait laissée une connexion."""
        serveur = self.visite.serveur
        secret = ouvrir_une_session(serveur.donnees, qui, instant=serveur.horloge.instant)
        self.visite.page.context.add_cookies([{"name": "session", "value": secret, "url": serveur.adresse}])
        self.visite.aller("/etablissement")
        self.visite.est_sur(SUIVI)

    def essayer(self, fichier: Path) -> None:
        self.visite.suivre("Import", exact=True)
        self.visite.est_sur("Import des élèves")
        self.visite.page.get_by_label("Fichier des élèves").set_input_files(fichier)
        self.visite.appuyer("Essayer l’import")
        self.visite.est_sur("Essai de l’import")

    def confirmer(self) -> None:
        self.visite.appuyer("Confirmer l’import")
        expect(self.visite.page.get_by_role("heading", name="Import terminé")).to_be_visible()

    def imprimer_les_papillons(self, dossier: Path) -> dict[str, str]:
        """Identifiant → mot de passe, lus sur le PDF."""
        self.visite.suivre("Papillons", exact=True)
        self.visite.est_sur("Papillons de connexion")
        with self.visite.page.expect_download() as attendu:
            self.visite.page.get_by_role("button", name=re.compile("PDF")).first.click()
        chemin = dossier / "papillons.pdf"
        attendu.value.save_as(chemin)
        texte = "\n".join(page.extract_text() for page in PdfReader(chemin).pages)
        identifiants = re.findall(r"identifiant de connexion\s*:\s*(\S+)", texte)
        mots = re.findall(r"[A-Z][a-z2-9]{3}-[a-z2-9]{4}-[a-z2-9]{4}", texte)
        return dict(zip(identifiants, mots, strict=True))

    def nombre(self, etat: str) -> str:
        """Le chiffre du suivi sous cet intitulé."""
        self.visite.aller(f"/etablissement/{self.uai}")
        terme = self.visite.page.get_by_role("term").filter(has_text=re.compile(f"^{etat}$"))
        return terme.locator("xpath=following-sibling::dd").inner_text().strip()


class PremiereConnexion:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def choisir(self, mot_de_passe: str, courriel: str) -> None:
        self.visite.remplir("Nouveau mot de passe", mot_de_passe)
        self.visite.remplir("Confirmation du nouveau mot de passe", mot_de_passe)
        self.visite.remplir("Adresse mail (facultatif)", courriel)
        self.visite.appuyer("Enregistrer et continuer")
        self.visite.est_sur("Mes inscriptions")


def completer(visite: Visite) -> Recapitulatif:
    """De « Modifier » au récapitulatif, onglet après onglet, comme au guide (chapitre 8)."""
    identification = Identification(visite)
    identification.est_la()
    identification.remplir()
    identification.continuer()
    informations = Informations(visite)
    for question in informations.QUESTIONS:
        informations.repondre(question, "Non")
    informations.continuer()
    for _ in range(4):
        if visite.page.get_by_role("heading", level=1).inner_text() == Recapitulatif.titre:
            break
        _premieres_reponses(visite)
        avant = visite.page.url
        visite.appuyer("Suivant")
        expect(visite.page).not_to_have_url(avant)
        visite.au_repos()
    return Recapitulatif(visite)


def _premieres_reponses(visite: Visite) -> None:
    """La première réponse de chaque liste ; le dernier bouton de chaque question."""
    contenu = visite.page.get_by_role("main")
    for rang in range(contenu.get_by_role("combobox").count()):
        liste = contenu.get_by_role("combobox").nth(rang)
        if not liste.input_value():
            liste.select_option(index=1)
            visite.au_repos()
    for rang in range(contenu.get_by_role("group").count()):
        groupe = contenu.get_by_role("group").nth(rang)
        if groupe.get_by_role("radio").count() and not groupe.get_by_role("radio", checked=True).count():
            groupe.locator("label").last.click()
            visite.au_repos()
