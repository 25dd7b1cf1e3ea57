"""Reprendre les fichiers gardés « en attente » : l'examinateur ou l'antivirus manquait quand ils sont arrivés.

Sain, les octets refaits remplacent ceux qui sont venus : c'est le même fichier, sa date de dépôt ne change pas. Refusé,
il s'en va, la pièce redevient déposable et le candidat reçoit la phrase.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import Environment
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Compte
from app.comptes.valeurs import Message
from app.infra.database import Database, Indisponible
from app.infra.outbox import poster
from app.pieces.depot import SANS_SYNCHRONISER, noter
from app.pieces.examen.examinateur import Examinateur
from app.pieces.examen.noms import nom_propre
from app.pieces.examen.paquet import MARQUE, est_un_paquet
from app.pieces.examen.verdict import Verdict
from app.pieces.models import FichierDepose, GenreEvenement, PieceDemandee
from app.pieces.rangement import Range, chemin, oter, ranger
from app.referentiel.models import PeriodeInscription
from app.regles.vocabulaire import EtatExamen

LOT = 20
ECHECS_MAX = 3
"""de suite : l'examinateur est en panne, le passage suivant dira s'il est revenu"""
POUR_REDEPOSER = timedelta(days=8)

journal = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EnAttente:
    id: str
    piece_id: str
    code: str
    libelle: str
    candidature_id: str
    nom: str
    format: str
    cle: str


async def reexaminer_sans_fin(
    database: Database,
    examinateur: Examinateur,
    *,
    donnees: Path,
    gabarits: Environment,
    url_publique: str,
    horloge: Callable[[], datetime],
    repos: timedelta,
) -> None:
    """Tourne jusqu'à annulation. Une base ou un disque indisponibles attendent le passage suivant."""
    while True:
        try:
            await reexaminer(database, examinateur, donnees, gabarits, url_publique, horloge())
        except (Indisponible, OSError) as panne:
            journal.warning("re-examination postponed: %s", type(panne).__name__)
        await asyncio.sleep(repos.total_seconds())


async def reexaminer(
    database: Database,
    examinateur: Examinateur,
    donnees: Path,
    gabarits: Environment,
    url_publique: str,
    maintenant: datetime,
) -> None:
    echecs = 0
    for attente in await database.lire(en_attente):
        with TemporaryDirectory(prefix="examen-") as dossier:
            sortie = Path(dossier) / "garde"
            try:
                verdict = await _examiner(examinateur, chemin(donnees, attente.cle), attente, sortie)
            except FileNotFoundError:  # retiré entre la lecture de la ligne et celle du fichier
                continue
            if verdict.etat is EtatExamen.EN_ATTENTE:
                echecs += 1
                if echecs == ECHECS_MAX:
                    return
                continue
            echecs = 0
            if verdict.etat is EtatExamen.SAIN:
                octets = await asyncio.to_thread(sortie.read_bytes)
                range_ = await asyncio.to_thread(ranger, donnees, octets, verdict.format)
                garde = await database.ecrire(garder, attente.id, range_, verdict)
                await asyncio.to_thread(oter, donnees, attente.cle if garde else range_.cle)
                continue
        lettre = composer(gabarits, url_publique, attente, verdict.motif)
        if await database.ecrire(refuser, attente.id, verdict.motif, lettre, maintenant=maintenant):
            await asyncio.to_thread(oter, donnees, attente.cle)


def en_attente(db: Session) -> list[EnAttente]:
    """Au hasard : un fichier que l'examen ne finit jamais ne barre pas la route aux autres."""
    requete = (
        select(FichierDepose, PieceDemandee)
        .join(PieceDemandee, PieceDemandee.id == FichierDepose.piece_id)
        .where(FichierDepose.examen == EtatExamen.EN_ATTENTE, FichierDepose.retire_le.is_(None))
        .order_by(func.random())
        .limit(LOT)
    )
    return [
        EnAttente(f.id, piece.id, piece.code, piece.libelle, piece.candidature_id, f.nom, f.format, f.cle)
        for f, piece in db.execute(requete)
    ]


def garder(db: Session, fichier_id: str, range_: Range, verdict: Verdict) -> bool:
    """Faux : il a été retiré ou jugé entre-temps, les octets refaits ne servent à rien."""
    nom = db.scalar(select(FichierDepose.nom).where(FichierDepose.id == fichier_id))
    garde = db.scalar(
        update(FichierDepose)
        .where(
            FichierDepose.id == fichier_id,
            FichierDepose.examen == EtatExamen.EN_ATTENTE,
            FichierDepose.retire_le.is_(None),
        )
        .values(
            nom=nom_propre(nom or "", verdict.format),
            format=verdict.format,
            octets=range_.octets,
            empreinte=range_.empreinte,
            cle=range_.cle,
            pages=verdict.pages,
            examen=EtatExamen.SAIN,
        )
        .returning(FichierDepose.id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    return garde is not None


def refuser(db: Session, fichier_id: str, motif: str, lettre: Message, *, maintenant: datetime) -> bool:
    """La pièce redevient déposable, le temps qu'il faut, même si le dépôt ferme bientôt ou a fermé."""
    piece_id = db.scalar(
        update(FichierDepose)
        .where(
            FichierDepose.id == fichier_id,
            FichierDepose.examen == EtatExamen.EN_ATTENTE,
            FichierDepose.retire_le.is_(None),
        )
        .values(examen=EtatExamen.REFUSE, motif_refus=motif, retire_le=maintenant)
        .returning(FichierDepose.piece_id)
        .execution_options(**SANS_SYNCHRONISER)
    )
    if piece_id is None:
        return False
    piece = db.get_one(PieceDemandee, piece_id)
    candidature = db.get_one(Candidature, piece.candidature_id)
    fin = db.get_one(PeriodeInscription, candidature.periode_id).depot_ferme_le
    limite = maintenant + POUR_REDEPOSER
    piece.validee_le = piece.ouverte_le = None
    if max(fin, piece.rouverte_jusqu_a or fin) < limite:
        piece.rouverte_jusqu_a = limite
    noter(db, [piece_id], GenreEvenement.REFUSE_A_L_EXAMEN, acteur=None, maintenant=maintenant, detail=motif)
    poster(
        db,
        destinataire=db.get_one(Compte, candidature.compte_id).courriel,
        sujet=lettre.sujet,
        texte=lettre.texte,
        html=lettre.html,
        nature="piece_refusee",
        maintenant=maintenant,
        compte_id=candidature.compte_id,
        candidature_id=candidature.id,
    )
    return True


def composer(gabarits: Environment, url_publique: str, attente: EnAttente, motif: str) -> Message:
    """Le nom du fichier n'y est pas : le candidat l'a choisi, un mail n'a pas à le répéter."""
    sujet = f"[CYCLADES] Une pièce est à redéposer : {attente.code}"
    contexte = {
        "sujet": sujet,
        "attente": attente,
        "motif": motif,
        "lien": f"{url_publique}/candidatures/{attente.candidature_id}/pieces",
    }
    texte = gabarits.get_template("courriels/piece_refusee.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/piece_refusee.html").render(contexte))


async def _examiner(examinateur: Examinateur, source: Path, attente: EnAttente, sortie: Path) -> Verdict:
    if est_un_paquet(await asyncio.to_thread(_debut, source)):
        return await examinateur.examiner_le_paquet(source, sortie=sortie)
    nom = nom_propre(attente.nom, attente.format)
    return await examinateur.examiner(source, nom, [attente.format], sortie=sortie)


def _debut(source: Path) -> bytes:
    with source.open("rb") as fichier:
        return fichier.read(len(MARQUE))
