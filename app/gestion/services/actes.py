"""Ouvrir, modifier, prolonger, fermer : chaque acte revoit la portée, dit ce qu'il croyait changer, et s'écrit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.gestion.portee import Academies
from app.gestion.services.reglage import Reglage, reglage_de
from app.infra.registre import consigner
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import (
    Academie,
    MessageSpecialite,
    PeriodeInscription,
    SessionExamen,
    SpecialiteNonOrganisee,
)
from app.referentiel.queries import periode


class Depasse(Exception):  # noqa: N818 — rien n'est écrit : un autre agent a changé ce service entre-temps
    pass


@dataclass(frozen=True, slots=True)
class Auteur:
    agent_id: str
    academies: Academies


def ouvrir(
    db: Session, session_id: str, academie: str, reglage: Reglage, auteur: Auteur, *, maintenant: datetime
) -> str | None:
    """L'id du service ; celui qui existe déjà si un autre agent l'a ouvert. Nul hors de la portée."""
    if auteur.academies is not None and academie not in auteur.academies:
        return None
    if db.get(SessionExamen, session_id) is None or db.get(Academie, academie) is None:
        return None
    deja = db.scalar(
        select(PeriodeInscription.id).where(
            PeriodeInscription.session_examen_id == session_id, PeriodeInscription.academie_code == academie
        )
    )
    if deja:
        return deja
    ouverte = PeriodeInscription(session_examen_id=session_id, academie_code=academie, **asdict(reglage))
    db.add(ouverte)
    db.flush()
    detail = f"{session_id} ; ouvre_le={_court(reglage.ouvre_le)} ; ferme_le={_court(reglage.ferme_le)}"
    _consigner(db, "ouvrir_un_service", ouverte.id, academie, auteur, detail, maintenant)
    return ouverte.id


def modifier(
    db: Session,
    periode_id: str,
    reglage: Reglage,
    auteur: Auteur,
    *,
    attendu: str,
    nature: str = "modifier_un_service",
    maintenant: datetime,
) -> bool:
    """Faux hors de la portée. `attendu` : la marque du réglage que l'agent a lu."""
    lue = periode(db, periode_id, academies=auteur.academies)
    if lue is None:
        return False
    avant = reglage_de(lue)
    if avant.marque != attendu:
        raise Depasse
    changes = reglage.changes(avant)
    if changes:
        db.execute(
            update(PeriodeInscription)
            .where(PeriodeInscription.id == periode_id)
            .values({nom: apres for nom, (_, apres) in changes.items()})
        )
        _consigner(db, nature, periode_id, lue.academie.code, auteur, _detail(changes), maintenant)
    return True


def fermer(db: Session, periode_id: str, auteur: Auteur, *, maintenant: datetime) -> bool:
    """À cet instant même. Faux s'il n'est pas ouvert, ou hors de la portée."""
    lue = periode(db, periode_id, academies=auteur.academies)
    if lue is None or not lue.est_ouverte(maintenant):
        return False
    avant = reglage_de(lue)
    ferme = replace(avant, ferme_le=maintenant)
    return modifier(
        db,
        periode_id,
        ferme,
        auteur,
        attendu=avant.marque,
        nature="fermer_un_service",
        maintenant=maintenant,
    )


def regler_les_specialites(
    db: Session,
    periode_id: str,
    auteur: Auteur,
    *,
    non_organisees: frozenset[str],
    messages: Mapping[str, str],
    maintenant: datetime,
) -> bool:
    """Faux hors de la portée. Les codes viennent du règlement : l'écran n'en propose pas d'autre."""
    lue = periode(db, periode_id, academies=auteur.academies)
    if lue is None:
        return False
    change = _specialites_changees(db, lue, non_organisees, messages)
    if not change:
        return True
    for table in (SpecialiteNonOrganisee, MessageSpecialite):
        db.execute(delete(table).where(table.periode_id == periode_id))
    db.add_all(SpecialiteNonOrganisee(periode_id=periode_id, specialite=code) for code in sorted(non_organisees))
    db.add_all(
        MessageSpecialite(periode_id=periode_id, specialite=code, texte=texte)
        for code, texte in sorted(messages.items())
    )
    _consigner(db, "regler_les_specialites", periode_id, lue.academie.code, auteur, change, maintenant)
    return True


def creer_une_session(
    db: Session, *, examen: str, domaine: str, annee: int, mois: int, libelle: str, agent_id: str, maintenant: datetime
) -> str | None:
    """Nul si elle existe déjà : une session est son examen, son année et son mois."""
    session_id = f"{examen.lower()}-{annee:04}-{mois:02}"
    if db.get(SessionExamen, session_id) is not None:
        return None
    db.add(SessionExamen(id=session_id, examen=examen, domaine=domaine, libelle=libelle, annee=annee, mois=mois))
    consigner(
        db,
        acteur=agent_id,
        nature="creer_une_session",
        objet="session_examen",
        objet_id=session_id,
        maintenant=maintenant,
    )
    return session_id


def _specialites_changees(
    db: Session, lue: FichePeriode, non_organisees: frozenset[str], messages: Mapping[str, str]
) -> str:
    """Les codes qui changent, signés ; vide si rien ne change."""
    avant = set(
        db.scalars(select(SpecialiteNonOrganisee.specialite).where(SpecialiteNonOrganisee.periode_id == lue.id))
    )
    dits = {
        m.specialite: m.texte
        for m in db.scalars(select(MessageSpecialite).where(MessageSpecialite.periode_id == lue.id))
    }
    signes = [
        *(f"-{code}" for code in sorted(non_organisees - avant)),
        *(f"+{code}" for code in sorted(avant - non_organisees)),
        *(f"message:{code}" for code in sorted({*dits, *messages}) if dits.get(code) != messages.get(code)),
    ]
    return " ".join(signes)


def _consigner(
    db: Session, nature: str, periode_id: str, academie: str, auteur: Auteur, detail: str, maintenant: datetime
) -> None:
    consigner(
        db,
        acteur=auteur.agent_id,
        nature=nature,
        objet="periode",
        objet_id=periode_id,
        academie=academie,
        detail=detail,
        maintenant=maintenant,
    )


def _detail(changes: Mapping[str, tuple[object, object]]) -> str:
    """Les instants en clair ; du reste, le seul nom : un contact peut être celui d'une personne."""
    return " ; ".join(
        f"{nom}={_court(avant)}→{_court(apres)}" if isinstance(avant, datetime) and isinstance(apres, datetime) else nom
        for nom, (avant, apres) in sorted(changes.items())
    )


def _court(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%MZ")
