"""Appliquer un import relu : un lot par acte, repris là où il en était si le portail s'arrête.

Chaque ligne est revue à cet instant : entre l'essai et l'application, un autre fichier a pu passer. Une ligne qui ne
convient plus est refusée et comptée, jamais forcée.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.agents import SANS_MOT_DE_PASSE
from app.comptes.identifiants import identifiant_de_base, identifiants_pris, premier_libre
from app.comptes.models import Candidat, Compte
from app.comptes.numeros import nouveau_numero
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.essai import eleve_de_json
from app.import_scolaire.existants import Existant, confronter, existants_pour
from app.import_scolaire.models import Eleve as LigneEleve
from app.import_scolaire.models import EtatImport, ImportEleves, LigneImport, SorteLigne
from app.infra.identifiants import nouvel_id
from app.infra.registre import consigner
from app.referentiel.models import Etablissement, PeriodeInscription
from app.regles.vocabulaire import EtatCandidature

LOT = 40
"""élèves d'un acte : un dixième de seconde où les autres écritures attendent"""
A_APPLIQUER = (SorteLigne.NOUVEAU, SorteLigne.CHANGE, SorteLigne.ABSENT)
EN_TRAVAIL = (EtatImport.EN_COURS, EtatImport.ANNULATION)


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
            _changer(db, encours, ligne, eleve, existant, maintenant)
        else:
            ligne.sorte = SorteLigne.INCHANGE
    _preinscrire(db, encours, nouveaux, pris, maintenant)
    if refusees:
        encours.comptes = encours.comptes | {"refusees": encours.comptes.get("refusees", 0) + refusees}


def _preinscrire(
    db: Session,
    encours: ImportEleves,
    nouveaux: Sequence[tuple[LigneImport, Eleve]],
    pris: dict[str, set[str]],
    maintenant: datetime,
) -> None:
    """Les comptes, sans mot de passe avant leur papillon ; une candidature à compléter, avec ses numéros.

    Un ancien élève de l'établissement, reconnu par son INE, retrouve son compte. Table par table et non élève par
    élève : un lot est quatre fois plus court, et chacun de ceux qui attendent aussi.
    """
    anciens = _anciens_comptes(db, encours, [eleve for _, eleve in nouveaux])
    comptes: list[str] = []
    candidats: list[Candidat] = []
    for ligne, eleve in nouveaux:
        ancien = anciens.pop((eleve.ine, eleve.cle), None) if eleve.ine else None
        ligne.avant = {"compte_cree": ancien is None}
        comptes.append(ancien or nouvel_id())
        if ancien is None:
            db.add(_compte(comptes[-1], eleve, pris, maintenant))
            candidat = Candidat(compte_id=comptes[-1], numero_candidat=nouveau_numero(db, maintenant=maintenant))
            poser_l_identite(candidat, eleve)
            candidats.append(candidat)
    db.flush()
    db.add_all(candidats)
    db.flush()  # l'annuaire lit leurs noms quand les candidatures s'écrivent
    session = db.get_one(PeriodeInscription, encours.periode_id).session_examen_id
    for (ligne, eleve), compte_id in zip(nouveaux, comptes, strict=True):
        ligne.candidature_id = nouvel_id()
        est_neuf = bool(ligne.avant and ligne.avant["compte_cree"])
        db.add(
            Candidature(
                id=ligne.candidature_id,
                compte_id=compte_id,
                periode_id=encours.periode_id,
                session_examen_id=session,
                etablissement_uai=encours.uai,
                etat=EtatCandidature.A_COMPLETER,
                numero_inscription="001" if est_neuf else _numero_suivant(db, compte_id),
                brouillon=_brouillon(eleve, encours.uai),
                cree_le=maintenant,
            )
        )
    db.flush()
    for ligne, eleve in nouveaux:
        db.add(
            LigneEleve(
                candidature_id=ligne.candidature_id,
                uai=encours.uai,
                periode_id=encours.periode_id,
                ine=eleve.ine,
                division=eleve.division,
                cle=eleve.cle,
                importe_le=maintenant,
            )
        )
        noter(db, str(ligne.candidature_id), encours.auteur, "preinscrite", maintenant=maintenant)


def _compte(compte_id: str, eleve: Eleve, pris: dict[str, set[str]], maintenant: datetime) -> Compte:
    base = identifiant_de_base(eleve.prenoms, eleve.nom_famille)
    identifiant = premier_libre(base, pris[base])
    pris[base].add(identifiant)
    return Compte(
        id=compte_id,
        identifiant=identifiant,
        courriel="",
        mot_de_passe=SANS_MOT_DE_PASSE,
        mot_de_passe_provisoire=True,
        cree_le=maintenant,
        active_le=maintenant,
    )


def _anciens_comptes(db: Session, encours: ImportEleves, eleves: Sequence[Eleve]) -> dict[tuple[str, str], str]:
    """(INE, personne) → compte : inscrit par ce même établissement à une autre session, et pas encore à celle-ci."""
    session = db.get_one(PeriodeInscription, encours.periode_id).session_examen_id
    lignes = db.execute(
        select(LigneEleve.ine, LigneEleve.cle, Candidature.compte_id)
        .join(Candidature, Candidature.id == LigneEleve.candidature_id)
        .where(
            LigneEleve.uai == encours.uai,
            LigneEleve.ine.in_([eleve.ine for eleve in eleves if eleve.ine]),
            LigneEleve.periode_id != encours.periode_id,
        )
        .order_by(Candidature.cree_le)
    ).all()
    if not lignes:
        return {}
    en_cours = set(
        db.scalars(
            select(Candidature.compte_id).where(
                Candidature.compte_id.in_([compte_id for _, _, compte_id in lignes]),
                Candidature.session_examen_id == session,
                Candidature.etat.in_(EN_COURS_ETATS),
            )
        )
    )
    return {(ine, cle): compte_id for ine, cle, compte_id in lignes if compte_id not in en_cours}


def _changer(
    db: Session, encours: ImportEleves, ligne: LigneImport, eleve: Eleve, existant: Existant, maintenant: datetime
) -> None:
    """Ce que l'élève a répondu reste ; seul ce que l'établissement pose est remplacé."""
    candidature = db.get_one(Candidature, existant.candidature_id)
    lien, candidat = db.get_one(LigneEleve, candidature.id), db.get_one(Candidat, candidature.compte_id)
    ligne.candidature_id = candidature.id
    ligne.avant = photographier(candidature, lien, candidat)
    lien.ine, lien.division, lien.cle = eleve.ine or lien.ine, eleve.division, eleve.cle
    if lien.parti_le is not None:
        lien.parti_le = None
        if candidature.etat is EtatCandidature.ECARTE:
            candidature.etat = EtatCandidature.A_COMPLETER
    if not existant.est_enregistre:
        poser_l_identite(candidat, eleve)
    candidature.brouillon = candidature.brouillon | poses(eleve, encours.uai)
    noter(db, candidature.id, encours.auteur, "preinscription_modifiee", maintenant=maintenant)


def retirer(db: Session, encours: ImportEleves, ligne: LigneImport, maintenant: datetime) -> None:
    """Absent du fichier : son inscription à compléter est écartée ; déjà enregistrée, elle reste au gestionnaire."""
    lien = db.get(LigneEleve, ligne.candidature_id)
    if lien is None or lien.uai != encours.uai or lien.parti_le is not None:
        ligne.avant = None
        return
    candidature = db.get_one(Candidature, lien.candidature_id)
    ligne.avant = photographier(candidature, lien, db.get_one(Candidat, candidature.compte_id))
    lien.parti_le = maintenant
    if candidature.etat is EtatCandidature.A_COMPLETER:
        candidature.etat = EtatCandidature.ECARTE
    noter(db, candidature.id, encours.auteur, "preinscription_retiree", maintenant=maintenant)


def poser_l_identite(candidat: Candidat, eleve: Eleve) -> None:
    candidat.civilite = eleve.civilite
    candidat.nom_famille = eleve.nom_famille
    candidat.nom_usage = eleve.nom_usage
    candidat.prenoms = eleve.prenoms
    candidat.date_naissance = eleve.date_naissance
    candidat.pays_naissance = eleve.pays_naissance
    candidat.departement_naissance = eleve.departement_naissance
    candidat.commune_naissance = eleve.commune_naissance
    candidat.commune_naissance_type = eleve.commune_naissance_type
    candidat.lieu_naissance = eleve.lieu_naissance


def poses(eleve: Eleve, uai: str) -> dict[str, Any]:
    return {"categorie": eleve.categorie, "specialite": eleve.specialite, "etablissement": uai}


def photographier(candidature: Candidature, lien: LigneEleve, candidat: Candidat) -> dict[str, Any]:
    """De quoi remettre exactement ce qui était, ni plus ni moins."""
    return {
        "lien": {
            "ine": lien.ine,
            "division": lien.division,
            "cle": lien.cle,
            "parti_le": lien.parti_le.isoformat() if lien.parti_le else None,
        },
        "etat": candidature.etat.value,
        "poses": {champ: candidature.brouillon.get(champ) for champ in ("categorie", "specialite", "etablissement")},
        "identite": {
            "civilite": candidat.civilite.value,
            "nom_famille": candidat.nom_famille,
            "nom_usage": candidat.nom_usage,
            "prenoms": candidat.prenoms,
            "date_naissance": candidat.date_naissance.isoformat(),
            "pays_naissance": candidat.pays_naissance,
            "departement_naissance": candidat.departement_naissance,
            "commune_naissance": candidat.commune_naissance,
            "commune_naissance_type": candidat.commune_naissance_type,
            "lieu_naissance": candidat.lieu_naissance,
        },
    }


def _brouillon(eleve: Eleve, uai: str) -> dict[str, Any]:
    commun = {"pays_adresse": "FR"} | poses(eleve, uai)
    return commun | ({"courriel": eleve.courriel} if eleve.courriel else {})


def _numero_suivant(db: Session, compte_id: str) -> str:
    dernier = db.scalar(select(func.max(Candidature.numero_inscription)).where(Candidature.compte_id == compte_id))
    return f"{int(dernier or 0) + 1:03}"


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
