"""Un élève qui s'est déjà inscrit lui-même à cette session : l'import lui donnerait un second compte, donc se signale.

On ne le refuse pas : deux personnes peuvent porter le même nom et être nées le même jour. Le compte d'un individuel ne
revient pas à un établissement ; c'est au service de n'en garder qu'une (D. 337-21 : une spécialité par session).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from app.candidatures.annuaire import cle
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.models import Candidat
from app.import_scolaire.eleve import Eleve
from app.referentiel.models import Etablissement
from app.referentiel.queries import periodes
from app.regles.calendrier import session_est_close

LOT = 400
MONTRES = 50


@dataclass(frozen=True, slots=True)
class Doublon:
    candidature_id: str
    """celle de l'élève"""
    nom: str
    prenoms: str
    numero_candidat: str
    uai: str
    etablissement: str
    autre_id: str
    """celle qu'il a ouverte lui-même"""
    autre_numero: str
    """n° candidat"""


def deja_inscrits_seuls(db: Session, periode_id: str, eleves: Collection[Eleve]) -> frozenset[tuple[str, object]]:
    """(nom et prénoms sans accents, date de naissance) de ceux qui ont ici une inscription individuelle en cours."""
    cles = sorted({cle(eleve.nom_famille, eleve.prenoms) for eleve in eleves})
    trouves: set[tuple[str, object]] = set()
    for debut in range(0, len(cles), LOT):
        lignes = db.execute(
            select(Candidature.cle_nom, Candidat.date_naissance)
            .join(Candidat, Candidat.compte_id == Candidature.compte_id)
            .where(
                Candidature.periode_id == periode_id,
                Candidature.etat.in_(EN_COURS_ETATS),
                Candidature.cle_nom.in_(cles[debut : debut + LOT]),
                Candidature.etablissement_uai.is_(None),
            )
        )
        trouves.update((nom, naissance) for nom, naissance in lignes)
    return frozenset(trouves)


def reconnaitre(eleve: Eleve) -> tuple[str, object]:
    """Comme `deja_inscrits_seuls` les rend."""
    return cle(eleve.nom_famille, eleve.prenoms), eleve.date_naissance


def doublons(
    db: Session, academies: Collection[str], *, combien: int | None = MONTRES, maintenant: datetime
) -> tuple[Doublon, ...]:
    """Dans ces académies, aux sessions qui ne sont pas closes : un élève et un individuel de même nom et de même
    naissance, inscrits à la même. `combien` nul : tous."""
    a_venir = [
        periode.id
        for code in sorted(academies)
        for periode in periodes(db, academie=code)
        if not session_est_close(periode.session.annee, maintenant)
    ]
    lui, autre = aliased(Candidature), aliased(Candidature)
    sien, d_autre = aliased(Candidat), aliased(Candidat)
    memes: list[ColumnElement[bool]] = [
        autre.periode_id == lui.periode_id,
        autre.etat.in_(EN_COURS_ETATS),
        autre.cle_nom == lui.cle_nom,
        autre.etablissement_uai.is_(None),
        autre.compte_id != lui.compte_id,
    ]
    requete: Select[Candidature, Candidat, Etablissement, str, str | None] = (
        select(lui, sien, Etablissement, autre.id, d_autre.numero_candidat)
        .join(sien, sien.compte_id == lui.compte_id)
        .join(Etablissement, Etablissement.uai == lui.etablissement_uai)
        .join(autre, memes[0])
        .join(d_autre, d_autre.compte_id == autre.compte_id)
        .where(
            lui.periode_id.in_(a_venir),
            lui.etat.in_(EN_COURS_ETATS),
            *memes[1:],
            d_autre.date_naissance == sien.date_naissance,
        )
        .order_by(lui.cle_nom, lui.id, autre.id)
        .limit(combien)
    )
    return tuple(_doublon(*ligne) for ligne in db.execute(requete))


def _doublon(
    lui: Candidature, sien: Candidat, etablissement: Etablissement, autre_id: str, autre_numero: str | None
) -> Doublon:
    return Doublon(
        candidature_id=lui.id,
        nom=sien.nom_famille,
        prenoms=sien.prenoms,
        numero_candidat=sien.numero_candidat or "",
        uai=etablissement.uai,
        etablissement=etablissement.nom,
        autre_id=autre_id,
        autre_numero=autre_numero or "",
    )
