"""Relancer les candidats dont il manque une pièce : la demande est republiée, et un seul mail part par jour.

Le mail est composé avant l'acte ; l'acte revoit le dossier, et passe celui qui a changé entre-temps.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from jinja2 import Environment
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature, Evenement, VersionCandidature
from app.comptes.models import Candidat
from app.comptes.valeurs import Message
from app.documents.actions import publier
from app.documents.models import TypeDocument
from app.gestion.controle.actes import Portee
from app.gestion.controle.dossier import RELANCE
from app.infra.clock import PARIS, jour_de_paris
from app.infra.outbox import poster
from app.pieces.controle import dossiers_a_portee
from app.pieces.models import PieceDemandee
from app.referentiel.fiches import FichePeriode
from app.referentiel.queries import periode
from app.regles.vocabulaire import ModeDepot, StatutPiece

PAR_PAGE = 50


@dataclass(frozen=True, slots=True)
class Manquante:
    id: str
    code: str
    libelle: str
    mode: ModeDepot
    statut: StatutPiece
    commentaire: str
    rouverte_jusqu_a: datetime | None

    @property
    def cle(self) -> tuple[str, StatutPiece]:
        return self.id, self.statut


@dataclass(frozen=True, slots=True)
class Incomplet:
    """Un dossier de la liste."""

    id: str
    nom: str
    prenoms: str
    numero_candidat: str
    manquent: int
    relances: int
    derniere_relance: datetime | None
    est_relance_aujourd_hui: bool


@dataclass(frozen=True, slots=True)
class ARelancer:
    candidature_id: str
    periode: FichePeriode
    manquantes: tuple[Manquante, ...]


def incomplets(
    db: Session, academies: Collection[str], *, apres: str = "", maintenant: datetime
) -> tuple[tuple[Incomplet, ...], str]:
    """Les dossiers à qui il manque une pièce obligatoire, par numéro de candidat, et la clé de la page suivante."""
    relances = (
        select(
            Evenement.candidature_id,
            func.count().label("combien"),
            func.max(Evenement.survenu_le).label("derniere"),
        )
        .where(Evenement.nature == RELANCE)
        .group_by(Evenement.candidature_id)
        .subquery()
    )
    requete = (
        select(
            Candidature.id,
            Candidat.nom_famille,
            Candidat.prenoms,
            Candidat.numero_candidat,
            func.count(PieceDemandee.id),
            func.coalesce(relances.c.combien, 0),
            relances.c.derniere,
        )
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .join(PieceDemandee, PieceDemandee.candidature_id == Candidature.id)
        .outerjoin(relances, relances.c.candidature_id == Candidature.id)
        .where(Candidature.id.in_(dossiers_a_portee(academies)), _manque())
        .group_by(Candidature.id)
        .order_by(Candidat.numero_candidat, Candidature.id)
        .limit(PAR_PAGE + 1)
    )
    if apres:
        requete = requete.where(Candidat.numero_candidat > apres)
    debut = debut_du_jour(maintenant)
    lignes = [
        Incomplet(id_, nom, prenoms, numero or "", manquent, combien, derniere, bool(derniere and derniere >= debut))
        for id_, nom, prenoms, numero, manquent, combien, derniere in db.execute(requete).all()
    ]
    suite = lignes[PAR_PAGE - 1].numero_candidat if len(lignes) > PAR_PAGE else ""
    return tuple(lignes[:PAR_PAGE]), suite


def a_relancer(
    db: Session, candidature_ids: Sequence[str], academies: Collection[str], *, maintenant: datetime
) -> tuple[ARelancer, ...]:
    """Ceux de sa portée à qui il manque quelque chose et qui n'ont pas été relancés aujourd'hui."""
    trouves = []
    for candidature_id in dict.fromkeys(candidature_ids):
        periode_id = db.scalar(
            select(Candidature.periode_id).where(
                Candidature.id == candidature_id, Candidature.id.in_(dossiers_a_portee(academies))
            )
        )
        fiche = periode(db, periode_id) if periode_id else None
        manquantes = _manquantes(db, candidature_id) if fiche else ()
        if fiche and manquantes and not _relance_depuis(db, candidature_id, debut_du_jour(maintenant)):
            trouves.append(ARelancer(candidature_id, fiche, manquantes))
    return tuple(trouves)


def relancer(db: Session, lettres: Sequence[tuple[ARelancer, Message]], portee: Portee, *, maintenant: datetime) -> int:
    """Rend le nombre de candidats relancés. Envoyé deux fois, ou par deux agents, chacun ne reçoit qu'un mail."""
    faites = 0
    ids = [relance.candidature_id for relance, _ in lettres]
    encore = {r.candidature_id: r for r in a_relancer(db, ids, portee.academies, maintenant=maintenant)}
    for lue, message in lettres:
        actuelle = encore.get(lue.candidature_id)
        if actuelle is None or {m.cle for m in actuelle.manquantes} != {m.cle for m in lue.manquantes}:
            continue
        _relancer(db, lue, message, portee.agent_id, maintenant)
        faites += 1
    return faites


def composer(gabarits: Environment, url_publique: str, relance: ARelancer, maintenant: datetime) -> Message:
    sujet = "[CYCLADES] Des pièces justificatives manquent à votre dossier"
    en_ligne = [piece for piece in relance.manquantes if piece.mode is ModeDepot.EN_LIGNE]
    contexte = {
        "sujet": sujet,
        "pieces": relance.manquantes,
        "en_ligne": en_ligne,
        "depot_ouvert": maintenant < relance.periode.depot_ferme_le,
        "ferme_le": relance.periode.depot_ferme_le,
        "service": relance.periode.service,
        "lien": f"{url_publique}/candidatures/{relance.candidature_id}/pieces",
    }
    texte = gabarits.get_template("courriels/relance.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/relance.html").render(contexte))


def debut_du_jour(maintenant: datetime) -> datetime:
    return datetime.combine(jour_de_paris(maintenant), time(), tzinfo=PARIS).astimezone(UTC)


def _relancer(db: Session, relance: ARelancer, message: Message, agent_id: str, maintenant: datetime) -> None:
    candidature = db.get_one(Candidature, relance.candidature_id)
    version = db.scalars(
        select(VersionCandidature).where(
            VersionCandidature.candidature_id == candidature.id, VersionCandidature.numero == candidature.version
        )
    ).one()
    publier(
        db,
        candidature_id=candidature.id,
        version_id=version.id,
        type=TypeDocument.DEMANDE_PIECES,
        maintenant=maintenant,
    )
    poster(
        db,
        destinataire=version.brouillon["courriel"],
        sujet=message.sujet,
        texte=message.texte,
        html=message.html,
        nature=RELANCE,
        maintenant=maintenant,
        compte_id=candidature.compte_id,
        candidature_id=candidature.id,
    )
    nombre = len(relance.manquantes)
    detail = f"{nombre} pièce{'s' if nombre > 1 else ''} attendue{'s' if nombre > 1 else ''}"
    noter(db, candidature.id, agent_id, RELANCE, detail=detail, maintenant=maintenant)
    db.flush()


def _manquantes(db: Session, candidature_id: str) -> tuple[Manquante, ...]:
    pieces = db.scalars(
        select(PieceDemandee)
        .where(PieceDemandee.candidature_id == candidature_id, _manque())
        .order_by(PieceDemandee.ordre)
    )
    return tuple(
        Manquante(p.id, p.code, p.libelle, p.mode, p.statut, p.commentaire, p.rouverte_jusqu_a) for p in pieces
    )


def _manque() -> ColumnElement[bool]:
    """Non conforme ; ou obligatoire pour sûr, et pas encore envoyée. Envoyée, c'est au service d'agir."""
    return and_(
        PieceDemandee.retiree_le.is_(None),
        or_(
            PieceDemandee.statut == StatutPiece.NON_CONFORME,
            and_(
                PieceDemandee.statut == StatutPiece.AUCUN,
                PieceDemandee.validee_le.is_(None),
                PieceDemandee.est_obligatoire,
                PieceDemandee.est_certaine,
            ),
        ),
    )


def _relance_depuis(db: Session, candidature_id: str, debut: datetime) -> bool:
    deja = select(Evenement.id).where(
        Evenement.candidature_id == candidature_id, Evenement.nature == RELANCE, Evenement.survenu_le >= debut
    )
    return db.scalar(deja.limit(1)) is not None
