"""Les documents d'un compte, par leur propriétaire ; et ce qu'en dit un code, à tout le monde."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.candidatures.fiche import Fiche, de_json
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.comptes.models import Candidat
from app.documents.codes import normaliser
from app.documents.models import Document, TypeDocument
from app.regles.vocabulaire import EtatCandidature


@dataclass(frozen=True, slots=True)
class DocumentPublie:
    """Une ligne de « Mes documents »."""

    id: str
    libelle: str
    numero: int
    publie_le: datetime
    remplace_par: int | None
    """numéro de la version qui le remplace ; nul : c'est la version courante"""
    lu_le: datetime | None
    """première ouverture par le candidat"""

    @property
    def est_remplace(self) -> bool:
        return self.remplace_par is not None


@dataclass(frozen=True, slots=True)
class DocumentsPublies:
    candidature_id: str
    numero_candidat: str
    numero_inscription: str
    """vide tant que rien n'est enregistré"""
    est_en_cours: bool
    """ni désinscrite ni écartée : ses autres pages existent encore"""
    courants: tuple[DocumentPublie, ...]
    remplaces: tuple[DocumentPublie, ...]


@dataclass(frozen=True, slots=True)
class DocumentLu:
    """Tout ce qu'il faut pour refaire le document, sans la base."""

    id: str
    candidature_id: str
    type: TypeDocument
    numero: int
    publie_le: datetime
    lu_le: datetime | None
    code: str
    depot_ouvre_le: datetime
    depot_ferme_le: datetime
    numero_courant: int
    numero_inscription: str
    version_inscription: int
    enregistree_le: datetime
    fiche: Fiche
    titre: str = ""
    donnees: Mapping[str, Any] | None = None

    @property
    def libelle(self) -> str:
        return self.titre or self.type.libelle

    @property
    def est_remplace(self) -> bool:
        return self.numero < self.numero_courant

    @property
    def remplace_version(self) -> int | None:
        return self.numero - 1 if self.numero > 1 else None


class EtatVerification(StrEnum):
    VALIDE = "valide"
    REMPLACE = "remplace"
    DESINSCRIT = "desinscrit"
    ECARTE = "ecarte"


@dataclass(frozen=True, slots=True)
class Verification:
    """Rien de personnel hors les initiales."""

    etat: EtatVerification
    code: str
    libelle: str
    numero: int
    numero_courant: int
    publie_le: datetime
    initiales: str
    examen: str
    session: str
    academie: str


FINS = {
    EtatCandidature.DESINSCRIT: EtatVerification.DESINSCRIT,
    EtatCandidature.ECARTE: EtatVerification.ECARTE,
}


def documents_de(db: Session, compte_id: str, candidature_id: str) -> DocumentsPublies | None:
    """Ceux de cette candidature, le plus récent d'abord ; nul si elle n'est pas à ce compte."""
    numeros = db.execute(
        select(Candidat.numero_candidat, Candidature.numero_inscription, Candidature.etat)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(Candidature.id == candidature_id, Candidature.compte_id == compte_id)
    ).one_or_none()
    if numeros is None:
        return None
    lignes = db.scalars(
        select(Document)
        .where(Document.candidature_id == candidature_id)
        .order_by(Document.publie_le.desc(), Document.type, Document.numero.desc())
    ).all()
    suivants = {(ligne.type, ligne.titre): ligne.numero for ligne in lignes if ligne.remplace_le is None}
    publies = [
        DocumentPublie(
            id=ligne.id,
            libelle=ligne.titre or ligne.type.libelle,
            numero=ligne.numero,
            publie_le=ligne.publie_le,
            remplace_par=suivants.get((ligne.type, ligne.titre)) if ligne.remplace_le else None,
            lu_le=ligne.lu_le,
        )
        for ligne in lignes
    ]
    return DocumentsPublies(
        candidature_id=candidature_id,
        numero_candidat=numeros.numero_candidat or "",
        numero_inscription=numeros.numero_inscription or "",
        est_en_cours=numeros.etat in EN_COURS_ETATS,
        courants=tuple(publie for publie in publies if not publie.est_remplace),
        remplaces=tuple(publie for publie in publies if publie.est_remplace),
    )


def demande_courante(db: Session, compte_id: str, candidature_id: str) -> tuple[str, int] | None:
    """L'id et la version de la demande de pièces en vigueur ; nul s'il n'y en a pas."""
    ligne = db.execute(
        select(Document.id, Document.numero)
        .join(Candidature, Candidature.id == Document.candidature_id)
        .where(
            Document.candidature_id == candidature_id,
            Candidature.compte_id == compte_id,
            Document.type == TypeDocument.DEMANDE_PIECES,
            Document.remplace_le.is_(None),
        )
    ).first()
    return (ligne.id, ligne.numero) if ligne else None


def document_de(db: Session, compte_id: str, document_id: str) -> DocumentLu | None:
    ligne = db.execute(_documents().where(Document.id == document_id, Candidature.compte_id == compte_id)).one_or_none()
    if ligne is None:
        return None
    document, version, candidature = ligne
    return DocumentLu(
        id=document.id,
        candidature_id=document.candidature_id,
        type=document.type,
        numero=document.numero,
        publie_le=document.publie_le,
        lu_le=document.lu_le,
        code=document.code,
        depot_ouvre_le=document.depot_ouvre_le,
        depot_ferme_le=document.depot_ferme_le,
        numero_courant=_numero_courant(db, document),
        numero_inscription=candidature.numero_inscription or "",
        version_inscription=version.numero,
        enregistree_le=version.enregistree_le,
        fiche=de_json(version.fiche),
        titre=document.titre,
        donnees=document.donnees,
    )


def verification(db: Session, saisie: str) -> Verification | None:
    """Ce que vaut le document qui porte ce code, tel qu'il a été tapé ; nul : aucun ne le porte."""
    code = normaliser(saisie)
    ligne = db.execute(_documents().where(Document.code == code)).one_or_none() if code else None
    return _verification(db, ligne) if ligne else None


def _verification(db: Session, ligne: Row[Document, VersionCandidature, Candidature]) -> Verification:
    document, version, candidature = ligne
    fiche = de_json(version.fiche)
    valide = EtatVerification.VALIDE if document.remplace_le is None else EtatVerification.REMPLACE
    return Verification(
        etat=FINS.get(candidature.etat, valide),
        code=document.code,
        libelle=document.titre or document.type.libelle,
        numero=document.numero,
        numero_courant=_numero_courant(db, document),
        publie_le=document.publie_le,
        initiales=fiche.initiales,
        examen=fiche.examen,
        session=fiche.session,
        academie=fiche.academie,
    )


def _documents() -> Select[Document, VersionCandidature, Candidature]:
    return (
        select(Document, VersionCandidature, Candidature)
        .join(VersionCandidature, VersionCandidature.id == Document.version_id)
        .join(Candidature, Candidature.id == Document.candidature_id)
    )


def _numero_courant(db: Session, document: Document) -> int:
    return db.scalars(
        select(Document.numero)
        .where(
            Document.candidature_id == document.candidature_id,
            Document.type == document.type,
            Document.titre == document.titre,
        )
        .order_by(Document.numero.desc())
        .limit(1)
    ).one()
