"""Les deux exemples du guide, geste par geste."""

from tests.e2e.pages.compte import Connexion
from tests.e2e.pages.inscriptions import MesInscriptions
from tests.e2e.pages.onglets import Acquis, Epreuves, Identification, Informations, Qualification, Recapitulatif
from tests.e2e.pages.visite import Visite
from tests.instance import DACK, MOT_DE_PASSE

BRODERIE = "Arts de la broderie"
AUTRE_DIPLOME = "J’ai obtenu un CAP ou un BEP"
AUTRE_CAP = "CERTIFICAT D'APTITUDE PROFESSIONNELLE"


def se_connecter(visite: Visite) -> None:
    connexion = Connexion(visite)
    connexion.ouvrir()
    connexion.entrer(DACK.courriel, MOT_DE_PASSE)


def commencer(visite: Visite, academie: str = "TOULOUSE") -> str:
    """Connecté, sur l'onglet 1. Rend l'id de la candidature."""
    se_connecter(visite)
    nouvelle = MesInscriptions(visite).s_inscrire()
    nouvelle.choisir(academie)
    nouvelle.valider()
    return visite.page.url.split("/")[4]


def jusqu_a_qualification(visite: Visite) -> None:
    identification, informations = Identification(visite), Informations(visite)
    identification.remplir()
    identification.continuer()
    informations.remplir()
    informations.continuer()


def jusqu_aux_acquis(visite: Visite) -> None:
    jusqu_a_qualification(visite)
    qualification = Qualification(visite)
    qualification.chercher("broderie", BRODERIE)
    qualification.forme()
    qualification.continuer()


def declarer_le_cap(visite: Visite) -> Acquis:
    acquis = Acquis(visite)
    acquis.declarer(AUTRE_DIPLOME, AUTRE_CAP)
    acquis.obtenu("2020", "Toulouse")
    return acquis


def jusqu_au_recapitulatif(visite: Visite) -> Recapitulatif:
    """L'exemple de Dack, de l'onglet 1 à l'onglet 6."""
    jusqu_aux_acquis(visite)
    declarer_le_cap(visite).continuer()
    choisir_les_epreuves(visite)
    return Recapitulatif(visite)


def choisir_les_epreuves(visite: Visite) -> None:
    epreuves = Epreuves(visite)
    epreuves.option("EP2A", "Broderie machine guidée main")
    epreuves.option("Langue vivante étrangère", "Allemand")
    epreuves.continuer()
