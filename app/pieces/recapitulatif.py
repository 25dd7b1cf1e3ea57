"""Le récapitulatif du matin : les statuts posés sur les pièces d'un candidat depuis le précédent, en un seul mail.

Le guide dit « Je ne reçois pas de mail automatique » : il ne part que si l'instance le demande. Un envoi est une
ligne, écrite avec son courriel : deux passages, ou deux processus, n'en font qu'un par candidat et par jour. Après un
arrêt, tout ce qui n'a pas été annoncé l'est, s'il a moins de sept jours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from jinja2 import Environment
from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.candidatures.models import Candidature
from app.comptes.models import Compte
from app.comptes.valeurs import Message
from app.infra.clock import PARIS, jour_de_paris
from app.infra.database import Base, Database
from app.infra.outbox import poster
from app.pieces.models import EvenementPiece, GenreEvenement, PieceDemandee
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import nom_academie, nom_session
from app.referentiel.queries import periode
from app.regles.vocabulaire import EtatCandidature, ModeDepot, StatutPiece
from app.web.gabarits import fin_paris

HEURE = time(7)
"""à Paris : ce qui est posé ensuite attend le lendemain"""
OUBLI = timedelta(days=7)
LOT = 50
POSES = (GenreEvenement.RECUE, GenreEvenement.NON_CONFORME, GenreEvenement.CONFORME)


class RecapitulatifEnvoye(Base):
    __tablename__ = "recapitulatif_envoye"

    compte_id: Mapped[str] = mapped_column(ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    jour: Mapped[date] = mapped_column(primary_key=True)
    """celui de Paris"""
    jusqu_a: Mapped[int]
    """le dernier `EvenementPiece` annoncé"""
    envoye_le: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class PieceJugee:
    code: str
    libelle: str
    statut: StatutPiece
    recue_le: date | None
    commentaire: str
    limite: datetime | None
    """non conforme et à déposer en ligne : jusqu'à quand, fin exclue ; nul : ce n'est plus possible, ou autrement"""

    @property
    def phrase(self) -> str:
        if self.statut is StatutPiece.NON_CONFORME:
            suite = f"À redéposer avant le {fin_paris(self.limite)}." if self.limite else ""
            return " ".join(filter(None, ["Non conforme.", self.commentaire, suite]))
        if self.statut is StatutPiece.RECUE and self.recue_le:
            return f"Reçue le {self.recue_le:%d/%m/%Y}. Elle sera contrôlée plus tard."
        return " ".join(filter(None, [f"{self.statut.libelle}.", self.commentaire]))


@dataclass(frozen=True, slots=True)
class DossierJuge:
    candidature_id: str
    periode: FichePeriode
    pieces: tuple[PieceJugee, ...]


@dataclass(frozen=True, slots=True)
class Recapitulatif:
    compte_id: str
    courriel: str
    dossiers: tuple[DossierJuge, ...]
    jusqu_a: int


async def envoyer_les_recapitulatifs(
    database: Database, gabarits: Environment, url_publique: str, maintenant: datetime
) -> int:
    """Rend le nombre de courriels mis en boîte."""
    comptes = await database.lire(comptes_a_prevenir, maintenant)
    envoyes = 0
    for debut in range(0, len(comptes), LOT):
        recapitulatifs = await database.lire(recapitulatifs_de, comptes[debut : debut + LOT], maintenant)
        lettres = [(recapitulatif, composer(gabarits, url_publique, recapitulatif)) for recapitulatif in recapitulatifs]
        envoyes += await database.ecrire(prevenir, lettres, maintenant=maintenant)
    return envoyes


def comptes_a_prevenir(db: Session, maintenant: datetime) -> tuple[str, ...]:
    """Personne avant l'heure ; ensuite, qui n'a rien reçu ce jour et dont une pièce a un statut qu'il ne sait pas."""
    if maintenant < coupe(maintenant):
        return ()
    comptes = (
        select(Candidature.compte_id)
        .where(Candidature.id.in_(select(_jugees(maintenant).subquery().c.candidature_id)))
        .distinct()
    )
    return tuple(db.scalars(comptes.order_by(Candidature.compte_id)))


def recapitulatifs_de(db: Session, compte_ids: Sequence[str], maintenant: datetime) -> tuple[Recapitulatif, ...]:
    trouves: dict[str, list[tuple[Candidature, PieceDemandee, int]]] = {}
    adresses: dict[str, str] = {}
    jugees = _jugees(maintenant).where(Candidature.compte_id.in_(compte_ids)).subquery()
    lignes = db.execute(
        select(Candidature, PieceDemandee, jugees.c.dernier, Compte.courriel)
        .join(PieceDemandee, PieceDemandee.candidature_id == Candidature.id)
        .join(jugees, jugees.c.piece_id == PieceDemandee.id)
        .join(Compte, Compte.id == Candidature.compte_id)
        .order_by(Candidature.compte_id, Candidature.enregistree_le, Candidature.id, PieceDemandee.ordre)
    )
    for candidature, piece, dernier, courriel in lignes:
        trouves.setdefault(candidature.compte_id, []).append((candidature, piece, dernier))
        adresses[candidature.compte_id] = courriel
    return tuple(
        Recapitulatif(
            compte_id,
            adresses[compte_id],
            _dossiers(db, [(candidature, piece) for candidature, piece, _ in siennes], maintenant),
            max(dernier for _, _, dernier in siennes),
        )
        for compte_id, siennes in trouves.items()
    )


def prevenir(db: Session, lettres: Sequence[tuple[Recapitulatif, Message]], *, maintenant: datetime) -> int:
    """Tout est revu ici : ce qui a changé depuis la lecture part au passage suivant."""
    actuels = {r.compte_id: r for r in recapitulatifs_de(db, [lu.compte_id for lu, _ in lettres], maintenant)}
    envoyes = 0
    for lu, message in lettres:
        if actuels.get(lu.compte_id) != lu:
            continue
        db.add(
            RecapitulatifEnvoye(
                compte_id=lu.compte_id, jour=jour_de_paris(maintenant), jusqu_a=lu.jusqu_a, envoye_le=maintenant
            )
        )
        poster(
            db,
            destinataire=lu.courriel,
            sujet=message.sujet,
            texte=message.texte,
            html=message.html,
            nature="recapitulatif",
            maintenant=maintenant,
            compte_id=lu.compte_id,
            candidature_id=lu.dossiers[0].candidature_id if len(lu.dossiers) == 1 else None,
        )
        envoyes += 1
    return envoyes


def composer(gabarits: Environment, url_publique: str, recapitulatif: Recapitulatif) -> Message:
    pieces = [piece for dossier in recapitulatif.dossiers for piece in dossier.pieces]
    a_refaire = any(piece.statut is StatutPiece.NON_CONFORME for piece in pieces)
    quoi = "une pièce est à refaire" if a_refaire else "des nouvelles de vos pièces justificatives"
    sujet = f"[CYCLADES] Votre dossier : {quoi}"
    contexte = {
        "sujet": sujet,
        "dossiers": [
            {
                "inscription": f"{nom_session(dossier.periode.session)}, {nom_academie(dossier.periode.academie)}",
                "pieces": sorted(dossier.pieces, key=lambda piece: piece.statut is not StatutPiece.NON_CONFORME),
                "lien": f"{url_publique}/candidatures/{dossier.candidature_id}/pieces",
                "service": dossier.periode.service,
            }
            for dossier in recapitulatif.dossiers
        ],
        "a_redeposer": sum(piece.limite is not None for piece in pieces),
    }
    texte = gabarits.get_template("courriels/recapitulatif.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/recapitulatif.html").render(contexte))


def coupe(maintenant: datetime) -> datetime:
    """Sept heures ce jour, à Paris."""
    return datetime.combine(jour_de_paris(maintenant), HEURE, tzinfo=PARIS).astimezone(UTC)


def _jugees(maintenant: datetime) -> Select[str, str, int]:
    limite = coupe(maintenant)
    annonce = (
        select(func.max(RecapitulatifEnvoye.jusqu_a))
        .where(RecapitulatifEnvoye.compte_id == Candidature.compte_id)
        .scalar_subquery()
    )
    deja = select(RecapitulatifEnvoye.compte_id).where(
        RecapitulatifEnvoye.compte_id == Candidature.compte_id,
        RecapitulatifEnvoye.jour == jour_de_paris(maintenant),
    )
    return (
        select(
            Candidature.id.label("candidature_id"),
            PieceDemandee.id.label("piece_id"),
            func.max(EvenementPiece.id).label("dernier"),
        )
        .join(PieceDemandee, PieceDemandee.id == EvenementPiece.piece_id)
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .join(Compte, Compte.id == Candidature.compte_id)
        .where(
            EvenementPiece.genre.in_(POSES),
            EvenementPiece.survenu_le >= limite - OUBLI,
            EvenementPiece.survenu_le < limite,
            EvenementPiece.id > func.coalesce(annonce, 0),
            PieceDemandee.statut != StatutPiece.AUCUN,
            PieceDemandee.retiree_le.is_(None),
            Candidature.etat == EtatCandidature.INSCRIT,
            Compte.courriel != "",
            ~deja.exists(),
        )
        .group_by(Candidature.id, PieceDemandee.id)
    )


def _dossiers(
    db: Session, lignes: Sequence[tuple[Candidature, PieceDemandee]], maintenant: datetime
) -> tuple[DossierJuge, ...]:
    par_dossier: dict[str, list[PieceDemandee]] = {}
    periodes: dict[str, str] = {}
    for candidature, piece in lignes:
        par_dossier.setdefault(candidature.id, []).append(piece)
        periodes[candidature.id] = candidature.periode_id
    dossiers = []
    for candidature_id, pieces in par_dossier.items():
        fiche = periode(db, periodes[candidature_id])
        if fiche is not None:
            dossiers.append(
                DossierJuge(candidature_id, fiche, tuple(_jugee(piece, fiche, maintenant) for piece in pieces))
            )
    return tuple(dossiers)


def _jugee(piece: PieceDemandee, fiche: FichePeriode, maintenant: datetime) -> PieceJugee:
    limite = max(piece.rouverte_jusqu_a or fiche.depot_ferme_le, fiche.depot_ferme_le)
    se_redepose = piece.statut is StatutPiece.NON_CONFORME and piece.mode is ModeDepot.EN_LIGNE and limite > maintenant
    return PieceJugee(
        code=piece.code,
        libelle=piece.libelle,
        statut=piece.statut,
        recue_le=piece.recue_le,
        commentaire=piece.commentaire,
        limite=limite if se_redepose else None,
    )
