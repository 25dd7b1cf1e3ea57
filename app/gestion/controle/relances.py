"""Relancer les candidats dont il manque une pièce : un document neuf dit laquelle et pourquoi, un seul mail par jour.

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
from app.documents.reclamees import PieceReclamee, en_donnees, lots
from app.gestion.controle.dossier import RELANCE
from app.gestion.controle.trace import Portee
from app.infra.clock import PARIS, jour_de_paris
from app.infra.outbox import poster
from app.infra.registre import consigner
from app.pieces.controle import dossiers_a_portee
from app.pieces.depot import a_un_fichier
from app.pieces.models import PieceDemandee
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import nom_academie, nom_session
from app.referentiel.queries import periode
from app.regles.vocabulaire import StatutPiece

PAR_PAGE = 50


@dataclass(frozen=True, slots=True)
class Manquante:
    code: str
    libelle: str
    est_non_conforme: bool

    @property
    def etat(self) -> str:
        return "non conforme" if self.est_non_conforme else "attendue"


@dataclass(frozen=True, slots=True)
class Incomplet:
    """Un dossier de la liste."""

    id: str
    nom: str
    prenoms: str
    numero_candidat: str
    pieces: tuple[Manquante, ...]
    relances: int
    derniere_relance: datetime | None
    est_relance_aujourd_hui: bool


@dataclass(frozen=True, slots=True)
class ARelancer:
    candidature_id: str
    periode: FichePeriode
    reclamees: tuple[PieceReclamee, ...]


def incomplets(
    db: Session, academies: Collection[str], *, apres: str = "", combien: int = PAR_PAGE, maintenant: datetime
) -> tuple[tuple[Incomplet, ...], str]:
    """Les dossiers à qui il manque une pièce, par numéro de candidat, et la clé de la page suivante."""
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
            func.coalesce(relances.c.combien, 0),
            relances.c.derniere,
        )
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .join(PieceDemandee, PieceDemandee.candidature_id == Candidature.id)
        .outerjoin(relances, relances.c.candidature_id == Candidature.id)
        .where(Candidature.id.in_(dossiers_a_portee(academies)), _manque())
        .group_by(Candidature.id, Candidat.compte_id, relances.c.combien, relances.c.derniere)
        .order_by(Candidat.numero_candidat, Candidature.id)
        .limit(combien + 1)
    )
    if apres:
        requete = requete.where(_au_dela(apres))
    debut = debut_du_jour(maintenant)
    lues = db.execute(requete).all()
    manquent = _manquantes(db, [ligne[0] for ligne in lues])
    lignes = [
        Incomplet(
            id_,
            nom,
            prenoms,
            numero or "",
            tuple(manquent[id_]),
            faites,
            derniere,
            bool(derniere and derniere >= debut),
        )
        for id_, nom, prenoms, numero, faites, derniere in lues
    ]
    suite = cle_de(lignes[combien - 1]) if len(lignes) > combien else ""
    return tuple(lignes[:combien]), suite


def combien_d_incomplets(db: Session, academies: Collection[str]) -> int:
    return (
        db.scalar(
            select(func.count(PieceDemandee.candidature_id.distinct())).where(
                PieceDemandee.candidature_id.in_(dossiers_a_portee(academies)), _manque()
            )
        )
        or 0
    )


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
        reclamees = _reclamees(db, candidature_id, fiche.depot_ferme_le) if fiche else ()
        if fiche and reclamees and not _relance_depuis(db, candidature_id, debut_du_jour(maintenant)):
            trouves.append(ARelancer(candidature_id, fiche, reclamees))
    return tuple(trouves)


def relancer(db: Session, lettres: Sequence[tuple[ARelancer, Message]], portee: Portee, *, maintenant: datetime) -> int:
    """Rend le nombre de candidats relancés. Envoyé deux fois, ou par deux agents, chacun ne reçoit qu'un mail."""
    faites = 0
    ids = [relance.candidature_id for relance, _ in lettres]
    encore = {r.candidature_id: r for r in a_relancer(db, ids, portee.academies, maintenant=maintenant)}
    for lue, message in lettres:
        actuelle = encore.get(lue.candidature_id)
        if actuelle is None or actuelle.reclamees != lue.reclamees:
            continue
        _relancer(db, lue, message, portee.agent_id, maintenant)
        faites += 1
    return faites


def composer(gabarits: Environment, url_publique: str, relance: ARelancer, maintenant: datetime) -> Message:
    sujet = "[CYCLADES] Des pièces justificatives manquent à votre dossier"
    contexte = {
        "sujet": sujet,
        "lots": lots(relance.reclamees, maintenant),
        "inscription": f"{nom_session(relance.periode.session)}, {nom_academie(relance.periode.academie)}",
        "service": relance.periode.service,
        "lien": f"{url_publique}/candidatures/{relance.candidature_id}/pieces",
        "lien_documents": f"{url_publique}/candidatures/{relance.candidature_id}/documents",
    }
    texte = gabarits.get_template("courriels/relance.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/relance.html").render(contexte))


def cle_de(dossier: Incomplet) -> str:
    """Un candidat peut avoir deux candidatures : le numéro seul n'est pas une clé."""
    return f"{dossier.numero_candidat}-{dossier.id}"


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
        type=TypeDocument.RELANCE_PIECES,
        donnees=en_donnees(relance.reclamees),
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
    nombre = len(relance.reclamees)
    detail = f"{nombre} pièce{'s' if nombre > 1 else ''} attendue{'s' if nombre > 1 else ''}"
    noter(db, candidature.id, agent_id, RELANCE, detail=detail, maintenant=maintenant)
    consigner(
        db,
        acteur=agent_id,
        nature="relancer",
        objet="candidature",
        objet_id=candidature.id,
        academie=relance.periode.academie.code,
        detail=str(nombre),
        maintenant=maintenant,
    )


def _manquantes(db: Session, candidature_ids: Sequence[str]) -> dict[str, list[Manquante]]:
    manquent: dict[str, list[Manquante]] = {id_: [] for id_ in candidature_ids}
    lignes = db.execute(
        select(PieceDemandee.candidature_id, PieceDemandee.code, PieceDemandee.libelle, PieceDemandee.statut)
        .where(PieceDemandee.candidature_id.in_(candidature_ids), _manque())
        .order_by(PieceDemandee.ordre)
    )
    for candidature_id, code, libelle, statut in lignes:
        manquent[candidature_id].append(Manquante(code, libelle, statut is StatutPiece.NON_CONFORME))
    return manquent


def _reclamees(db: Session, candidature_id: str, depot_ferme_le: datetime) -> tuple[PieceReclamee, ...]:
    lignes = db.execute(
        select(PieceDemandee, a_un_fichier(PieceDemandee))
        .where(PieceDemandee.candidature_id == candidature_id, _manque())
        .order_by(PieceDemandee.ordre)
    )
    return tuple(
        PieceReclamee(
            code=piece.code,
            libelle=piece.libelle,
            mode=piece.mode,
            est_non_conforme=piece.statut is StatutPiece.NON_CONFORME,
            est_deposee=bool(a_un_depot) and piece.statut is StatutPiece.AUCUN,
            message=piece.commentaire,
            limite=max(piece.rouverte_jusqu_a or depot_ferme_le, depot_ferme_le),
            documents_acceptes=tuple(piece.documents_acceptes),
        )
        for piece, a_un_depot in lignes
    )


def _au_dela(apres: str) -> ColumnElement[bool]:
    numero, _, candidature_id = apres.partition("-")
    return or_(
        Candidat.numero_candidat > numero,
        and_(Candidat.numero_candidat == numero, Candidature.id > candidature_id),
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
