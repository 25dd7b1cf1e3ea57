"""Les documents d'une publication : à qui, et ce qu'il en est advenu."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.models import Candidat
from app.gestion.publications.actions import Editeur
from app.gestion.publications.models import EtatLigne, LignePublication, Publication
from app.gestion.publications.queries import a_portee


@dataclass(frozen=True, slots=True)
class LigneLue:
    rang: int
    numero_candidat: str
    numero_inscription: str
    nom_famille: str
    prenoms: str
    etat: EtatLigne


def lignes_de(
    db: Session, publication_id: str, editeur: Editeur, *, apres: int = 0, combien: int = 500
) -> tuple[LigneLue, ...]:
    """Dans l'ordre de la publication, après ce rang ; aucune si elle n'est pas à lui."""
    sienne = a_portee(editeur).where(Publication.id == publication_id).with_only_columns(Publication.id)
    lignes = db.execute(
        select(LignePublication, Candidature.numero_inscription, Candidat)
        .join(Candidature, Candidature.id == LignePublication.candidature_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
        .where(LignePublication.publication_id.in_(sienne), LignePublication.rang > apres)
        .order_by(LignePublication.rang)
        .limit(combien)
    )
    return tuple(
        LigneLue(ligne.rang, qui.numero_candidat or "", numero or "", qui.nom_famille, qui.prenoms, ligne.etat)
        for ligne, numero, qui in lignes
    )
