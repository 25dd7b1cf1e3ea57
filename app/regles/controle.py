"""Tout ce qui empêche d'enregistrer, onglet par onglet. Le candidat peut laisser un brouillon aussi faux qu'il veut."""

from collections.abc import Iterator

from app.regles.anomalie import Anomalie
from app.regles.controle_acquis import anomalies_acquis
from app.regles.controle_examen import anomalies_epreuves, anomalies_qualification
from app.regles.controle_personne import anomalies_identification, anomalies_informations
from app.regles.controle_saisies import anomalies_saisies
from app.regles.dossier import Dossier
from app.regles.eligibilite import refus

__all__ = ["Anomalie", "anomalies"]

ONGLETS_SAISIS = ("identification", "informations", "qualification", "acquis", "epreuves")


def anomalies(dossier: Dossier) -> tuple[Anomalie, ...]:
    """Dans l'ordre des onglets ; une seule par question, la valeur illisible d'abord."""
    trouvees: dict[tuple[str, str], Anomalie] = {}
    for anomalie in _toutes(dossier):
        trouvees.setdefault((anomalie.onglet, anomalie.champ), anomalie)
    return tuple(sorted(trouvees.values(), key=lambda anomalie: ONGLETS_SAISIS.index(anomalie.onglet)))


def _toutes(dossier: Dossier) -> Iterator[Anomalie]:
    yield from anomalies_saisies(dossier)
    yield from anomalies_identification(dossier)
    yield from anomalies_informations(dossier)
    yield from anomalies_qualification(dossier)
    yield from _refus(dossier)
    yield from anomalies_acquis(dossier)
    yield from anomalies_epreuves(dossier)


def _refus(dossier: Dossier) -> Iterator[Anomalie]:
    oppose = refus(dossier)
    if oppose is not None:
        yield Anomalie("informations" if oppose.champ == "categorie" else "qualification", oppose.champ, oppose.motif)
