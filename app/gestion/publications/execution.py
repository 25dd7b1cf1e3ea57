"""Publier en fond, lot par lot : une publication lancée finit, même si le portail redémarre entre deux lots.

Un lot est un seul acte : ses lignes se réservent, ses documents et ses mails s'écrivent, tout ou rien. Les mails sont
composés avant, hors de la file des écritures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature, VersionCandidature
from app.comptes.valeurs import Message
from app.documents.actions import APublier, publier_en_nombre
from app.documents.models import Document
from app.documents.scelles import memes_donnees
from app.gestion.publications.models import EtatLigne, EtatPublication, LignePublication, Publication
from app.infra.database import Database
from app.infra.fond import TacheDeFond
from app.infra.outbox import poster
from app.infra.registre import consigner
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import PeriodeInscription
from app.referentiel.queries import periode
from app.regles.vocabulaire import EtatCandidature

LOT = 50
"""documents par acte : un lot ne retient les autres écritures qu'un instant"""
REPOS = 1.0  # secondes entre deux regards sur la base, quand personne ne réveille


@dataclass(frozen=True, slots=True)
class Lot:
    """Ce qui reste à publier, au plus `LOT` lignes."""

    publication_id: str
    libelle: str
    periode: FichePeriode
    rangs: Mapping[int, str]
    """rang → candidature"""


class Editions(TacheDeFond):
    """Un lancement la réveille."""

    panne = "publication postponed"

    def __init__(
        self,
        database: Database,
        *,
        gabarits: Environment,
        url_publique: str,
        horloge: Callable[[], datetime],
        repos: float = REPOS,
    ) -> None:
        super().__init__(repos)
        self._database = database
        self._gabarits = gabarits
        self._url_publique = url_publique
        self._horloge = horloge

    async def avancer(self) -> bool:
        """Un lot. Faux quand il n'y a rien à publier."""
        lot = await self._database.lire(prochain_lot)
        if lot is None:
            return False
        lettres = {
            rang: composer(self._gabarits, self._url_publique, lot, candidature_id)
            for rang, candidature_id in lot.rangs.items()
        }
        await self._database.ecrire(publier_le_lot, lot.publication_id, lettres, maintenant=self._horloge())
        return True


def prochain_lot(db: Session) -> Lot | None:
    publication = db.scalar(
        select(Publication)
        .where(Publication.etat == EtatPublication.EN_COURS)
        .order_by(Publication.lancee_le, Publication.id)
        .limit(1)
    )
    fiche = periode(db, publication.periode_id) if publication else None
    if publication is None or fiche is None:
        return None
    rangs = dict(
        db.execute(
            select(LignePublication.rang, LignePublication.candidature_id)
            .where(LignePublication.publication_id == publication.id, LignePublication.etat == EtatLigne.A_FAIRE)
            .order_by(LignePublication.rang)
            .limit(LOT)
        ).all()
    )
    return Lot(publication.id, publication.titre or publication.type.libelle, fiche, rangs)


def composer(gabarits: Environment, url_publique: str, lot: Lot, candidature_id: str) -> Message:
    sujet = f"[CYCLADES] {lot.libelle} : un document vous attend"
    contexte = {
        "sujet": sujet,
        "libelle": lot.libelle,
        "inscription": f"{lot.periode.session.libelle}, {lot.periode.academie.libelle}",
        "service": lot.periode.service,
        "lien": f"{url_publique}/candidatures/{candidature_id}/documents",
    }
    texte = gabarits.get_template("courriels/document.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/document.html").render(contexte))


def publier_le_lot(db: Session, publication_id: str, lettres: Mapping[int, Message], *, maintenant: datetime) -> int:
    """Rend le nombre de documents parus. Arrêtée entre-temps, la publication ne fait rien de plus."""
    publication = db.scalar(
        select(Publication).where(Publication.id == publication_id, Publication.etat == EtatPublication.EN_COURS)
    )
    if publication is None:
        return 0
    prises = db.execute(
        update(LignePublication)
        .where(
            LignePublication.publication_id == publication_id,
            LignePublication.rang.in_(lettres),
            LignePublication.etat == EtatLigne.A_FAIRE,
        )
        .values(etat=EtatLigne.PUBLIEE)
        .returning(
            LignePublication.rang,
            LignePublication.candidature_id,
            LignePublication.version_id,
            LignePublication.donnees,
        )
        .execution_options(synchronize_session=False)
    ).all()
    valables = _encore_valables(db, [ligne.candidature_id for ligne in prises])
    courants = _courants(db, publication, list(valables))
    passees = [ligne for ligne in prises if valables.get(ligne.candidature_id, ("",))[0] != ligne.version_id]
    inchangees = [
        ligne
        for ligne in prises
        if ligne not in passees
        and courants.get(ligne.candidature_id, (None, None))[0] == ligne.version_id
        and memes_donnees(courants[ligne.candidature_id][1], ligne.donnees)
    ]
    a_publier = [ligne for ligne in prises if ligne not in passees and ligne not in inchangees]
    _marquer(db, publication_id, [ligne.rang for ligne in passees], EtatLigne.PASSEE)
    _marquer(db, publication_id, [ligne.rang for ligne in inchangees], EtatLigne.INCHANGEE)
    publier_en_nombre(
        db,
        [APublier(ligne.candidature_id, ligne.version_id, ligne.donnees) for ligne in a_publier],
        type=publication.type,
        titre=publication.titre,
        maintenant=maintenant,
    )
    for ligne in a_publier:
        _, compte_id, courriel = valables[ligne.candidature_id]
        _ecrire_au_candidat(db, publication, ligne.candidature_id, compte_id, courriel, lettres[ligne.rang], maintenant)
    _vider(db, publication_id, [ligne.rang for ligne in prises])
    _conclure(db, publication, maintenant)
    return len(a_publier)


def _encore_valables(db: Session, ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Candidature encore inscrite → (sa version d'aujourd'hui, son compte, son adresse)."""
    lignes = db.execute(
        select(Candidature.id, VersionCandidature.id, Candidature.compte_id, VersionCandidature.brouillon)
        .join(
            VersionCandidature,
            (VersionCandidature.candidature_id == Candidature.id) & (VersionCandidature.numero == Candidature.version),
        )
        .where(Candidature.id.in_(ids), Candidature.etat == EtatCandidature.INSCRIT)
    )
    return {id_: (version_id, compte_id, brouillon["courriel"]) for id_, version_id, compte_id, brouillon in lignes}


def _courants(
    db: Session, publication: Publication, ids: Sequence[str]
) -> dict[str, tuple[str, Mapping[str, object] | None]]:
    lignes = db.execute(
        select(Document.candidature_id, Document.version_id, Document.donnees).where(
            Document.candidature_id.in_(ids),
            Document.type == publication.type,
            Document.titre == publication.titre,
            Document.remplace_le.is_(None),
        )
    )
    return {candidature_id: (version_id, donnees) for candidature_id, version_id, donnees in lignes}


def _ecrire_au_candidat(
    db: Session,
    publication: Publication,
    candidature_id: str,
    compte_id: str,
    courriel: str,
    lettre: Message,
    maintenant: datetime,
) -> None:
    poster(
        db,
        destinataire=courriel,
        sujet=lettre.sujet,
        texte=lettre.texte,
        html=lettre.html,
        nature="document_publie",
        maintenant=maintenant,
        compte_id=compte_id,
        candidature_id=candidature_id,
    )
    libelle = publication.titre or publication.type.libelle
    noter(db, candidature_id, publication.cree_par, "document_publie", detail=libelle, maintenant=maintenant)


def _marquer(db: Session, publication_id: str, rangs: Sequence[int], etat: EtatLigne) -> None:
    db.execute(
        update(LignePublication)
        .where(LignePublication.publication_id == publication_id, LignePublication.rang.in_(rangs))
        .values(etat=etat)
        .execution_options(synchronize_session=False)
    )


def _vider(db: Session, publication_id: str, rangs: Sequence[int]) -> None:
    """Le document porte les données : la ligne n'en garde pas de double."""
    db.execute(
        update(LignePublication)
        .where(LignePublication.publication_id == publication_id, LignePublication.rang.in_(rangs))
        .values(donnees=None)
        .execution_options(synchronize_session=False)
    )


def _conclure(db: Session, publication: Publication, maintenant: datetime) -> None:
    nombres = dict(
        db.execute(
            select(LignePublication.etat, func.count())
            .where(LignePublication.publication_id == publication.id)
            .group_by(LignePublication.etat)
        ).all()
    )
    if nombres.get(EtatLigne.A_FAIRE):
        return
    publication.etat, publication.finie_le, publication.contenu = EtatPublication.FINIE, maintenant, None
    academie = db.scalars(
        select(PeriodeInscription.academie_code).where(PeriodeInscription.id == publication.periode_id)
    ).one()
    consigner(
        db,
        acteur="portail",
        nature="finir_une_publication",
        objet="publication",
        objet_id=publication.id,
        academie=academie,
        detail=", ".join(f"{etat.value} {nombre}" for etat, nombre in sorted(nombres.items())),
        maintenant=maintenant,
    )
