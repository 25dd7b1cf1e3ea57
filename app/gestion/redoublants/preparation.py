"""« Préparer une session à partir d'une autre » : les ajournés d'une session, leurs notes, leur compte.

L'essai dit qui, avec combien de notes, et pourquoi pas les autres. Préparer deux fois ne prépare qu'une fois.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import EN_COURS_ETATS, Candidature, EpreuveCandidature, Evenement, VersionCandidature
from app.documents.models import Document, TypeDocument
from app.gestion.redoublants.models import EtatPreparation, LignePreparation, Preparation
from app.gestion.redoublants.notes import AJOURNE, FAMILLE, acquis_du_releve, annees_deja_gardees
from app.infra.registre import consigner
from app.referentiel.models import PeriodeInscription, SessionExamen, SpecialiteNonOrganisee
from app.regles.vocabulaire import EtatCandidature

LOT = 150
PAR_REQUETE = 500
DELAI = timedelta(hours=24)
A_REDIRE = frozenset(
    {
        "vus",
        "saisies",
        "amenagement_duree",
        "amenagement_epreuves",
        "accord_presse",
        "accord_collectivites",
        "situation",
    }
)
"""Ce qui ne vaut que pour une session : le candidat y répond de nouveau."""


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
    session = db.get_one(SessionExamen, origine.session_examen_id)
    ajournes = _ajournes(db, origine.id)
    inscrits = _deja_inscrits(db, cible, [candidature.compte_id for candidature, _, _ in ajournes])
    reperes = _reperes(db, [version.id for _, version, _ in ajournes])
    fermees = set(
        db.scalars(select(SpecialiteNonOrganisee.specialite).where(SpecialiteNonOrganisee.periode_id == cible.id))
    )
    for candidature, version, donnees in ajournes:
        motif = _motif(candidature, inscrits, fermees)
        acquis = (
            None
            if motif
            else acquis_du_releve(
                donnees,
                reperes.get(version.id, {}),
                annee=session.annee,
                academie=origine.academie_code,
                anciennes=annees_deja_gardees(version.brouillon.get("acquis") or []),
            )
        )
        db.add(
            LignePreparation(
                preparation_id=essai.id,
                origine_id=candidature.id,
                motif=motif,
                brouillon=None if motif else _brouillon(version.brouillon, acquis),
                notes=len(acquis["notes"]) if acquis else 0,
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


def annuler(db: Session, preparation_id: str, academies: Collection[str], *, acteur: str, maintenant: datetime) -> None:
    """Les candidatures préparées et jamais touchées s'effacent ; les autres restent, et sont comptées."""
    preparation = charger(db, preparation_id, academies)
    if preparation.etat is EtatPreparation.ANNULEE:
        return
    if not est_annulable(preparation, maintenant):
        raise PreparationRefusee("Cette préparation ne s’annule plus : vingt-quatre heures ont passé.")
    siennes = select(LignePreparation.candidature_id).where(LignePreparation.preparation_id == preparation_id)
    creees = db.scalars(select(Candidature).where(Candidature.id.in_(siennes))).all()
    intactes = [c.id for c in creees if not c.version and c.garde_le is None]
    db.execute(delete(Evenement).where(Evenement.candidature_id.in_(intactes)))
    db.execute(delete(Candidature).where(Candidature.id.in_(intactes)))
    preparation.etat, preparation.annulee_le = EtatPreparation.ANNULEE, maintenant
    preparation.laissees = len(creees) - len(intactes)
    cible = db.get_one(PeriodeInscription, preparation.cible_id)
    _consigner(db, "annuler_une_preparation", preparation, cible, acteur, len(intactes), maintenant)


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


def est_annulable(preparation: Preparation, maintenant: datetime) -> bool:
    faite = preparation.etat is EtatPreparation.FAITE and preparation.faite_le is not None
    return faite and maintenant < (preparation.faite_le or maintenant) + DELAI


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


def _ajournes(db: Session, periode_id: str) -> list[tuple[Candidature, VersionCandidature, dict[str, Any]]]:
    lignes = db.execute(
        select(Candidature, VersionCandidature, Document.donnees)
        .join(Document, Document.candidature_id == Candidature.id)
        .join(VersionCandidature, VersionCandidature.id == Document.version_id)
        .where(
            Candidature.periode_id == periode_id,
            Document.type == TypeDocument.RELEVE_NOTES,
            Document.remplace_le.is_(None),
        )
        .order_by(Candidature.cle_nom, Candidature.id)
    )
    return [(c, v, donnees) for c, v, donnees in lignes if donnees and donnees.get("resultat") == AJOURNE]


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


def _motif(candidature: Candidature, inscrits: set[str], fermees: set[str]) -> str:
    if candidature.compte_id in inscrits:
        return "A déjà une inscription à cette session"
    if candidature.etablissement_uai:
        return "Inscrit par son établissement, qui le réinscrit"
    if candidature.specialite in fermees:
        return "Spécialité non organisée à cette session"
    return ""


def _reperes(db: Session, versions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Version → code d'épreuve → repère."""
    reperes: dict[str, dict[str, str]] = {}
    for debut in range(0, len(versions), PAR_REQUETE):
        lignes = db.execute(
            select(EpreuveCandidature.version_id, EpreuveCandidature.code, EpreuveCandidature.repere).where(
                EpreuveCandidature.version_id.in_(versions[debut : debut + PAR_REQUETE])
            )
        )
        for version_id, code, repere in lignes:
            reperes.setdefault(version_id, {})[code] = repere
    return reperes


def _brouillon(ancien: dict[str, Any], acquis: dict[str, Any] | None) -> dict[str, Any]:
    neuf = {champ: valeur for champ, valeur in ancien.items() if champ not in A_REDIRE}
    autres = [declare for declare in ancien.get("acquis") or [] if not declare.get("notes")]
    neuf["acquis"] = [*autres, *([acquis] if acquis else [])]
    neuf["familles"] = list(dict.fromkeys([*(ancien.get("familles") or []), *([FAMILLE] if acquis else [])]))
    neuf["situation"] = "REDOUBLANT"
    return neuf


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
        ligne.motif = "A déjà une inscription à cette session"
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
    _consigner(db, "preparer_une_session", preparation, cible, acteur, nombre or 0, maintenant)


def _consigner(
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
