"""Onglets 1 et 2 : où joindre le candidat, à quel titre et où il s'inscrit."""

import re
from collections.abc import Iterator

from app.regles.anomalie import Anomalie
from app.regles.dossier import Brouillon, Dossier
from app.regles.eligibilite import categories_proposees, etablissements_proposes
from app.regles.vocabulaire import InscritPar

FRANCE = "FR"

_IDENTIFICATION = (
    ("nationalite", "Renseignez votre nationalité."),
    ("pays_adresse", "Renseignez le pays de votre adresse."),
    ("voie", "Renseignez le numéro et la voie."),
    ("localite", "Renseignez la localité."),
    ("telephone_mobile", "Renseignez le téléphone mobile."),
    ("courriel", "Renseignez l’adresse mail."),
)

_INFORMATIONS = (
    ("amenagement_duree", "Renseignez si vous demandez un aménagement de la durée de formation."),
    ("amenagement_epreuves", "Renseignez si vous demandez un aménagement d’épreuves au titre du handicap."),
    ("accord_presse", "Renseignez si vous acceptez la communication de vos résultats à la presse."),
    ("accord_collectivites", "Renseignez si vous acceptez la communication de vos résultats aux collectivités."),
)


def anomalies_identification(dossier: Dossier) -> Iterator[Anomalie]:
    brouillon = dossier.brouillon
    for champ, message in _IDENTIFICATION:
        if not (getattr(brouillon, champ) or "").strip():
            yield Anomalie("identification", champ, message)
    yield from _code_postal(brouillon)
    if brouillon.courriel.strip() and not re.fullmatch(r"[^@\s]+@[^@\s]+", brouillon.courriel.strip()):
        message = "Renseignez une adresse mail complète, par exemple nom.prenom@domaine.fr."
        yield Anomalie("identification", "courriel", message)


def _code_postal(brouillon: Brouillon) -> Iterator[Anomalie]:
    """Hors de France, ni forme ni obligation : beaucoup de pays n'en ont pas."""
    if brouillon.pays_adresse in (None, FRANCE) and not re.fullmatch(r"[0-9]{5}", brouillon.code_postal.strip()):
        message = "Renseignez le code postal." if not brouillon.code_postal.strip() else "Renseignez cinq chiffres."
        yield Anomalie("identification", "code_postal", message)


def anomalies_informations(dossier: Dossier) -> Iterator[Anomalie]:
    brouillon = dossier.brouillon
    if brouillon.situation and brouillon.situation not in dossier.reglement.situations:
        yield Anomalie("informations", "situation", "Renseignez une situation de la liste.")
    yield from _categorie(dossier)
    yield from _etablissement(dossier)
    for champ, message in _INFORMATIONS:
        if getattr(brouillon, champ) is None:
            yield Anomalie("informations", champ, message)


def _categorie(dossier: Dossier) -> Iterator[Anomalie]:
    if dossier.categorie is None:
        yield Anomalie("informations", "categorie", "Renseignez votre catégorie.")
        return
    for proposee in categories_proposees(dossier):
        if proposee.categorie == dossier.categorie and not proposee.est_ouverte:
            yield Anomalie("informations", "categorie", f"Renseignez une autre catégorie. {proposee.motif}")


def _etablissement(dossier: Dossier) -> Iterator[Anomalie]:
    """L'établissement qui a inscrit son élève n'est pas dans la liste proposée au public."""
    code = dossier.brouillon.etablissement
    if code and dossier.contexte.inscrit_par is InscritPar.ETABLISSEMENT:
        return
    if code not in {etablissement.code for etablissement in etablissements_proposes(dossier)}:
        message = "Renseignez votre établissement."
        if code:
            message = "Renseignez un autre établissement : celui-ci ne reçoit pas votre catégorie dans cette académie."
        yield Anomalie("informations", "etablissement", message)
