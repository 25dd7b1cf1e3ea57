"""Défaire le dernier import, pendant vingt-quatre heures : un lot par acte, comme il a été fait.

Un élève qui s'est connecté depuis, a commencé à répondre, ou n'est plus à cet établissement (repris par un autre, son
compte rendu par un gestionnaire) garde ce qu'il a : il est laissé et compté.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature, Evenement
from app.comptes.models import Candidat, Compte
from app.import_scolaire.application import ImportRefuse, charger
from app.import_scolaire.existants import ont_une_autre_inscription
from app.import_scolaire.models import DELAI_D_ANNULATION, EN_TRAVAIL, Eleve, EtatImport, ImportEleves, LigneImport
from app.infra.outbox import Courriel
from app.infra.registre import consigner
from app.referentiel.models import Etablissement
from app.regles.vocabulaire import Civilite, EtatCandidature

LOT = 60


def est_annulable(db: Session, fait: ImportEleves, *, maintenant: datetime) -> bool:
    """Le dernier appliqué seulement : défaire l'avant-dernier mêlerait deux fichiers."""
    if fait.etat is not EtatImport.FAIT or fait.fini_le is None or maintenant >= fait.fini_le + DELAI_D_ANNULATION:
        return False
    plus_recent = select(ImportEleves.id).where(
        ImportEleves.uai == fait.uai,
        ImportEleves.periode_id == fait.periode_id,
        ImportEleves.confirme_le > fait.confirme_le,
        ImportEleves.etat != EtatImport.ANNULE,
    )
    return db.scalar(plus_recent.limit(1)) is None


def annuler(db: Session, uai: str, import_id: str, *, acteur: str, maintenant: datetime) -> None:
    """Envoyé deux fois, il ne part qu'une fois."""
    fait = charger(db, uai, import_id)
    if fait.etat in (*EN_TRAVAIL, EtatImport.ANNULE):
        return
    if not est_annulable(db, fait, maintenant=maintenant):
        raise ImportRefuse("Cet import ne s’annule plus : vingt-quatre heures ont passé, ou un autre l’a suivi.")
    db.execute(
        update(ImportEleves)
        .where(ImportEleves.id == import_id, ImportEleves.etat == EtatImport.FAIT)
        .values(etat=EtatImport.ANNULATION)
    )
    consigner(
        db,
        acteur=acteur,
        nature="annuler_un_import",
        objet="import",
        objet_id=import_id,
        academie=db.get_one(Etablissement, uai).academie_code,
        detail=uai,
        maintenant=maintenant,
    )


def defaire_un_lot(db: Session, import_id: str, *, maintenant: datetime) -> bool:
    """Faux quand il n'y a plus rien à défaire."""
    encours = db.get(ImportEleves, import_id)
    if encours is None or encours.etat is not EtatImport.ANNULATION:
        return False
    lignes = db.scalars(
        select(LigneImport)
        .where(LigneImport.import_id == import_id, LigneImport.avant.is_not(None))
        .order_by(LigneImport.numero.desc())
        .limit(LOT)
    ).all()
    if not lignes:
        encours.etat, encours.annule_le = EtatImport.ANNULE, maintenant
        return False
    laisses = _defaire(db, encours, lignes)
    if laisses:
        encours.comptes = encours.comptes | {"laisses": encours.comptes.get("laisses", 0) + laisses}
    return True


def _defaire(db: Session, encours: ImportEleves, lignes: Sequence[LigneImport]) -> int:
    laisses = 0
    nouveaux: list[tuple[str, bool]] = []
    for ligne in lignes:
        avant, ligne.avant = ligne.avant or {}, None
        if ligne.candidature_id is None:
            continue
        if "compte_cree" in avant:
            if _est_intact(db, ligne.candidature_id, neuf=bool(avant["compte_cree"])):
                nouveaux.append((ligne.candidature_id, bool(avant["compte_cree"])))
            else:
                laisses += 1
        elif not _remettre(db, ligne.candidature_id, avant):
            laisses += 1
    db.flush()
    _effacer(db, nouveaux)
    return laisses


def _est_intact(db: Session, candidature_id: str, *, neuf: bool) -> bool:
    candidature, lien = db.get(Candidature, candidature_id), db.get(Eleve, candidature_id)
    if candidature is None or lien is None or candidature.version or candidature.garde_le is not None:
        return False
    compte = db.get_one(Compte, candidature.compte_id)
    return not neuf or compte.mot_de_passe_change_le is None


def _effacer(db: Session, nouveaux: Sequence[tuple[str, bool]]) -> None:
    ids = [candidature_id for candidature_id, _ in nouveaux]
    comptes = dict(db.execute(select(Candidature.id, Candidature.compte_id).where(Candidature.id.in_(ids))).all())
    db.execute(delete(Courriel).where(Courriel.candidature_id.in_(ids)))
    db.execute(delete(Evenement).where(Evenement.candidature_id.in_(ids)))
    db.execute(delete(Eleve).where(Eleve.candidature_id.in_(ids)))
    db.execute(delete(Candidature).where(Candidature.id.in_(ids)))
    crees = [comptes[candidature_id] for candidature_id, cree in nouveaux if cree]
    db.execute(delete(Compte).where(Compte.id.in_(crees)))


def _remettre(db: Session, candidature_id: str, avant: dict[str, Any]) -> bool:
    """Faux si l'élève a enregistré depuis (ce qu'il a signé porte ce que l'import avait posé), s'est inscrit seul, ou
    est ailleurs."""
    candidature, lien = db.get(Candidature, candidature_id), db.get(Eleve, candidature_id)
    if candidature is None or lien is None:
        return False
    candidat, photo = db.get_one(Candidat, candidature.compte_id), avant["lien"]
    if candidature.etat.value != avant["etat"] and candidature.etat is EtatCandidature.INSCRIT:
        return False
    if avant["etat"] != candidature.etat.value and ont_une_autre_inscription(db, [candidature_id]):
        return False
    if photo["ine"] and not photo["parti_le"] and _est_repris(db, lien, photo["ine"]):
        return False
    lien.ine, lien.division, lien.cle = photo["ine"], photo["division"], photo["cle"]
    lien.parti_le = datetime.fromisoformat(photo["parti_le"]) if photo["parti_le"] else None
    candidature.etat = EtatCandidature(avant["etat"])
    autres = {champ: valeur for champ, valeur in candidature.brouillon.items() if champ not in avant["poses"]}
    candidature.brouillon = autres | {champ: valeur for champ, valeur in avant["poses"].items() if valeur is not None}
    identite = avant["identite"]
    for champ, valeur in identite.items():
        setattr(candidat, champ, valeur)
    candidat.civilite = Civilite(identite["civilite"])
    candidat.date_naissance = date.fromisoformat(identite["date_naissance"])
    return True


def _est_repris(db: Session, lien: Eleve, ine: str) -> bool:
    """Un autre établissement l'inscrit maintenant à cette session."""
    autre = select(Eleve.candidature_id).where(
        Eleve.periode_id == lien.periode_id,
        Eleve.ine == ine,
        Eleve.parti_le.is_(None),
        Eleve.candidature_id != lien.candidature_id,
    )
    return db.scalar(autre.limit(1)) is not None
