"""Tout ce qui empêche d'enregistrer, onglet par onglet. Le candidat peut laisser un brouillon aussi faux qu'il veut."""

from collections.abc import Callable, Iterator

from app.regles.anomalie import Anomalie
from app.regles.controle_acquis import anomalies_acquis
from app.regles.controle_examen import anomalies_epreuves, anomalies_qualification
from app.regles.controle_personne import anomalies_identification, anomalies_informations
from app.regles.controle_saisies import anomalies_saisies
from app.regles.dossier import Dossier
from app.regles.eligibilite import refus

__all__ = ["Anomalie", "anomalies", "anomalies_d_un_onglet"]


def anomalies(dossier: Dossier) -> tuple[Anomalie, ...]:
    """Dans l'ordre des onglets ; une seule par question, la valeur illisible d'abord."""
    trouvees: dict[tuple[str, str], Anomalie] = {}
    for anomalie in _toutes(dossier):
        trouvees.setdefault((anomalie.onglet, anomalie.champ), anomalie)
    return tuple(sorted(trouvees.values(), key=lambda anomalie: ONGLETS_SAISIS.index(anomalie.onglet)))


def anomalies_d_un_onglet(dossier: Dossier, onglet: str) -> tuple[Anomalie, ...]:
    """Les mêmes, sans contrôler les onglets où la personne n'est pas."""
    lues = (anomalie for controle in (anomalies_saisies, *CONTROLES[onglet]) for anomalie in controle(dossier))
    trouvees: dict[str, Anomalie] = {}
    for anomalie in lues:
        if anomalie.onglet == onglet:
            trouvees.setdefault(anomalie.champ, anomalie)
    return tuple(trouvees.values())


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


CONTROLES: dict[str, tuple[Callable[[Dossier], Iterator[Anomalie]], ...]] = {
    "identification": (anomalies_identification,),
    "informations": (anomalies_informations, _refus),
    "qualification": (anomalies_qualification, _refus),
    "acquis": (anomalies_acquis,),
    "epreuves": (anomalies_epreuves,),
}
ONGLETS_SAISIS = tuple(CONTROLES)
