"""Où en est un dossier : les étapes remplies, celle où continuer. Rien n'en est enregistré, tout se déduit.

Une étape est remplie quand le candidat l'a passée par « Suivant » et que plus rien n'y manque.
"""

from dataclasses import dataclass

from app.regles.controle import ONGLETS_SAISIS, Anomalie, anomalies
from app.regles.dossier import Dossier

RECAPITULATIF, NUMERO = "recapitulatif", "numero"
ETAPES = (*ONGLETS_SAISIS, RECAPITULATIF, NUMERO)


@dataclass(frozen=True, slots=True)
class Avancement:
    anomalies: tuple[Anomalie, ...]
    remplies: tuple[bool, ...]
    """dans l'ordre de `ETAPES`"""

    @property
    def reprise(self) -> int:
        """Numéro de l'étape où continuer : la première qui n'est pas remplie, la dernière si toutes le sont."""
        return next((rang for rang, remplie in enumerate(self.remplies, start=1) if not remplie), len(ETAPES))

    @property
    def restantes(self) -> int:
        """Étapes à franchir avant d'être enregistré ; le numéro se reçoit, il n'en est pas une."""
        return sum(not remplie for remplie in self.remplies[:-1])


def avancement(dossier: Dossier, *, est_enregistre: bool, est_a_jour: bool) -> Avancement:
    """`est_enregistre` : une version existe ; `est_a_jour` : le brouillon ne dit rien de plus qu'elle."""
    trouvees = anomalies(dossier)
    fautives = {anomalie.onglet for anomalie in trouvees}
    saisies = (slug in dossier.brouillon.vus and slug not in fautives for slug in ONGLETS_SAISIS)
    return Avancement(trouvees, (*saisies, est_a_jour, est_enregistre))
