"""Ce que montre « Mon compte »."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.adresses import est_une_adresse
from app.comptes.models import Candidat, Compte
from app.comptes.valeurs import EtatCivil
from app.referentiel.lieux import departement, un_pays


@dataclass(frozen=True, slots=True)
class FicheCompte:
    numero_candidat: str
    civilite: str
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date
    pays_naissance: str
    departement_naissance: str
    """vide quand on est né à l'étranger"""
    lieu_naissance: str
    courriel: str
    """vide pour un élève qui n'en a pas donné"""
    identifiant: str = ""

    @property
    def est_identifie_par_son_adresse(self) -> bool:
        """Faux pour un élève : il se connecte par « prenom.nom », son adresse ne sert qu'à lui écrire."""
        return est_une_adresse(self.identifiant)


def fiche_compte(db: Session, compte_id: str) -> FicheCompte | None:
    ligne = db.execute(
        select(Compte.courriel, Compte.identifiant, Candidat)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .where(Compte.id == compte_id)
    ).one_or_none()
    if ligne is None:
        return None
    courriel, identifiant, candidat = ligne
    return mettre_en_fiche(
        db, candidat, numero_candidat=candidat.numero_candidat or "", courriel=courriel, identifiant=identifiant
    )


def mettre_en_fiche(
    db: Session, candidat: Candidat | EtatCivil, *, numero_candidat: str, courriel: str, identifiant: str = ""
) -> FicheCompte:
    """Les codes de l'état civil, dans les mots de l'écran."""
    pays = un_pays(db, candidat.pays_naissance)
    dep = departement(db, candidat.departement_naissance) if candidat.departement_naissance else None
    return FicheCompte(
        numero_candidat=numero_candidat,
        civilite=candidat.civilite.libelle,
        nom_famille=candidat.nom_famille,
        nom_usage=candidat.nom_usage,
        prenoms=candidat.prenoms,
        date_naissance=candidat.date_naissance,
        pays_naissance=pays.libelle_naissance if pays else candidat.pays_naissance,
        departement_naissance=(dep.libelle if dep else candidat.departement_naissance or ""),
        lieu_naissance=candidat.lieu_naissance,
        courriel=courriel,
        identifiant=identifiant,
    )
