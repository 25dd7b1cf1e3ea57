"""La gestion, devant l'écran d'un agent."""

from playwright.sync_api import Locator, expect

from tests.depart import ouvrir_une_session
from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.visite import Visite
from tests.instance import MOT_DE_PASSE_AGENT, REGINE, PersonneAgent


class Gestion:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def entrer(self, agent: PersonneAgent = REGINE) -> None:
        """Par l'écran : le mot de passe, puis le code."""
        connexion = Connexion(self.visite)
        connexion.ouvrir()
        connexion.entrer(agent.courriel, MOT_DE_PASSE_AGENT, arrivee="Code de vérification")
        self.visite.remplir("Code de vérification", agent.code(self.visite.serveur.horloge.instant))
        self.visite.appuyer("Vérifier le code")
        self.visite.est_sur("Accueil")

    def reprendre(self, agent: PersonneAgent = REGINE) -> None:
        """La session qu'aurait laissée une connexion."""
        serveur = self.visite.serveur
        secret = ouvrir_une_session(serveur.donnees, agent, instant=serveur.horloge.instant)
        self.visite.page.context.add_cookies([{"name": "session", "value": secret, "url": serveur.adresse}])
        self.visite.aller("/gestion")
        self.visite.est_sur("Accueil")

    def rubrique(self, nom: str) -> None:
        """Par le menu, son groupe déplié s'il en a un."""
        menu = self.visite.page.get_by_role("navigation", name="Navigation principale")
        groupe = menu.locator("details").filter(has_text=nom)
        if groupe.count():
            groupe.locator("summary").click()
        menu.get_by_role("link", name=nom, exact=True).click()

    def prendre_la_plus_ancienne(self, candidat: str) -> None:
        self.visite.appuyer("Contrôler le dossier le plus ancien")
        self.visite.est_sur(candidat)

    def decider(self, statut: str, **champs: str) -> None:
        self.visite.cocher(statut, dans="Statut de la pièce", exact=True)
        if motif := champs.get("motif"):
            self.visite.choisir("Motif, si elle n’est pas conforme", motif)
        if message := champs.get("message"):
            self.visite.remplir("Message au candidat", message)
        self.visite.appuyer("Enregistrer, pièce suivante")

    def est_devant(self, code: str) -> None:
        expect(self.visite.page.get_by_role("heading", level=2).filter(has_text=code)).to_be_visible()


class Relances:
    """Les dossiers incomplets."""

    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self) -> None:
        Gestion(self.visite).rubrique("Dossiers incomplets")
        self.visite.est_sur("Dossiers incomplets")

    def ligne(self, candidat: str) -> Locator:
        return self.visite.page.get_by_role("row").filter(has_text=candidat)

    def cocher(self, candidat: str) -> None:
        self.ligne(candidat).get_by_role("checkbox").check()

    def relancer_tous(self, combien: int) -> None:
        """Par lots, après la réponse : on actualise jusqu'à la fin."""
        self.visite.page.get_by_text(f"Relancer tous les dossiers incomplets ({combien})").click()
        self.visite.appuyer(f"Relancer les {combien} dossiers")
        actualiser = self.visite.page.get_by_role("link", name="Actualiser")
        for _ in range(40):
            self.visite.est_sur("Dossiers incomplets")
            if not actualiser.count():
                return
            self.visite.page.wait_for_timeout(250)  # le temps d'un lot
            actualiser.click()
        raise AssertionError("la relance ne finit pas")


class Corrections:
    """Les demandes de correction d'un état civil."""

    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def ouvrir(self, candidat: str, champ: str) -> None:
        Gestion(self.visite).rubrique("Corrections")
        self.visite.est_sur("Corrections demandées")
        ligne = self.visite.page.get_by_role("row").filter(has_text=champ)
        ligne.get_by_role("link", name=candidat).click()
        self.visite.est_sur(candidat)

    def refuser(self, motif: str) -> None:
        self.visite.remplir("Motif du refus", motif)
        self.visite.appuyer("Refuser la demande")


class Candidatures:
    def __init__(self, visite: Visite) -> None:
        self.visite = visite

    def chercher(self, texte: str) -> None:
        self.visite.aller("/gestion/candidatures")
        self.visite.est_sur("Candidatures")
        self.visite.remplir("Nom, N° candidat ou adresse mail", texte)
        self.visite.appuyer("Filtrer")

    def ouvrir(self, candidat: str) -> None:
        self.visite.suivre(candidat)
        self.visite.est_sur(candidat)
