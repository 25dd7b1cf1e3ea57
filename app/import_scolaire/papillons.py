"""À qui imprimer un papillon, et le mot de passe qu'il porte : haché aussitôt, jamais gardé en clair.

En nombre, un élève qui a choisi son mot de passe est laissé : réimprimer le sien le mettrait dehors. Un par un, on le
réimprime sciemment.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.models import Candidat, Compte
from app.comptes.mot_de_passe import poser_un_provisoire
from app.import_scolaire.models import Eleve

MINUSCULES = "abcdefghjkmnpqrstwxyz"
CHIFFRES = "23456789"
"""Ni 0/O, ni 1/l/i, ni u/v : il se recopie d'un papier."""
GROUPES, PAR_GROUPE = 3, 4


@dataclass(frozen=True, slots=True)
class AImprimer:
    candidature_id: str
    compte_id: str
    nom: str
    prenoms: str
    division: str
    numero_candidat: str
    numero_inscription: str
    identifiant: str
    papillon_le: datetime | None
    est_connecte: bool
    """il a choisi son mot de passe"""


def mot_de_passe_de_papillon(graine: bytes, candidature_id: str) -> str:
    """« Kdfp-7xqm-r3tn » : 58 bits, une majuscule, un tiret et un chiffre, comme la règle du guide les veut.

    `graine` : trente-deux octets au hasard, d'une seule impression, en mémoire. Les mêmes redonnent le même mot.
    """
    reste = int.from_bytes(hmac.digest(graine, candidature_id.encode(), "sha512"))

    def tirer(signes: str) -> str:
        nonlocal reste
        reste, rang = divmod(reste, len(signes))
        return signes[rang]

    groupes = ["".join(tirer(MINUSCULES + CHIFFRES) for _ in range(PAR_GROUPE)) for _ in range(GROUPES)]
    groupes[0] = tirer(MINUSCULES).upper() + groupes[0][1:]
    groupes[-1] = groupes[-1][1:] + tirer(CHIFFRES)
    return "-".join(groupes)


def a_imprimer(
    db: Session,
    uai: str,
    periode_id: str,
    *,
    division: str | None = None,
    candidature_id: str | None = None,
    deja_imprimes: bool = False,
) -> tuple[AImprimer, ...]:
    """Un élève désigné ; sinon ceux d'une division, ou de toutes, qui n'ont pas encore choisi leur mot de passe."""
    conditions: list[ColumnElement[bool]] = [Eleve.periode_id == periode_id]
    if candidature_id is not None:
        conditions.append(Eleve.candidature_id == candidature_id)
    else:
        conditions.append(Compte.mot_de_passe_change_le.is_(None))
        if not deja_imprimes:
            conditions.append(Eleve.papillon_le.is_(None))
    if division is not None:
        conditions.append(Eleve.division == division)
    return _lus(db, uai, conditions)


def a_imprimer_parmi(db: Session, uai: str, candidatures: Sequence[str]) -> tuple[AImprimer, ...]:
    """Ceux que l'établissement inscrit encore, et qui n'ont pas choisi leur mot de passe entre-temps."""
    return _lus(db, uai, [Eleve.candidature_id.in_(candidatures), Compte.mot_de_passe_change_le.is_(None)])


def _lus(db: Session, uai: str, conditions: Sequence[ColumnElement[bool]]) -> tuple[AImprimer, ...]:
    lignes = db.execute(
        select(Eleve, Candidature, Candidat, Compte)
        .join(Candidature, Candidature.id == Eleve.candidature_id)
        .join(Compte, Compte.id == Candidature.compte_id)
        .join(Candidat, Candidat.compte_id == Compte.id)
        .where(Eleve.uai == uai, Eleve.parti_le.is_(None), Candidature.etat.in_(EN_COURS_ETATS), *conditions)
        .order_by(Eleve.division, Candidature.cle_nom, Eleve.candidature_id)
    )
    return tuple(
        AImprimer(
            candidature_id=eleve.candidature_id,
            compte_id=compte.id,
            nom=candidat.nom_famille,
            prenoms=candidat.prenoms,
            division=eleve.division,
            numero_candidat=candidat.numero_candidat or "",
            numero_inscription=candidature.numero_inscription or "",
            identifiant=compte.identifiant,
            papillon_le=eleve.papillon_le,
            est_connecte=compte.mot_de_passe_change_le is not None,
        )
        for eleve, candidature, candidat, compte in lignes
    )


def poser_les_mots_de_passe(
    db: Session, uai: str, empreintes: Mapping[str, str], *, maintenant: datetime
) -> Sequence[str]:
    """`empreintes` : candidature → mot de passe haché. Rend celles qui l'ont reçu : un élève parti entre-temps, non."""
    lignes = db.execute(
        select(Eleve.candidature_id, Candidature.compte_id)
        .join(Candidature, Candidature.id == Eleve.candidature_id)
        .where(Eleve.candidature_id.in_(list(empreintes)), Eleve.uai == uai, Eleve.parti_le.is_(None))
    ).all()
    for candidature_id, compte_id in lignes:
        poser_un_provisoire(db, compte_id, empreintes[candidature_id])
    recus = [candidature_id for candidature_id, _ in lignes]
    db.execute(update(Eleve).where(Eleve.candidature_id.in_(recus)).values(papillon_le=maintenant))
    return recus
