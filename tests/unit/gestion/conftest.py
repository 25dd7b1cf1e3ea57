"""Le portail entier, et le service des examens devant son écran."""

from tests.instance import MOT_DE_PASSE_AGENT, REGINE, HorlogeDEssai, PersonneAgent
from tests.unit.client import Navigateur, Page
from tests.unit.inscription.conftest import portail, portail_partage

__all__ = ["connecter_l_agent", "donner_le_code", "portail", "portail_partage"]


def connecter_l_agent(
    navigateur: Navigateur, agent: PersonneAgent = REGINE, *, mot_de_passe: str = MOT_DE_PASSE_AGENT, statut: int = 303
) -> Page:
    """Le premier pas : identifiant et mot de passe."""
    navigateur.get("/connexion")
    champs = {"identifiant": agent.courriel, "mot_de_passe": mot_de_passe}
    return navigateur.post("/connexion", champs, statut=statut)


def donner_le_code(navigateur: Navigateur, code: str, *, statut: int = 303) -> Page:
    """Le second, sur la page que la connexion vient d'ouvrir."""
    navigateur.get("/connexion/code")
    return navigateur.envoyer({"code": code}, statut=statut)


def entrer(navigateur: Navigateur, horloge: HorlogeDEssai, agent: PersonneAgent = REGINE) -> Page:
    connecter_l_agent(navigateur, agent)
    return donner_le_code(navigateur, agent.code(horloge.instant))
