"""« Demander une correction » d'un état civil figé : le candidat montre une preuve, le service accepte ou refuse."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comptes.models import ChampCorrigible, DemandeCorrection, EtatDemande
from app.comptes.queries import FicheCompte


@dataclass(frozen=True, slots=True)
class Correction:
    champ: ChampCorrigible
    souhaitee: str
    explication: str


@dataclass(frozen=True, slots=True)
class Preuve:
    fichier: str
    """nom engendré, déjà sur le disque"""
    nom: str
    octets: int


@dataclass(frozen=True, slots=True)
class DemandeLue:
    id: str
    champ: ChampCorrigible
    valeur: str
    souhaitee: str
    preuve_nom: str
    demandee_le: datetime
    etat: EtatDemande
    reponse: str
    decidee_le: datetime | None

    @property
    def couleur(self) -> str:
        return {"demandee": "bleu", "acceptee": "vert", "refusee": "rouge"}[self.etat.value]


def valeur_actuelle(fiche: FicheCompte, champ: ChampCorrigible) -> str:
    """Telle que l'écran la montre : c'est elle que le service comparera à la preuve."""
    lieu = ", ".join(filter(None, (fiche.lieu_naissance, fiche.departement_naissance, fiche.pays_naissance)))
    return {
        ChampCorrigible.CIVILITE: fiche.civilite,
        ChampCorrigible.NOM_FAMILLE: fiche.nom_famille,
        ChampCorrigible.NOM_USAGE: fiche.nom_usage,
        ChampCorrigible.PRENOMS: fiche.prenoms,
        ChampCorrigible.DATE_NAISSANCE: f"{fiche.date_naissance:%d/%m/%Y}",
        ChampCorrigible.LIEU_NAISSANCE: lieu,
    }[champ]


def demander_correction(
    db: Session, compte_id: str, correction: Correction, preuve: Preuve, *, valeur: str, maintenant: datetime
) -> bool:
    """Faux si ce champ a déjà une demande en attente : le service n'en juge qu'une à la fois."""
    en_attente = db.scalar(
        select(DemandeCorrection.id).where(
            DemandeCorrection.compte_id == compte_id,
            DemandeCorrection.champ == correction.champ,
            DemandeCorrection.etat == EtatDemande.DEMANDEE,
        )
    )
    if en_attente:
        return False
    db.add(
        DemandeCorrection(
            compte_id=compte_id,
            champ=correction.champ,
            valeur=valeur,
            souhaitee=correction.souhaitee,
            explication=correction.explication,
            preuve_fichier=preuve.fichier,
            preuve_nom=preuve.nom,
            preuve_octets=preuve.octets,
            demandee_le=maintenant,
        )
    )
    return True


def demandes_de(db: Session, compte_id: str) -> tuple[DemandeLue, ...]:
    """La plus récente d'abord."""
    lignes = db.scalars(
        select(DemandeCorrection)
        .where(DemandeCorrection.compte_id == compte_id)
        .order_by(DemandeCorrection.demandee_le.desc(), DemandeCorrection.id)
    )
    return tuple(
        DemandeLue(
            id=d.id,
            champ=d.champ,
            valeur=d.valeur,
            souhaitee=d.souhaitee,
            preuve_nom=d.preuve_nom,
            demandee_le=d.demandee_le,
            etat=d.etat,
            reponse=d.reponse,
            decidee_le=d.decidee_le,
        )
        for d in lignes
    )
