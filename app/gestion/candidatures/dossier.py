"""Le dossier entier, pour l'agent : une vue cohérente de tout ce que le portail en sait. Nul hors de sa portée.

Du handicap, seul « Oui » ou « Non » se lit ici.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.candidatures.fiche import Fiche, de_json
from app.candidatures.histoire import intitule
from app.candidatures.models import EN_COURS_ETATS, Candidature, Evenement, VersionCandidature
from app.candidatures.queries import CandidatureLue, candidature_de
from app.comptes.agents import noms_des_agents
from app.comptes.etat_civil import etat_civil_de
from app.comptes.models import Candidat, Compte
from app.comptes.valeurs import EtatCivil
from app.documents.models import Document, TypeDocument
from app.gestion.candidatures.lectures import Lecture, lectures
from app.infra.outbox import Courriel
from app.pieces.models import PieceDemandee
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import PeriodeInscription
from app.referentiel.queries import periode
from app.regles.vocabulaire import EtatCandidature, ModeDepot, StatutPiece

MAILS = 50


RESERVES = frozenset({TypeDocument.AMENAGEMENTS})
"""documents d'un dossier que ni le gestionnaire ni le lecteur n'ouvrent"""


@dataclass(frozen=True, slots=True)
class VersionGardee:
    numero: int
    enregistree_le: datetime


@dataclass(frozen=True, slots=True)
class PieceDuDossier:
    id: str
    code: str
    libelle: str
    mode: ModeDepot
    est_obligatoire: bool
    est_certaine: bool
    statut: StatutPiece
    validee_le: datetime | None
    recue_le: date | None

    @property
    def situation(self) -> str:
        if self.statut is not StatutPiece.AUCUN:
            return self.statut.libelle
        if self.validee_le:
            return "À contrôler"
        return "Attendue" if self.mode is ModeDepot.EN_LIGNE else f"Attendue, {self.mode.libelle}"

    @property
    def couleur(self) -> str:
        if self.statut is StatutPiece.AUCUN and self.validee_le:
            return "ambre"
        return {"conforme": "vert", "non_conforme": "rouge", "recue": "bleu"}.get(self.statut.value, "")


@dataclass(frozen=True, slots=True)
class DocumentDuDossier:
    id: str
    libelle: str
    numero: int
    publie_le: datetime
    est_remplace: bool
    lu_le: datetime | None
    est_ouvrable: bool
    """faux pour des aménagements : on sait qu'ils sont notifiés, leur seule fonction les lit"""


@dataclass(frozen=True, slots=True)
class MailDuDossier:
    sujet: str
    destinataire: str
    cree_le: datetime
    envoye_le: datetime | None
    abandonne_le: datetime | None
    tentatives: int

    @property
    def situation(self) -> str:
        if self.envoye_le:
            return "Envoyé"
        if self.abandonne_le:
            return "Non remis"
        return "En attente, déjà essayé" if self.tentatives else "En attente"

    @property
    def couleur(self) -> str:
        return "vert" if self.envoye_le else "rouge" if self.abandonne_le else "ambre"


@dataclass(frozen=True, slots=True)
class FaitDuDossier:
    le: datetime
    quoi: str
    detail: str
    par: str
    """« le candidat », ou le nom d'un agent"""


@dataclass(frozen=True, slots=True)
class DossierEntier:
    id: str
    compte_id: str
    etat: EtatCandidature
    numero_candidat: str
    numero_inscription: str
    version: int
    cree_le: datetime
    garde_le: datetime | None
    enregistree_le: datetime | None
    desinscrite_le: datetime | None
    est_en_modification: bool
    """des réponses gardées depuis la dernière version, et pas encore enregistrées"""
    courriel: str
    compte_cree_le: datetime
    etat_civil: EtatCivil
    periode: FichePeriode
    specialite: str
    etablissement: str
    categorie: str
    """des codes"""
    fiche: Fiche | None
    """de la dernière version ; nulle tant que rien n'est enregistré"""
    lue: CandidatureLue | None
    """nulle quand elle n'est plus en cours"""
    versions: tuple[VersionGardee, ...]
    pieces: tuple[PieceDuDossier, ...]
    documents: tuple[DocumentDuDossier, ...]
    mails: tuple[MailDuDossier, ...]
    faits: tuple[FaitDuDossier, ...]
    lectures: tuple[Lecture, ...]

    @property
    def est_en_cours(self) -> bool:
        return self.etat in EN_COURS_ETATS

    @property
    def brouillon(self) -> CandidatureLue | None:
        """Quand aucune version n'existe encore."""
        return None if self.version else self.lue

    @property
    def conformes(self) -> int:
        return sum(piece.statut is StatutPiece.CONFORME for piece in self.pieces)

    @property
    def est_convoque(self) -> bool:
        convocation = TypeDocument.CONVOCATION.libelle
        return any(document.libelle == convocation and not document.est_remplace for document in self.documents)

    @property
    def nom(self) -> str:
        return f"{self.etat_civil.nom_famille.upper()} {self.etat_civil.prenoms}"


def candidature_a_portee(db: Session, candidature_id: str, academies: Collection[str]) -> Candidature | None:
    """Quel que soit son état : un dossier écarté ou désinscrit se lit encore."""
    return db.scalar(
        select(Candidature)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(Candidature.id == candidature_id, PeriodeInscription.academie_code.in_(academies))
    )


def dossier_entier(
    db: Session, candidature_id: str, *, academies: Collection[str], maintenant: datetime
) -> DossierEntier | None:
    ligne = candidature_a_portee(db, candidature_id, academies)
    if ligne is None:
        return None
    compte = db.get_one(Compte, ligne.compte_id)
    etat_civil, service = etat_civil_de(db, compte.id), periode(db, ligne.periode_id)
    if etat_civil is None or service is None:
        raise LookupError("a candidature has its holder and its period")
    versions = db.execute(
        select(VersionCandidature.numero, VersionCandidature.enregistree_le)
        .where(VersionCandidature.candidature_id == ligne.id)
        .order_by(VersionCandidature.numero.desc())
    )
    lue = candidature_de(db, compte.id, ligne.id, maintenant=maintenant)
    return DossierEntier(
        id=ligne.id,
        compte_id=compte.id,
        etat=ligne.etat,
        numero_candidat=db.get_one(Candidat, compte.id).numero_candidat or "",
        numero_inscription=ligne.numero_inscription or "",
        version=ligne.version,
        cree_le=ligne.cree_le,
        garde_le=ligne.garde_le,
        enregistree_le=ligne.enregistree_le,
        desinscrite_le=ligne.desinscrite_le,
        est_en_modification=lue is not None and lue.est_enregistree and not lue.est_a_jour,
        courriel=compte.courriel,
        compte_cree_le=compte.cree_le,
        etat_civil=etat_civil,
        periode=service,
        specialite=ligne.specialite,
        etablissement=ligne.etablissement,
        categorie=ligne.categorie,
        fiche=fiche_de(db, ligne.id, ligne.version),
        lue=lue,
        versions=tuple(VersionGardee(*version) for version in versions),
        pieces=_pieces(db, ligne.id),
        documents=_documents(db, ligne.id),
        mails=_mails(db, ligne.id, compte.id),
        faits=_faits(db, ligne.id, compte.id),
        lectures=lectures(db, ligne.id),
    )


def fiche_de(db: Session, candidature_id: str, version: int) -> Fiche | None:
    """À n'appeler que pour une candidature déjà lue dans la portée de l'agent."""
    valeur = db.scalar(
        select(VersionCandidature.fiche).where(
            VersionCandidature.candidature_id == candidature_id, VersionCandidature.numero == version
        )
    )
    return de_json(valeur) if valeur is not None else None


def _pieces(db: Session, candidature_id: str) -> tuple[PieceDuDossier, ...]:
    demandees = db.scalars(
        select(PieceDemandee)
        .where(PieceDemandee.candidature_id == candidature_id, PieceDemandee.retiree_le.is_(None))
        .order_by(PieceDemandee.ordre, PieceDemandee.id)
    )
    return tuple(
        PieceDuDossier(
            p.id, p.code, p.libelle, p.mode, p.est_obligatoire, p.est_certaine, p.statut, p.validee_le, p.recue_le
        )
        for p in demandees
    )


def _documents(db: Session, candidature_id: str) -> tuple[DocumentDuDossier, ...]:
    publies = db.scalars(
        select(Document)
        .where(Document.candidature_id == candidature_id)
        .order_by(Document.remplace_le.is_not(None), Document.publie_le.desc(), Document.type)
    )
    return tuple(
        DocumentDuDossier(
            d.id, d.type.libelle, d.numero, d.publie_le, d.remplace_le is not None, d.lu_le, d.type not in RESERVES
        )
        for d in publies
    )


def _mails(db: Session, candidature_id: str, compte_id: str) -> tuple[MailDuDossier, ...]:
    """Ceux de ce dossier, et ceux du compte qui n'en visent aucun (activation, mot de passe)."""
    du_compte = (Courriel.compte_id == compte_id) & Courriel.candidature_id.is_(None)
    lignes = db.execute(
        select(
            Courriel.sujet,
            Courriel.destinataire,
            Courriel.cree_le,
            Courriel.envoye_le,
            Courriel.abandonne_le,
            Courriel.tentatives,
        )
        .where(or_(Courriel.candidature_id == candidature_id, du_compte))
        .order_by(Courriel.cree_le.desc(), Courriel.id)
        .limit(MAILS)
    )
    return tuple(MailDuDossier(*ligne) for ligne in lignes)


def _faits(db: Session, candidature_id: str, compte_id: str) -> tuple[FaitDuDossier, ...]:
    evenements: Sequence[Evenement] = db.scalars(
        select(Evenement)
        .where(Evenement.candidature_id == candidature_id)
        .order_by(Evenement.survenu_le.desc(), Evenement.id.desc())
    ).all()
    noms = noms_des_agents(db, {fait.compte_id for fait in evenements}) | {compte_id: "le candidat"}
    return tuple(
        FaitDuDossier(fait.survenu_le, intitule(fait.nature), fait.detail, noms.get(fait.compte_id, ""))
        for fait in evenements
    )
