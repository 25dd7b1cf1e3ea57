"""Tirer les mots de passe d'une impression, fichier après fichier.

Un mot de passe est fonction de l'élève et d'une graine que ne garde aucune ligne (voir graines.py) : rien, dans la
base, ne permet de le retrouver. Sa graine perdue par un redémarrage, les fichiers pas encore téléchargés se tirent de
nouveau, d'une autre ; les autres sont déjà sur papier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.comptes.models import Compte
from app.comptes.mot_de_passe import poser_un_provisoire
from app.import_scolaire.models import Eleve, EtatImpression, FichierPapillons, Impression
from app.import_scolaire.papillons import AImprimer, a_imprimer_parmi


@dataclass(frozen=True, slots=True)
class ATirer:
    impression_id: str
    rang: int
    eleves: tuple[str, ...]
    """candidatures"""


def reprendre(db: Session, impression_id: str) -> None:
    """Sa graine n'est plus en mémoire : plus aucun fichier ne se refait ; ce qui n'est pas parti se tire de nouveau."""
    db.execute(update(FichierPapillons).where(FichierPapillons.impression_id == impression_id).values(pret_le=None))
    reste = select(FichierPapillons.rang).where(
        FichierPapillons.impression_id == impression_id, FichierPapillons.telecharge_le.is_(None)
    )
    db.execute(
        update(Impression)
        .where(Impression.id == impression_id, Impression.etat == EtatImpression.PRETE, reste.exists())
        .values(etat=EtatImpression.EN_COURS, prete_le=None)
    )


def a_tirer(db: Session, impression_id: str) -> ATirer | None:
    fichier = db.scalar(
        select(FichierPapillons)
        .join(Impression, Impression.id == FichierPapillons.impression_id)
        .where(
            Impression.id == impression_id,
            Impression.etat == EtatImpression.EN_COURS,
            FichierPapillons.pret_le.is_(None),
            FichierPapillons.telecharge_le.is_(None),
        )
        .order_by(FichierPapillons.rang)
        .limit(1)
    )
    return ATirer(impression_id, fichier.rang, tuple(fichier.eleves)) if fichier else None


def poser(db: Session, impression_id: str, rang: int, empreintes: Mapping[str, str], *, maintenant: datetime) -> None:
    """Un fichier de plus est prêt ; l'ancien papillon de ces élèves ne sert plus. Arrêtée entre-temps, ou ce fichier
    tiré par un autre processus : rien.

    Un papillon imprimé à part depuis le lancement est en de bonnes mains : il reste.
    """
    fichier, impression = db.get(FichierPapillons, (impression_id, rang)), db.get(Impression, impression_id)
    if fichier is None or impression is None or impression.etat is not EtatImpression.EN_COURS or fichier.pret_le:
        return
    comptes = [
        eleve
        for eleve in a_imprimer_parmi(db, impression.uai, list(empreintes))
        if eleve.papillon_le is None or eleve.papillon_le < impression.cree_le
    ]
    for eleve in comptes:
        poser_un_provisoire(db, eleve.compte_id, empreintes[eleve.candidature_id])
    recus = [eleve.candidature_id for eleve in comptes]
    db.execute(update(Eleve).where(Eleve.candidature_id.in_(recus)).values(papillon_le=None))
    fichier.eleves = {candidature_id: _marque(empreintes[candidature_id]) for candidature_id in recus}
    fichier.pret_le = maintenant
    db.flush()
    if a_tirer(db, impression_id) is None:
        impression.etat, impression.prete_le = EtatImpression.PRETE, maintenant


def a_mettre_en_page(db: Session, uai: str, impression_id: str, rang: int) -> tuple[AImprimer, ...]:
    """Ceux dont le mot de passe est encore celui de ce fichier : ni réimprimé à part, ni choisi par l'élève."""
    fichier, impression = db.get(FichierPapillons, (impression_id, rang)), db.get(Impression, impression_id)
    if impression is None or impression.uai != uai or fichier is None or fichier.pret_le is None:
        return ()
    eleves = a_imprimer_parmi(db, uai, list(fichier.eleves))
    actuels = dict(
        db.execute(select(Compte.id, Compte.mot_de_passe).where(Compte.id.in_([e.compte_id for e in eleves]))).all()
    )
    return tuple(e for e in eleves if fichier.eleves[e.candidature_id] == _marque(actuels[e.compte_id]))


def _marque(empreinte: str) -> str:
    """De quoi reconnaître l'empreinte argon2 du compte, sans la garder deux fois."""
    return sha256(empreinte.encode()).hexdigest()[:16]
