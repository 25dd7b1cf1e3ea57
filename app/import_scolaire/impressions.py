"""Imprimer beaucoup de papillons : un fichier par division ; lancer, lire où ça en est, télécharger, finir.

Les mots de passe se tirent en fond (tirage.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.import_scolaire.models import Eleve, EtatImpression, FichierPapillons, Impression
from app.import_scolaire.papillons import AImprimer, a_imprimer
from app.infra.registre import consigner
from app.referentiel.models import Etablissement

PAR_FICHIER = 150
"""papillons d'un PDF : deux secondes à mettre en page, cinquante feuilles"""
DELAI = timedelta(hours=2)
"""pour télécharger, une fois tout prêt"""
OUVERTES = (EtatImpression.EN_COURS, EtatImpression.PRETE)


@dataclass(frozen=True, slots=True)
class FichierLu:
    rang: int
    division: str
    nombre: int
    est_pret: bool
    telecharge_le: datetime | None


@dataclass(frozen=True, slots=True)
class ImpressionLue:
    id: str
    etat: EtatImpression
    cree_le: datetime
    prete_le: datetime | None
    fichiers: tuple[FichierLu, ...]

    @property
    def en_cours(self) -> bool:
        return self.etat is EtatImpression.EN_COURS

    @property
    def est_prete(self) -> bool:
        return self.etat is EtatImpression.PRETE

    @property
    def est_close(self) -> bool:
        return self.etat is EtatImpression.CLOSE

    @property
    def total(self) -> int:
        return sum(fichier.nombre for fichier in self.fichiers)

    @property
    def prets(self) -> int:
        return sum(fichier.nombre for fichier in self.fichiers if fichier.est_pret or fichier.telecharge_le)

    @property
    def a_telecharger(self) -> int:
        """fichiers"""
        return sum(fichier.telecharge_le is None for fichier in self.fichiers)

    @property
    def jusqu_a(self) -> datetime | None:
        return self.prete_le + DELAI if self.prete_le else None


def lancer(
    db: Session,
    uai: str,
    periode_id: str,
    *,
    division: str | None,
    deja_imprimes: bool,
    auteur: str,
    maintenant: datetime,
) -> str | None:
    """Rend l'id de l'impression, ou de celle qui n'est pas finie. Nul s'il n'y a personne."""
    if ouverte := impression_ouverte(db, uai):
        return ouverte
    choisis = a_imprimer(db, uai, periode_id, division=division, deja_imprimes=deja_imprimes)
    if not choisis:
        return None
    impression = Impression(uai=uai, auteur=auteur, cree_le=maintenant)
    db.add(impression)
    db.flush()
    for rang, (nom, ids) in enumerate(_fichiers(choisis), start=1):
        fichier = FichierPapillons(impression_id=impression.id, rang=rang, division=nom, eleves=dict.fromkeys(ids, ""))
        db.add(fichier)
    _consigner(db, impression, auteur, "lancer_une_impression", len(choisis), maintenant)
    return impression.id


def impression_ouverte(db: Session, uai: str) -> str | None:
    return db.scalar(select(Impression.id).where(Impression.uai == uai, Impression.etat.in_(OUVERTES)))


def impressions_ouvertes(db: Session) -> tuple[str, ...]:
    return tuple(db.scalars(select(Impression.id).where(Impression.etat.in_(OUVERTES)).order_by(Impression.cree_le)))


def impression_lue(db: Session, uai: str, impression_id: str) -> ImpressionLue | None:
    impression = _la_sienne(db, uai, impression_id)
    if impression is None:
        return None
    fichiers = db.scalars(
        select(FichierPapillons).where(FichierPapillons.impression_id == impression_id).order_by(FichierPapillons.rang)
    )
    return ImpressionLue(
        impression.id,
        impression.etat,
        impression.cree_le,
        impression.prete_le,
        tuple(FichierLu(f.rang, f.division, len(f.eleves), f.pret_le is not None, f.telecharge_le) for f in fichiers),
    )


def telecharger(
    db: Session, uai: str, impression_id: str, rang: int, eleves: Sequence[str], *, auteur: str, maintenant: datetime
) -> bool:
    """Le PDF part : ces papillons sont imprimés. Faux s'il a été tiré de nouveau, ou clos, pendant la mise en page."""
    impression = _la_sienne(db, uai, impression_id)
    pris = db.scalar(
        update(FichierPapillons)
        .where(
            FichierPapillons.impression_id == impression_id,
            FichierPapillons.rang == rang,
            FichierPapillons.pret_le.is_not(None),
        )
        .values(telecharge_le=maintenant)
        .returning(FichierPapillons.rang)
    )
    if impression is None or pris is None:
        return False
    db.execute(update(Eleve).where(Eleve.candidature_id.in_(eleves)).values(papillon_le=maintenant))
    for candidature_id in eleves:
        noter(db, candidature_id, auteur, "papillon_imprime", maintenant=maintenant)
    _consigner(db, impression, auteur, "imprimer_des_papillons", len(eleves), maintenant)
    return True


def clore(db: Session, uai: str, impression_id: str, *, acteur: str, maintenant: datetime) -> bool:
    """Finie, ou arrêtée : un élève dont le fichier n'est pas parti redevient « jamais imprimé »."""
    close = db.scalar(
        update(Impression)
        .where(Impression.id == impression_id, Impression.uai == uai, Impression.etat.in_(OUVERTES))
        .values(etat=EtatImpression.CLOSE, close_le=maintenant)
        .returning(Impression.id)
    )
    if close is None:
        return False
    db.execute(delete(FichierPapillons).where(FichierPapillons.impression_id == impression_id))
    _consigner(db, db.get_one(Impression, impression_id), acteur, "clore_une_impression", None, maintenant)
    return True


def clore_les_anciennes(db: Session, maintenant: datetime) -> None:
    for impression in db.scalars(
        select(Impression).where(Impression.etat == EtatImpression.PRETE, Impression.prete_le <= maintenant - DELAI)
    ).all():
        clore(db, impression.uai, impression.id, acteur="portail", maintenant=maintenant)


def _fichiers(choisis: Sequence[AImprimer]) -> list[tuple[str, list[str]]]:
    fichiers = []
    for division, eleves in groupby(choisis, key=lambda eleve: eleve.division):
        ids = [eleve.candidature_id for eleve in eleves]
        fichiers += [(division, ids[debut : debut + PAR_FICHIER]) for debut in range(0, len(ids), PAR_FICHIER)]
    return fichiers


def _la_sienne(db: Session, uai: str, impression_id: str) -> Impression | None:
    return db.scalar(select(Impression).where(Impression.id == impression_id, Impression.uai == uai))


def _consigner(
    db: Session, impression: Impression, acteur: str, nature: str, nombre: int | None, maintenant: datetime
) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="etablissement",
        objet_id=impression.uai,
        academie=db.get_one(Etablissement, impression.uai).academie_code,
        detail="" if nombre is None else f"nombre={nombre}",
        maintenant=maintenant,
    )
