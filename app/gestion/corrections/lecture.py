"""Les demandes de correction, et les personnes dont un agent peut corriger l'état civil : dans sa portée seulement.

Un candidat est à la portée d'une académie dès qu'une candidature qui fige son état civil y est rattachée.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.candidatures.gel import FIGE
from app.candidatures.models import EN_COURS_ETATS, Candidature, VersionCandidature
from app.comptes.corrections import valeur_actuelle
from app.comptes.etat_civil import etat_civil_de
from app.comptes.models import Candidat, ChampCorrigible, DemandeCorrection, EtatDemande
from app.comptes.queries import FicheCompte, fiche_compte
from app.comptes.valeurs import EtatCivil
from app.gestion.candidatures import lectures
from app.referentiel.models import Academie, PeriodeInscription
from app.regles.vocabulaire import EtatCandidature

PAR_PAGE = 50


@dataclass(frozen=True, slots=True)
class EnAttente:
    """Une ligne de la liste."""

    id: str
    champ: ChampCorrigible
    nom: str
    prenoms: str
    numero_candidat: str
    demandee_le: datetime
    academies: str


@dataclass(frozen=True, slots=True)
class Inscription:
    """Une candidature de la personne, à la portée de l'agent."""

    id: str
    numero_inscription: str
    etat: EtatCandidature
    academie: str
    academie_code: str


@dataclass(frozen=True, slots=True)
class Personne:
    compte_id: str
    fiche: FicheCompte
    etat_civil: EtatCivil
    inscriptions: tuple[Inscription, ...]
    references: frozenset[int]
    """versions du référentiel dont dépendent ses candidatures enregistrées, où qu'elles soient"""

    @property
    def principale(self) -> Inscription:
        """Celle que l'histoire, le mail et le registre citent : la plus récente de la portée."""
        return self.inscriptions[0]


@dataclass(frozen=True, slots=True)
class DemandeAJuger:
    id: str
    champ: ChampCorrigible
    avant: str
    """ce qui était écrit le jour de la demande"""
    actuelle: str
    souhaitee: str
    explication: str
    preuve_fichier: str
    preuve_nom: str
    demandee_le: datetime
    etat: EtatDemande
    reponse: str
    decidee_le: datetime | None
    personne: Personne

    @property
    def est_en_attente(self) -> bool:
        return self.etat is EtatDemande.DEMANDEE

    @property
    def a_change_depuis(self) -> bool:
        return self.avant != self.actuelle


def demandes_en_attente(
    db: Session, academies: Collection[str], *, apres: str = ""
) -> tuple[tuple[EnAttente, ...], str]:
    """La plus ancienne d'abord, et la clé de la page suivante (vide à la dernière)."""
    requete = (
        select(DemandeCorrection, Candidat)
        .join(Candidat, Candidat.compte_id == DemandeCorrection.compte_id)
        .where(DemandeCorrection.etat == EtatDemande.DEMANDEE, DemandeCorrection.compte_id.in_(a_portee(academies)))
        .order_by(DemandeCorrection.demandee_le, DemandeCorrection.id)
        .limit(PAR_PAGE + 1)
    )
    repere = db.execute(
        select(DemandeCorrection.demandee_le, DemandeCorrection.id).where(
            DemandeCorrection.id == apres, DemandeCorrection.compte_id.in_(a_portee(academies))
        )
    ).one_or_none()
    if repere is not None:
        instant, id_ = repere
        requete = requete.where(
            or_(
                DemandeCorrection.demandee_le > instant,
                and_(DemandeCorrection.demandee_le == instant, DemandeCorrection.id > id_),
            )
        )
    lues = db.execute(requete).all()
    noms = _noms_des_academies(db, academies, {demande.compte_id for demande, _ in lues})
    lignes = tuple(
        EnAttente(
            demande.id,
            demande.champ,
            candidat.nom_famille,
            candidat.prenoms,
            candidat.numero_candidat or "",
            demande.demandee_le,
            noms.get(demande.compte_id, ""),
        )
        for demande, candidat in lues[:PAR_PAGE]
    )
    return lignes, lignes[-1].id if len(lues) > PAR_PAGE else ""


def combien_attendent(db: Session, academies: Collection[str]) -> tuple[int, datetime | None]:
    """Combien, et depuis quand la plus ancienne."""
    nombre, debut = db.execute(
        select(func.count(), func.min(DemandeCorrection.demandee_le)).where(
            DemandeCorrection.etat == EtatDemande.DEMANDEE, DemandeCorrection.compte_id.in_(a_portee(academies))
        )
    ).one()
    return nombre, debut


def demande_a_juger(db: Session, demande_id: str, academies: Collection[str]) -> DemandeAJuger | None:
    demande = db.scalar(
        select(DemandeCorrection).where(
            DemandeCorrection.id == demande_id, DemandeCorrection.compte_id.in_(a_portee(academies))
        )
    )
    personne = personne_de(db, demande.compte_id, academies) if demande else None
    if demande is None or personne is None:
        return None
    return DemandeAJuger(
        id=demande.id,
        champ=demande.champ,
        avant=demande.valeur,
        actuelle=valeur_actuelle(personne.fiche, demande.champ),
        souhaitee=demande.souhaitee,
        explication=demande.explication,
        preuve_fichier=demande.preuve_fichier,
        preuve_nom=demande.preuve_nom,
        demandee_le=demande.demandee_le,
        etat=demande.etat,
        reponse=demande.reponse,
        decidee_le=demande.decidee_le,
        personne=personne,
    )


def personne_du_dossier(db: Session, candidature_id: str, academies: Collection[str]) -> Personne | None:
    """Nulle pour un brouillon : il ne fige rien, et le candidat corrige lui-même."""
    compte_id = db.scalar(a_portee(academies).where(Candidature.id == candidature_id))
    return personne_de(db, compte_id, academies) if compte_id else None


def personne_de(db: Session, compte_id: str, academies: Collection[str]) -> Personne | None:
    fiche, etat_civil = fiche_compte(db, compte_id), etat_civil_de(db, compte_id)
    inscriptions = _inscriptions(db, compte_id, academies)
    if fiche is None or etat_civil is None or not inscriptions:
        return None
    references = db.scalars(
        select(VersionCandidature.version_referentiel_id)
        .join(Candidature, Candidature.id == VersionCandidature.candidature_id)
        .where(
            Candidature.compte_id == compte_id,
            Candidature.etat.in_(EN_COURS_ETATS),
            VersionCandidature.numero == Candidature.version,
        )
    )
    return Personne(compte_id, fiche, etat_civil, inscriptions, frozenset(references))


def noter_la_lecture(
    db: Session, personne: Personne, *, agent_id: str, fonction: str, quoi: str, maintenant: datetime
) -> None:
    une = personne.principale
    lectures.noter_la_lecture(
        db,
        une.id,
        agent_id=agent_id,
        par=f"{fonction}, académie de {une.academie}",
        academie=une.academie_code,
        quoi=quoi,
        maintenant=maintenant,
    )


def a_portee(academies: Collection[str]) -> Select[str]:
    """Les comptes."""
    return (
        select(Candidature.compte_id)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(PeriodeInscription.academie_code.in_(academies), FIGE)
    )


def _inscriptions(db: Session, compte_id: str, academies: Collection[str]) -> tuple[Inscription, ...]:
    """Celles de la portée ; en cours d'abord, puis la plus récente."""
    lignes = db.execute(
        select(
            Candidature.id,
            func.coalesce(Candidature.numero_inscription, ""),
            Candidature.etat,
            Academie.nom,
            Academie.code,
        )
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .where(Candidature.compte_id == compte_id, Academie.code.in_(academies), FIGE)
        .order_by(Candidature.etat.in_(EN_COURS_ETATS).desc(), Candidature.cree_le.desc(), Candidature.id)
    )
    return tuple(Inscription(*ligne) for ligne in lignes)


def _noms_des_academies(db: Session, academies: Collection[str], comptes: Collection[str]) -> dict[str, str]:
    noms: dict[str, str] = {}
    lignes = db.execute(
        select(Candidature.compte_id, Academie.nom)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
        .where(Candidature.compte_id.in_(comptes), Academie.code.in_(academies), FIGE)
        .distinct()
        .order_by(Academie.nom)
    )
    for compte_id, nom in lignes:
        noms[compte_id] = f"{noms[compte_id]}, {nom}" if compte_id in noms else nom
    return noms
