"""Un dossier tel que l'agent le voit : qui est le candidat, et chaque pièce avec ce qu'on peut en dire."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.candidatures.fiche import Fiche, de_json
from app.candidatures.models import Candidature, Evenement, VersionCandidature
from app.comptes.agents import noms_des_agents
from app.pieces.controle import dossiers_a_portee
from app.pieces.models import EvenementPiece, FichierDepose, PieceDemandee, PriseEnMain
from app.pieces.suivi import Trace
from app.referentiel.models import Academie, PeriodeInscription
from app.regles.pieces import peut_suivre
from app.regles.vocabulaire import EtatExamen, ModeDepot, StatutPiece
from app.web.gabarits import derniere_minute

RELANCE = "relancee"
VERDICTS = (StatutPiece.CONFORME, StatutPiece.NON_CONFORME, StatutPiece.RECUE)


@dataclass(frozen=True, slots=True)
class FichierAControler:
    id: str
    nom: str
    format: str
    octets: int
    pages: int
    cle: str
    depose_le: datetime
    est_du_service: bool
    """déposé par un agent pour le candidat"""

    @property
    def poids(self) -> str:
        if self.octets < 1_000_000:
            return f"{max(1, round(self.octets / 1000))} ko"
        return f"{self.octets / 1_000_000:.1f} Mo".replace(".", ",")


@dataclass(frozen=True, slots=True)
class PieceAControler:
    id: str
    code: str
    libelle: str
    groupe_libelle: str
    mode: ModeDepot
    est_demandee: bool
    est_obligatoire: bool
    est_certaine: bool
    documents_acceptes: tuple[str, ...]
    statut: StatutPiece
    validee_le: datetime | None
    recue_le: date | None
    commentaire: str
    rouverte_jusqu_a: datetime | None
    fichier: FichierAControler | None
    """nul : rien de visible ; envoyé, et passé à l'examen"""
    a_un_fichier: bool
    """même en cours d'examen, ou pas encore envoyé par le candidat"""
    histoire: tuple[Trace, ...]

    @property
    def est_a_controler(self) -> bool:
        return self.est_demandee and self.fichier is not None and self.statut is StatutPiece.AUCUN

    @property
    def est_en_verification(self) -> bool:
        """L'examen ou l'antivirus était en panne : le fichier attend son tour, l'agent ne le voit pas encore."""
        return self.a_un_fichier and self.fichier is None and self.validee_le is not None

    @property
    def verdicts(self) -> tuple[StatutPiece, ...]:
        """En ligne, il faut un fichier à juger ; remise autrement, c'est l'agent qui l'a en main."""
        jugeable = self.fichier is not None or (self.mode is not ModeDepot.EN_LIGNE and not self.a_un_fichier)
        if not jugeable or not self.est_demandee:
            return ()
        return tuple(statut for statut in VERDICTS if peut_suivre(self.statut, statut))

    @property
    def situation(self) -> str:
        if self.statut is not StatutPiece.AUCUN:
            return self.statut.libelle
        if self.est_a_controler:
            return "À contrôler"
        if self.est_en_verification:
            return "Envoyée, en cours de vérification"
        if self.a_un_fichier:
            return "Pas encore envoyée"
        return "Attendue" if self.mode is ModeDepot.EN_LIGNE else f"Attendue, {self.mode.libelle}"

    @property
    def manque(self) -> bool:
        """À fournir par le candidat : non conforme, ou obligatoire pour sûr et pas encore envoyée."""
        a_envoyer = self.statut is StatutPiece.AUCUN and self.validee_le is None
        attendue = a_envoyer and self.est_obligatoire and self.est_certaine
        return self.est_demandee and (attendue or self.statut is StatutPiece.NON_CONFORME)

    @property
    def peut_deposer(self) -> bool:
        """Pour le compte du candidat : rien n'est déposé, ou ce qui l'est n'est pas conforme."""
        libre = not self.a_un_fichier or self.statut is StatutPiece.NON_CONFORME
        return self.est_demandee and self.statut is not StatutPiece.CONFORME and libre


@dataclass(frozen=True, slots=True)
class Prise:
    par: str
    est_a_moi: bool
    jusqu_a: datetime


@dataclass(frozen=True, slots=True)
class DossierAControler:
    id: str
    academie_code: str
    academie: str
    numero_inscription: str
    version: int
    version_referentiel_id: int
    fiche: Fiche
    depot_ferme_le: datetime
    pieces: tuple[PieceAControler, ...]
    prise: Prise | None
    relances: int
    derniere_relance: datetime | None

    @property
    def est_a_moi(self) -> bool:
        return self.prise is not None and self.prise.est_a_moi

    @property
    def pris_par_un_autre(self) -> bool:
        return self.prise is not None and not self.prise.est_a_moi

    @property
    def demandees(self) -> tuple[PieceAControler, ...]:
        return tuple(piece for piece in self.pieces if piece.est_demandee)

    @property
    def conformes(self) -> int:
        return sum(piece.statut is StatutPiece.CONFORME for piece in self.demandees)

    @property
    def fin_du_depot(self) -> datetime:
        return derniere_minute(self.depot_ferme_le)

    @property
    def est_incomplet(self) -> bool:
        return any(piece.manque for piece in self.pieces)

    def piece(self, piece_id: str) -> PieceAControler | None:
        """Celle qu'on demande ; sinon la première à contrôler, sinon la première."""
        choisie = [piece for piece in self.pieces if piece.id == piece_id]
        a_controler = [piece for piece in self.pieces if piece.est_a_controler]
        return next(iter([*choisie, *a_controler, *self.pieces]), None)


def dossier_a_controler(
    db: Session, candidature_id: str, *, academies: Collection[str], agent_id: str, maintenant: datetime
) -> DossierAControler | None:
    """Nul hors de la portée de l'agent."""
    ligne = db.execute(
        select(
            Candidature,
            VersionCandidature.fiche,
            VersionCandidature.version_referentiel_id,
            PeriodeInscription.depot_ferme_le,
            Academie.code,
            Academie.nom,
        )
        .join(
            VersionCandidature,
            and_(VersionCandidature.candidature_id == Candidature.id, VersionCandidature.numero == Candidature.version),
        )
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .where(Candidature.id == candidature_id, Candidature.id.in_(dossiers_a_portee(academies)))
    ).one_or_none()
    if ligne is None:
        return None
    candidature, fiche, referentiel_id, depot_ferme_le, academie_code, academie = ligne
    relances, derniere = db.execute(
        select(func.count(), func.max(Evenement.survenu_le)).where(
            Evenement.candidature_id == candidature_id, Evenement.nature == RELANCE
        )
    ).one()
    return DossierAControler(
        id=candidature.id,
        academie_code=academie_code,
        academie=academie,
        numero_inscription=candidature.numero_inscription or "",
        version=candidature.version,
        version_referentiel_id=referentiel_id,
        fiche=de_json(fiche),
        depot_ferme_le=depot_ferme_le,
        pieces=_pieces(db, candidature),
        prise=_prise(db, candidature_id, agent_id, maintenant),
        relances=relances,
        derniere_relance=derniere,
    )


def dossier_de_la_piece(db: Session, piece_id: str, academies: Collection[str]) -> str | None:
    return db.scalar(
        select(PieceDemandee.candidature_id).where(
            PieceDemandee.id == piece_id, PieceDemandee.candidature_id.in_(dossiers_a_portee(academies))
        )
    )


def _prise(db: Session, candidature_id: str, agent_id: str, maintenant: datetime) -> Prise | None:
    prise = db.get(PriseEnMain, candidature_id)
    if prise is None or prise.expire_le <= maintenant:
        return None
    par = noms_des_agents(db, [prise.agent_id]).get(prise.agent_id, "un autre agent")
    return Prise(par, prise.agent_id == agent_id, prise.expire_le)


def _pieces(db: Session, candidature: Candidature) -> tuple[PieceAControler, ...]:
    lignes = db.execute(
        select(PieceDemandee, FichierDepose)
        .outerjoin(FichierDepose, and_(FichierDepose.piece_id == PieceDemandee.id, FichierDepose.retire_le.is_(None)))
        .where(PieceDemandee.candidature_id == candidature.id)
        .order_by(PieceDemandee.retiree_le.is_not(None), PieceDemandee.ordre, PieceDemandee.id)
    ).all()
    histoires: dict[str, list[Trace]] = {piece.id: [] for piece, _ in lignes}
    requete = select(EvenementPiece).where(EvenementPiece.piece_id.in_(histoires)).order_by(EvenementPiece.id.desc())
    for fait in db.scalars(requete):
        histoires[fait.piece_id].append(Trace(fait.survenu_le, fait.genre.libelle, fait.detail))
    return tuple(_piece(piece, fichier, candidature.compte_id, tuple(histoires[piece.id])) for piece, fichier in lignes)


def _piece(
    piece: PieceDemandee, fichier: FichierDepose | None, compte_id: str, histoire: tuple[Trace, ...]
) -> PieceAControler:
    visible = fichier is not None and fichier.examen is EtatExamen.SAIN and _est_envoyee(piece)
    return PieceAControler(
        id=piece.id,
        code=piece.code,
        libelle=piece.libelle,
        groupe_libelle=piece.groupe_libelle,
        mode=piece.mode,
        est_demandee=piece.retiree_le is None,
        est_obligatoire=piece.est_obligatoire,
        est_certaine=piece.est_certaine,
        documents_acceptes=tuple(piece.documents_acceptes),
        statut=piece.statut,
        validee_le=piece.validee_le,
        recue_le=piece.recue_le,
        commentaire=piece.commentaire,
        rouverte_jusqu_a=piece.rouverte_jusqu_a,
        fichier=_fichier(fichier, compte_id) if fichier and visible else None,
        a_un_fichier=fichier is not None,
        histoire=histoire,
    )


def _est_envoyee(piece: PieceDemandee) -> bool:
    """Validée par le candidat, ou déjà jugée : avant, son fichier ne regarde que lui."""
    return piece.validee_le is not None or piece.statut is not StatutPiece.AUCUN


def _fichier(fichier: FichierDepose, compte_id: str) -> FichierAControler:
    return FichierAControler(
        id=fichier.id,
        nom=fichier.nom,
        format=fichier.format,
        octets=fichier.octets,
        pages=fichier.pages,
        cle=fichier.cle,
        depose_le=fichier.depose_le,
        est_du_service=fichier.depose_par != compte_id,
    )
