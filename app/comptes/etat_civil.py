"""L'état civil du compte : ce qu'il est, et l'acte qui le change. Quand il est permis se décide au-dessus (espace)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.models import Candidat
from app.comptes.valeurs import EtatCivil


def etat_civil_de(db: Session, compte_id: str) -> EtatCivil | None:
    c = db.scalar(select(Candidat).where(Candidat.compte_id == compte_id))
    if c is None:
        return None
    return EtatCivil(
        civilite=c.civilite,
        nom_famille=c.nom_famille,
        nom_usage=c.nom_usage,
        prenoms=c.prenoms,
        date_naissance=c.date_naissance,
        pays_naissance=c.pays_naissance,
        departement_naissance=c.departement_naissance,
        commune_naissance=c.commune_naissance,
        commune_naissance_type=c.commune_naissance_type,
        lieu_naissance=c.lieu_naissance,
    )


def poser_etat_civil(db: Session, compte_id: str, etat_civil: EtatCivil) -> None:
    c = db.get_one(Candidat, compte_id)
    c.civilite = etat_civil.civilite
    c.nom_famille = etat_civil.nom_famille
    c.nom_usage = etat_civil.nom_usage
    c.prenoms = etat_civil.prenoms
    c.date_naissance = etat_civil.date_naissance
    c.pays_naissance = etat_civil.pays_naissance
    c.departement_naissance = etat_civil.departement_naissance
    c.commune_naissance = etat_civil.commune_naissance
    c.commune_naissance_type = etat_civil.commune_naissance_type
    c.lieu_naissance = etat_civil.lieu_naissance
