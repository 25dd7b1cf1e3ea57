"""Préparer, lancer, arrêter une publication. Les changements d'état se jugent dans la requête qui les fait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.documents.models import TypeDocument
from app.gestion.publications.models import EtatLigne, EtatPublication, LignePublication, Publication
from app.gestion.publications.valeurs import Envoi
from app.infra.identifiants import nouvel_id
from app.infra.registre import consigner
from app.referentiel.models import PeriodeInscription

LANCABLES = (EtatPublication.PRETE, EtatPublication.ANNULEE)
DUREE_D_UN_ESSAI = timedelta(days=14)
JAMAIS_LANCEES = (EtatPublication.PRETE, EtatPublication.EN_ERREUR)


@dataclass(frozen=True, slots=True)
class Editeur:
    """Qui publie : sa portée borne chaque requête."""

    agent_id: str
    academies: tuple[str, ...]
    types: tuple[TypeDocument, ...]


@dataclass(frozen=True, slots=True)
class APreparer:
    type: TypeDocument
    periode_id: str
    nom_fichier: str
    contenu: bytes
    empreinte: str
    erreurs: int
    envois: Sequence[Envoi]
    titre: str = ""


def preparer(db: Session, essai: APreparer, editeur: Editeur, *, maintenant: datetime) -> str | None:
    """Garde un essai, sans rien publier. Le même envoi, essayé de nouveau, remplace son essai d'avant."""
    periode = _periode(db, essai.periode_id, editeur.academies)
    if periode is None or essai.type not in editeur.types:
        return None
    anciennes = select(Publication.id).where(
        Publication.empreinte == essai.empreinte,
        Publication.periode_id == periode.id,
        Publication.type == essai.type,
        Publication.cree_par == editeur.agent_id,
        Publication.etat.in_(JAMAIS_LANCEES),
    )
    _effacer(db, db.scalars(anciennes).all())
    publication = Publication(
        id=nouvel_id(),
        type=essai.type,
        titre=essai.titre,
        periode_id=periode.id,
        etat=EtatPublication.EN_ERREUR if essai.erreurs else EtatPublication.PRETE,
        nom_fichier=essai.nom_fichier,
        contenu=essai.contenu,
        empreinte=essai.empreinte,
        cree_par=editeur.agent_id,
        cree_le=maintenant,
    )
    db.add(publication)
    db.flush()
    if not essai.erreurs and essai.envois:
        lignes = [
            {
                "publication_id": publication.id,
                "rang": rang,
                "candidature_id": envoi.candidature_id,
                "version_id": envoi.version_id,
                "donnees": dict(envoi.donnees),
                "etat": EtatLigne.A_FAIRE,
            }
            for rang, envoi in enumerate(essai.envois, start=1)
        ]
        db.execute(insert(LignePublication), lignes)
    detail = f"{essai.type.value}, {len(essai.envois)} documents, {essai.erreurs} erreurs"
    _consigner(db, publication, periode, editeur.agent_id, "essayer_une_publication", detail, maintenant)
    return publication.id


def lancer(db: Session, publication_id: str, editeur: Editeur, *, maintenant: datetime) -> bool:
    """Faux si elle n'est plus à lancer : un double clic ne lance qu'une fois."""
    trouvee = _passer(db, publication_id, editeur, LANCABLES, EtatPublication.EN_COURS)
    if trouvee is None:
        return False
    publication, periode = trouvee
    publication.lancee_le = publication.lancee_le or maintenant
    reste = db.scalar(
        select(func.count())
        .select_from(LignePublication)
        .where(LignePublication.publication_id == publication_id, LignePublication.etat == EtatLigne.A_FAIRE)
    )
    _consigner(db, publication, periode, editeur.agent_id, "lancer_une_publication", f"{reste} documents", maintenant)
    return True


def arreter(db: Session, publication_id: str, editeur: Editeur, *, maintenant: datetime) -> bool:
    """Ce qui est publié le reste ; la suite attend qu'on la reprenne."""
    trouvee = _passer(db, publication_id, editeur, (EtatPublication.EN_COURS,), EtatPublication.ANNULEE)
    if trouvee is None:
        return False
    publication, periode = trouvee
    _consigner(db, publication, periode, editeur.agent_id, "arreter_une_publication", "", maintenant)
    return True


def oublier(db: Session, publication_id: str, editeur: Editeur, *, maintenant: datetime) -> bool:
    """Efface un essai jamais lancé, et le fichier avec lui."""
    trouvee = _trouver(db, publication_id, editeur)
    if trouvee is None or trouvee[0].etat not in JAMAIS_LANCEES:
        return False
    publication, periode = trouvee
    _consigner(db, publication, periode, editeur.agent_id, "oublier_une_publication", "", maintenant)
    _effacer(db, [publication_id])
    return True


def oublier_les_vieux_essais(db: Session, maintenant: datetime) -> int:
    """Un essai que personne ne lance s'efface, et le fichier avec lui : il dit des notes et des adresses."""
    vieux = db.scalars(
        select(Publication.id).where(
            Publication.etat.in_(JAMAIS_LANCEES), Publication.cree_le < maintenant - DUREE_D_UN_ESSAI
        )
    ).all()
    _effacer(db, vieux)
    return len(vieux)


def _passer(
    db: Session,
    publication_id: str,
    editeur: Editeur,
    depuis: Collection[EtatPublication],
    vers: EtatPublication,
) -> tuple[Publication, PeriodeInscription] | None:
    if _trouver(db, publication_id, editeur) is None:
        return None
    passee = db.scalar(
        update(Publication)
        .where(Publication.id == publication_id, Publication.etat.in_(depuis))
        .values(etat=vers)
        .returning(Publication.id)
        .execution_options(synchronize_session="fetch")
    )
    return _trouver(db, publication_id, editeur) if passee else None


def _trouver(db: Session, publication_id: str, editeur: Editeur) -> tuple[Publication, PeriodeInscription] | None:
    ligne = db.execute(
        select(Publication, PeriodeInscription)
        .join(PeriodeInscription, PeriodeInscription.id == Publication.periode_id)
        .where(
            Publication.id == publication_id,
            Publication.type.in_(editeur.types),
            PeriodeInscription.academie_code.in_(editeur.academies),
        )
    ).one_or_none()
    return (ligne[0], ligne[1]) if ligne else None


def _periode(db: Session, periode_id: str, academies: Collection[str]) -> PeriodeInscription | None:
    return db.scalar(
        select(PeriodeInscription).where(
            PeriodeInscription.id == periode_id, PeriodeInscription.academie_code.in_(academies)
        )
    )


def _effacer(db: Session, ids: Sequence[str]) -> None:
    db.execute(delete(LignePublication).where(LignePublication.publication_id.in_(ids)))
    db.execute(delete(Publication).where(Publication.id.in_(ids)))


def _consigner(
    db: Session,
    publication: Publication,
    periode: PeriodeInscription,
    acteur: str,
    nature: str,
    detail: str,
    maintenant: datetime,
) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="publication",
        objet_id=publication.id,
        academie=periode.academie_code,
        detail=detail,
        maintenant=maintenant,
    )
