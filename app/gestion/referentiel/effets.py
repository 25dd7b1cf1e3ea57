"""Quelles candidatures une édition changerait : chacune est rejouée avec les deux règlements, et comparée.

Au plus `ECHANTILLON`, prises dans l'ordre de leurs identifiants, qui sont tirés au hasard : au-delà, c'est un sondage.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.candidatures.comparaison import resumer
from app.candidatures.fiche import Fiche
from app.candidatures.models import Candidature
from app.candidatures.queries import CandidatureLue, candidature_de
from app.candidatures.redaction import rediger
from app.referentiel.models import PeriodeInscription
from app.regles.controle import anomalies
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import EtatCandidature

LOT = 25
ECHANTILLON = 2_000
LISTE = 200


def lot_suivant(db: Session, effets: dict[str, Any], ancien: Reglement, nouveau: Reglement) -> dict[str, Any]:
    """Les effets connus, un lot plus loin."""
    inscrites = select(Candidature.id).where(Candidature.etat == EtatCandidature.INSCRIT)
    total = effets.get("total") or db.scalar(select(func.count()).select_from(inscrites.subquery())) or 0
    lignes = db.execute(
        select(Candidature.id, Candidature.compte_id, Candidature.enregistree_le, PeriodeInscription.academie_code)
        .join(PeriodeInscription, PeriodeInscription.id == Candidature.periode_id)
        .where(Candidature.id.in_(inscrites), Candidature.id > effets.get("apres", ""))
        .order_by(Candidature.id)
        .limit(LOT)
    ).all()
    vues, nombre, liste = effets.get("vues", 0), effets.get("nombre", 0), list(effets.get("liste", []))
    for id_, compte_id, enregistree_le, academie in lignes:
        lue = candidature_de(db, compte_id, id_, maintenant=enregistree_le) if enregistree_le else None
        changements = list(_changements(lue, ancien, nouveau)) if lue else []
        vues += 1
        if lue and changements:
            nombre += 1
            if len(liste) < LISTE:
                liste.append([academie, f"{lue.numero_candidat} - {lue.numero_inscription}", changements])
    return {
        "total": total,
        "vues": vues,
        "nombre": nombre,
        "liste": liste,
        "apres": lignes[-1].id if lignes else effets.get("apres", ""),
        "fini": len(lignes) < LOT or vues >= ECHANTILLON,
    }


def _changements(lue: CandidatureLue, ancien: Reglement, nouveau: Reglement) -> Iterator[str]:
    """De la dernière version enregistrée, jamais du brouillon."""
    if lue.brouillon_enregistre is None:
        return
    figee = replace(lue, brouillon=lue.brouillon_enregistre)
    avant, apres = _rejouee(figee, ancien), _rejouee(figee, nouveau)
    if avant is None or apres is None:
        if avant is not apres:
            yield "les réponses ne se relisent plus avec ce référentiel"
        return
    yield from resumer(avant[0], apres[0])
    yield from sorted(f"à corriger : {message}" for message in apres[1] - avant[1])


def _rejouee(lue: CandidatureLue, reglement: Reglement) -> tuple[Fiche, frozenset[str]] | None:
    dossier = lue.dossier(reglement)
    try:
        return rediger(lue, dossier), frozenset(anomalie.message for anomalie in anomalies(dossier))
    except (KeyError, AttributeError, StopIteration):  # un code que le référentiel ne connaît pas
        return None
