"""De l'accueil à la connexion."""

import re
from email.message import EmailMessage

from playwright.sync_api import expect

from tests.e2e.pages.visite import Visite

MOT_DE_PASSE = "Brodeuse!27"


class Accueil:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        self.visite.aller("/")
        self.visite.est_sur("S’inscrire au CAP")

    def creer_un_compte(self) -> "Creation":
        self.visite.suivre("Créer mon compte")
        self.visite.est_sur("Créer mon compte")
        self.visite.page.wait_for_load_state()  # le script n’arrive qu’ici : une seconde, quand c’est lent
        return Creation(self.visite)


class Creation:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def remplir(self, *, nom: str, prenoms: str, naissance: str, courriel: str) -> None:
        v = self.visite
        v.cocher("Monsieur")
        v.remplir("Nom de famille", nom)
        v.remplir("Confirmation du nom de naissance", nom)
        v.remplir("Prénoms", prenoms)
        v.remplir("Date de naissance", naissance)
        v.remplir("Confirmation date de naissance", naissance)
        v.remplir("Adresse mail", courriel)
        v.remplir("Confirmation de l’adresse mail", courriel)
        self.choisir_le_mot_de_passe()

    def choisir_le_mot_de_passe(self) -> None:
        self.visite.remplir("Mot de passe", MOT_DE_PASSE)
        self.visite.remplir("Confirmation du mot de passe", MOT_DE_PASSE)

    def ne_a(self, departement: str, recherche: str, commune: str) -> None:
        """La commune se cherche dans le département ; sans JavaScript les mots de passe sont à retaper."""
        v = self.visite
        v.choisir("Département, DOM ou COM de naissance", departement)
        v.au_repos()
        v.champ("Commune de naissance").press_sequentially(recherche)
        if not v.js:
            v.appuyer("Rechercher la commune")
        expect(v.case(commune)).to_be_visible()
        v.au_repos()
        v.cocher(commune)
        if not v.js:
            self.choisir_le_mot_de_passe()

    def valider(self) -> "Attente":
        self.visite.appuyer("Créer le compte")
        self.visite.est_sur("Confirmation de réception de mail")
        return Attente(self.visite)


class Attente:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def activer_par_code(self, code: str) -> None:
        self.visite.remplir("Code à six chiffres", code)
        self.visite.appuyer("J’ai bien reçu le mail")
        self.visite.est_sur("Veuillez vous identifier")

    def activer_par_lien(self, lien: str) -> None:
        self.visite.aller(lien)
        self.visite.est_sur("Activer mon compte")
        self.visite.appuyer("Activer mon compte")
        self.visite.est_sur("Veuillez vous identifier")


class Connexion:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        self.visite.aller("/connexion")
        self.visite.est_sur("Veuillez vous identifier")

    def entrer(self, identifiant: str, mot_de_passe: str, arrivee: str = "Mes inscriptions") -> None:
        self.visite.remplir("Identifiant de connexion", identifiant)
        self.visite.remplir("Mot de passe", mot_de_passe)
        self.visite.appuyer("Se connecter")
        self.visite.est_sur(arrivee)


def se_deconnecter(visite: Visite) -> None:
    visite.page.get_by_role("banner").get_by_text("ACCRALL").click()
    visite.appuyer("Se déconnecter")
    visite.est_sur("Veuillez vous identifier")


def lien_du(mail: EmailMessage) -> str:
    trouve = re.search(r"http://127\.0\.0\.1:\d+/\S+", texte_du(mail))
    assert trouve, "le mail ne porte pas de lien"
    return trouve[0]


def code_du(mail: EmailMessage) -> str:
    trouve = re.search(r"\b\d{6}\b", texte_du(mail))
    assert trouve, "le mail ne porte pas de code"
    return trouve[0]


def texte_du(mail: EmailMessage) -> str:
    partie = mail.get_body(("plain",))
    assert partie is not None
    return str(partie.get_content())
