"""Appliquer un import relu : un lot par acte, repris là où il en était si le portail s'arrête.

Chaque ligne est revue à cet instant : entre l'essai et l'application, un autre fichier a pu passer. Une ligne qui ne
convient plus est refusée et comptée, jamais forcée.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.comptes.identifiants import identifiant_de_base, identifiants_pris
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.essai import eleve_de_json
from app.import_scolaire.existants import confronter, existants_pour
from app.import_scolaire.models import EN_TRAVAIL, EtatImport, ImportEleves, LigneImport, SorteLigne
from app.import_scolaire.modification import changer, retirer
from app.import_scolaire.preinscription import preinscrire
from app.infra.registre import consigner
from app.referentiel.models import Etablissement, PeriodeInscription

LOT = 40
"""élèves d'un acte : un dixième de seconde où les autres écritures attendent"""
A_APPLIQUER = (SorteLigne.NOUVEAU, SorteLigne.CHANGE, SorteLigne.ABSENT)


class ImportRefuse(Exception):  # noqa: N818 — le message est la phrase à montrer
    pass


def confirmer(db: Session, uai: str, import_id: str, *, retirer_les_absents: bool, maintenant: datetime) -> None:
    """L'essai devient un import. Envoyé deux fois, il ne part qu'une fois."""
    essai = charger(db, uai, import_id)
    if essai.etat is not EtatImport.ESSAI:
        return
    periode = db.get_one(PeriodeInscription, essai.periode_id)
    if maintenant >= periode.ferme_le:
        raise ImportRefuse("Les inscriptions sont fermées : adressez-vous au service des examens.")
    if essai.comptes.get("erreurs"):
        raise ImportRefuse("Ce fichier a des erreurs : corrigez-les, puis déposez-le de nouveau.")
    if _est_incomplet(db, essai):
        raise ImportRefuse("Cet essai s’est interrompu : déposez-le de nouveau.")
    if _en_travail(db, uai):
        raise ImportRefuse("Un import de cet établissement est en cours : attendez qu’il finisse.")
    if _depasse(db, essai):
        raise ImportRefuse("Un autre fichier a été importé depuis cet essai : déposez le vôtre de nouveau.")
    parti = db.scalar(
        update(ImportEleves)
        .where(ImportEleves.id == import_id, ImportEleves.etat == EtatImport.ESSAI)
        .values(etat=EtatImport.EN_COURS, confirme_le=maintenant, retirer_les_absents=retirer_les_absents)
        .returning(ImportEleves.id)
    )
    if parti is None:
        return
    if not retirer_les_absents:
        db.execute(
            update(LigneImport)
            .where(LigneImport.import_id == import_id, LigneImport.sorte == SorteLigne.ABSENT)
            .values(fait=True)
        )


def appliquer_un_lot(db: Session, import_id: str, *, maintenant: datetime) -> bool:
    """Faux quand il n'y a plus rien à faire, import clos compris."""
    encours = db.get(ImportEleves, import_id)
    if encours is None or encours.etat is not EtatImport.EN_COURS:
        return False
    lignes = db.scalars(
        select(LigneImport)
        .where(LigneImport.import_id == import_id, LigneImport.fait.is_(False), LigneImport.sorte.in_(A_APPLIQUER))
        .order_by(LigneImport.numero)
        .limit(LOT)
    ).all()
    if lignes:
        _appliquer(db, encours, lignes, maintenant)
        return True
    _clore(db, encours, maintenant)
    return False


def charger(db: Session, uai: str, import_id: str) -> ImportEleves:
    """L'import de cet établissement ; LookupError sinon."""
    trouve = db.scalar(select(ImportEleves).where(ImportEleves.id == import_id, ImportEleves.uai == uai))
    if trouve is None:
        raise LookupError(import_id)
    return trouve


def _appliquer(db: Session, encours: ImportEleves, lignes: Sequence[LigneImport], maintenant: datetime) -> None:
    eleves = {ligne.numero: eleve_de_json(ligne.eleve or {}) for ligne in lignes}
    registre = existants_pour(db, encours.uai, encours.periode_id, list(eleves.values()))
    bases = {identifiant_de_base(e.prenoms, e.nom_famille) for e in eleves.values()}
    pris = identifiants_pris(db, bases)
    refusees = 0
    nouveaux: list[tuple[LigneImport, Eleve]] = []
    for ligne in lignes:
        eleve = eleves[ligne.numero]
        ligne.fait = True
        if ligne.sorte is SorteLigne.ABSENT:
            retirer(db, encours, ligne, maintenant)
            continue
        existant = registre.trouver(eleve)
        attendu, changes = confronter(eleve, existant, encours.uai)
        if attendu:
            refusees += 1
            ligne.erreurs = [["", eleve.libelle, attendu]]
        elif existant is None:
            ligne.sorte = SorteLigne.NOUVEAU
            nouveaux.append((ligne, eleve))
        elif changes:
            ligne.sorte = SorteLigne.CHANGE
            changer(db, encours, ligne, eleve, existant, maintenant)
        else:
            ligne.sorte = SorteLigne.INCHANGE
    preinscrire(db, encours, nouveaux, pris, maintenant)
    if refusees:
        encours.comptes = encours.comptes | {"refusees": encours.comptes.get("refusees", 0) + refusees}


def _en_travail(db: Session, uai: str) -> bool:
    return (
        db.scalar(select(ImportEleves.id).where(ImportEleves.uai == uai, ImportEleves.etat.in_(EN_TRAVAIL)).limit(1))
        is not None
    )


def _depasse(db: Session, essai: ImportEleves) -> bool:
    plus_recent = select(ImportEleves.id).where(
        ImportEleves.uai == essai.uai,
        ImportEleves.periode_id == essai.periode_id,
        ImportEleves.confirme_le > essai.cree_le,
    )
    return db.scalar(plus_recent.limit(1)) is not None


def _est_incomplet(db: Session, essai: ImportEleves) -> bool:
    """Le portail s'est arrêté pendant que les lignes se rangeaient."""
    rangees = db.scalar(select(func.count()).where(LigneImport.import_id == essai.id))
    attendues: int = essai.comptes.get("lignes", 0) + essai.comptes.get(SorteLigne.ABSENT.value, 0)
    return rangees != attendues


def _clore(db: Session, encours: ImportEleves, maintenant: datetime) -> None:
    encours.etat = EtatImport.FAIT
    encours.fini_le = maintenant
    comptes = encours.comptes
    consigner(
        db,
        acteur=encours.auteur,
        nature="importer_des_eleves",
        objet="import",
        objet_id=encours.id,
        academie=db.get_one(Etablissement, encours.uai).academie_code,
        detail=f"{encours.uai} nouveaux={comptes.get('nouveau', 0)} changes={comptes.get('change', 0)} "
        f"retires={comptes.get('absent', 0) if encours.retirer_les_absents else 0}",
        maintenant=maintenant,
    )
