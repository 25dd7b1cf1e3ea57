"""« Préparer une session à partir d'une autre » : les ajournés d'une session, leurs notes, leur compte.

L'essai dit qui, avec combien de notes, et pourquoi pas les autres. Préparer deux fois ne prépare qu'une fois.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.documents.ajournes import PAR_REQUETE, Ajourne, ajournes_de
from app.gestion.redoublants.models import EtatPreparation, LignePreparation, Preparation
from app.infra.registre import consigner
from app.referentiel.models import Etablissement, PeriodeInscription, SessionExamen, SpecialiteNonOrganisee
from app.regles.vocabulaire import EtatCandidature

LOT = 150
DEJA = "A déjà une inscription à cette session"
PAR_SON_ETABLISSEMENT = "Élève : l’import de son établissement lui rendra ses notes"


class PreparationRefusee(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


def essayer(
    db: Session,
    origine_id: str,
    cible_id: str,
    academies: Collection[str],
    *,
    auteur: str,
    maintenant: datetime,
) -> str:
    """Rien n'est encore préparé. Rend l'id de l'essai."""
    origine, cible = _periodes(db, origine_id, cible_id, academies, maintenant)
    essai = Preparation(origine_id=origine.id, cible_id=cible.id, auteur=auteur, cree_le=maintenant)
    db.add(essai)
    db.flush()
    ajournes = ajournes_de(db, origine.id)
    inscrits = _deja_inscrits(db, cible, [ajourne.compte_id for ajourne in ajournes])
    fermees = set(
        db.scalars(select(SpecialiteNonOrganisee.specialite).where(SpecialiteNonOrganisee.periode_id == cible.id))
    )
    declares = set(db.scalars(select(Etablissement.uai)))
    for ajourne in ajournes:
        motif = _motif(ajourne, inscrits, fermees)
        brouillon, notes = (None, 0) if motif else _reprise(ajourne, declares)
        db.add(
            LignePreparation(
                preparation_id=essai.id,
                origine_id=ajourne.candidature_id,
                motif=motif,
                brouillon=brouillon,
                notes=notes,
            )
        )
    return essai.id


def preparer_un_lot(
    db: Session, preparation_id: str, academies: Collection[str], *, acteur: str, maintenant: datetime
) -> bool:
    """Faux quand tout est préparé. Interrompu, il reprend où il en était."""
    preparation = charger(db, preparation_id, academies)
    cible = db.get_one(PeriodeInscription, preparation.cible_id)
    if preparation.etat in (EtatPreparation.FAITE, EtatPreparation.ANNULEE):
        return False
    if maintenant >= cible.ferme_le:
        raise PreparationRefusee("Le service de cette session est fermé : prolongez-le, puis préparez de nouveau.")
    preparation.etat = EtatPreparation.EN_COURS
    lignes = db.scalars(
        select(LignePreparation)
        .where(
            LignePreparation.preparation_id == preparation_id,
            LignePreparation.motif == "",
            LignePreparation.candidature_id.is_(None),
        )
        .order_by(LignePreparation.origine_id)
        .limit(LOT)
    ).all()
    if not lignes:
        _clore(db, preparation, cible, acteur, maintenant)
        return False
    origines = {
        origine.id: origine
        for origine in db.scalars(select(Candidature).where(Candidature.id.in_([li.origine_id for li in lignes])))
    }
    inscrits = _deja_inscrits(db, cible, [origine.compte_id for origine in origines.values()])
    for ligne in lignes:
        _preparer(db, ligne, origines[ligne.origine_id], inscrits, cible, acteur, maintenant)
    return True


def charger(db: Session, preparation_id: str, academies: Collection[str]) -> Preparation:
    """LookupError si elle n'est pas d'une de ces académies."""
    trouvee = db.scalar(
        select(Preparation)
        .join(PeriodeInscription, PeriodeInscription.id == Preparation.cible_id)
        .where(Preparation.id == preparation_id, PeriodeInscription.academie_code.in_(academies))
    )
    if trouvee is None:
        raise LookupError(preparation_id)
    return trouvee


def _periodes(
    db: Session, origine_id: str, cible_id: str, academies: Collection[str], maintenant: datetime
) -> tuple[PeriodeInscription, PeriodeInscription]:
    origine, cible = (
        db.scalar(
            select(PeriodeInscription).where(
                PeriodeInscription.id == id_, PeriodeInscription.academie_code.in_(academies)
            )
        )
        for id_ in (origine_id, cible_id)
    )
    if origine is None or cible is None:
        raise PreparationRefusee("Choisissez deux sessions de votre académie")
    avant, apres = (db.get_one(SessionExamen, p.session_examen_id) for p in (origine, cible))
    if origine.academie_code != cible.academie_code or (avant.annee, avant.mois) >= (apres.annee, apres.mois):
        raise PreparationRefusee("La session à préparer suit celle d’origine, dans la même académie")
    if maintenant >= cible.ferme_le:
        raise PreparationRefusee("Le service de la session à préparer est fermé : prolongez-le d’abord")
    return origine, cible


def _deja_inscrits(db: Session, cible: PeriodeInscription, comptes: Sequence[str]) -> set[str]:
    """Parmi ces comptes."""
    inscrits: set[str] = set()
    for debut in range(0, len(comptes), PAR_REQUETE):
        inscrits.update(
            db.scalars(
                select(Candidature.compte_id).where(
                    Candidature.compte_id.in_(comptes[debut : debut + PAR_REQUETE]),
                    Candidature.session_examen_id == cible.session_examen_id,
                    Candidature.etat.in_(EN_COURS_ETATS),
                )
            )
        )
    return inscrits


def _motif(ajourne: Ajourne, inscrits: set[str], fermees: set[str]) -> str:
    """Un élève est pré-inscrit par son établissement, pas par cette préparation (guide, chapitre 8 : « scolaire ou
    redoublant Grand Public ») : l'import lui rend son compte et ses notes (import_scolaire.anciens)."""
    if ajourne.compte_id in inscrits:
        return DEJA
    if ajourne.etablissement_uai:
        return PAR_SON_ETABLISSEMENT
    if ajourne.specialite in fermees:
        return "Spécialité non organisée à cette session"
    return ""


def _reprise(ajourne: Ajourne, declares: set[str]) -> tuple[dict[str, Any], int]:
    """`declares` : les établissements. Un élève à qui son compte est rendu redit catégorie et établissement : ceux
    d'alors ne se choisissent pas soi-même."""
    brouillon, notes = ajourne.reprise(ajourne.specialite)
    if brouillon.get("etablissement") in declares:
        brouillon = {champ: dit for champ, dit in brouillon.items() if champ not in ("categorie", "etablissement")}
    return brouillon, notes


def _preparer(
    db: Session,
    ligne: LignePreparation,
    origine: Candidature,
    inscrits: set[str],
    cible: PeriodeInscription,
    acteur: str,
    maintenant: datetime,
) -> None:
    if origine.compte_id in inscrits:
        ligne.motif = DEJA
        return
    inscrits.add(origine.compte_id)
    dernier = db.scalar(
        select(func.max(Candidature.numero_inscription)).where(Candidature.compte_id == origine.compte_id)
    )
    candidature = Candidature(
        compte_id=origine.compte_id,
        periode_id=cible.id,
        session_examen_id=cible.session_examen_id,
        etat=EtatCandidature.A_COMPLETER,
        numero_inscription=f"{int(dernier or 0) + 1:03}",
        brouillon=ligne.brouillon or {},
        cree_le=maintenant,
    )
    db.add(candidature)
    db.flush()
    ligne.candidature_id = candidature.id
    noter(db, candidature.id, acteur, "preparee", maintenant=maintenant)


def _clore(db: Session, preparation: Preparation, cible: PeriodeInscription, acteur: str, maintenant: datetime) -> None:
    preparation.etat, preparation.faite_le = EtatPreparation.FAITE, maintenant
    nombre = db.scalar(
        select(func.count()).where(
            LignePreparation.preparation_id == preparation.id, LignePreparation.candidature_id.is_not(None)
        )
    )
    tracer(db, "preparer_une_session", preparation, cible, acteur, nombre or 0, maintenant)


def tracer(
    db: Session,
    nature: str,
    preparation: Preparation,
    cible: PeriodeInscription,
    acteur: str,
    nombre: int,
    maintenant: datetime,
) -> None:
    consigner(
        db,
        acteur=acteur,
        nature=nature,
        objet="preparation",
        objet_id=preparation.id,
        academie=cible.academie_code,
        detail=f"candidatures={nombre}",
        maintenant=maintenant,
    )
