"""Sessions, académies, services d'inscription, établissements et messages : ce que tout écran lit."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.referentiel.fiches import (
    FicheAcademie,
    FichePeriode,
    FicheSession,
    MessageDuMoment,
    ServiceGestionnaire,
)
from app.referentiel.lieux import cle_de_recherche
from app.referentiel.models import (
    Academie,
    EditionReferentiel,
    EtablissementPropose,
    ImportanceMessage,
    MessageAccueil,
    MessageSpecialite,
    PeriodeInscription,
    RegimeConfirmation,
    SessionExamen,
    SpecialiteNonOrganisee,
)
from app.regles.dossier import Contexte
from app.regles.referentiel import EtablissementInscription
from app.regles.vocabulaire import StatutCandidat

TYPES_ACADEMIE = ("academie", "vice-rectorat", "service-education", "centre-etranger")


def edition_en_vigueur(db: Session) -> str:
    """Id de la dernière édition publiée ; vide s'il n'y en a pas. Tout ce que disent les fichiers change avec elle."""
    return db.connection().scalar(_EDITION) or ""


def sessions(db: Session, *, domaine: str | None = None, examen: str | None = None) -> tuple[FicheSession, ...]:
    """Les plus proches d'abord."""
    requete = select(SessionExamen).order_by(SessionExamen.annee, SessionExamen.mois, SessionExamen.id)
    if domaine:
        requete = requete.where(SessionExamen.domaine == domaine)
    if examen:
        requete = requete.where(SessionExamen.examen == examen)
    return tuple(_fiche_session(s) for s in db.scalars(requete))


def session_examen(db: Session, session_id: str) -> FicheSession | None:
    s = db.get(SessionExamen, session_id)
    return _fiche_session(s) if s else None


def academies(db: Session, *, session_id: str | None = None) -> tuple[FicheAcademie, ...]:
    """Les académies par ordre alphabétique, puis les collectivités, puis les centres à l'étranger.

    Avec `session_id` : celles qui ont un service d'inscription à cette session, ouvert ou non.
    """
    requete = select(Academie)
    if session_id:
        requete = requete.where(
            Academie.code.in_(
                select(PeriodeInscription.academie_code).where(PeriodeInscription.session_examen_id == session_id)
            )
        )
    return tuple(sorted((_fiche_academie(a) for a in db.scalars(requete)), key=_ordre_academie))


def academie(db: Session, code: str) -> FicheAcademie | None:
    a = db.get(Academie, code)
    return _fiche_academie(a) if a else None


def periodes(
    db: Session,
    *,
    session_id: str | None = None,
    academie: str | None = None,
    domaine: str | None = None,
    academies: Collection[str] | None = None,
) -> tuple[FichePeriode, ...]:
    """`academies` : la portée d'un agent ; nul : toutes."""
    requete = _periodes()
    if academies is not None:
        requete = requete.where(PeriodeInscription.academie_code.in_(academies))
    if session_id:
        requete = requete.where(PeriodeInscription.session_examen_id == session_id)
    if academie:
        requete = requete.where(PeriodeInscription.academie_code == academie)
    if domaine:
        requete = requete.where(SessionExamen.domaine == domaine)
    fiches = (_fiche_periode(*ligne) for ligne in db.execute(requete))
    return tuple(sorted(fiches, key=lambda p: (p.session.annee, p.session.mois, _ordre_academie(p.academie))))


def periode(db: Session, periode_id: str, *, academies: Collection[str] | None = None) -> FichePeriode | None:
    """`academies` : la portée d'un agent ; nul : toutes."""
    requete = _UNE_PERIODE if academies is None else _UNE_PERIODE.where(PeriodeInscription.academie_code.in_(academies))
    ligne = db.execute(requete, {"periode": periode_id}).one_or_none()
    return _fiche_periode(*ligne) if ligne else None


def prochaine_ouverture(
    db: Session, maintenant: datetime, *, session_id: str | None = None, academie: str | None = None
) -> FichePeriode | None:
    """Le prochain service à ouvrir après cet instant, quand aucun n'est ouvert."""
    a_venir = [p for p in periodes(db, session_id=session_id, academie=academie) if p.ouvre_le > maintenant]
    return min(a_venir, key=lambda p: p.ouvre_le, default=None)


def etablissements(db: Session, academie: str) -> tuple[EtablissementInscription, ...]:
    """Ceux de l'académie d'abord, puis ceux qu'on propose partout (CNED, organismes)."""
    return tuple(
        EtablissementInscription(code, libelle, uai, academie_code or "", tuple(map(StatutCandidat, statuts)))
        for code, libelle, uai, academie_code, statuts in db.connection().execute(_PROPOSES, {"academie": academie})
    )


def specialites_non_organisees(db: Session, periode_id: str) -> frozenset[str]:
    return frozenset(db.connection().scalars(_NON_ORGANISEES, {"periode": periode_id}))


def messages_des_specialites(db: Session, periode_id: str) -> dict[str, str]:
    return dict(db.connection().execute(_MESSAGES, {"periode": periode_id}).all())


def contexte(db: Session, periode_id: str, jour: date) -> Contexte | None:
    """`jour` : jour de Paris de l'inscription."""
    service = periode(db, periode_id)
    return contexte_du_service(db, service, jour) if service else None


def contexte_du_service(db: Session, service: FichePeriode, jour: date) -> Contexte:
    """`jour` : jour de Paris de l'inscription."""
    return Contexte(
        annee=service.session.annee,
        date_inscription=jour,
        academie=service.academie.code,
        etablissements=etablissements(db, service.academie.code),
        specialites_non_organisees=specialites_non_organisees(db, service.id),
        messages_specialites=messages_des_specialites(db, service.id),
        confirmation_signee=service.regime_confirmation is RegimeConfirmation.PAPIER,
    )


def messages(db: Session, maintenant: datetime, *, academie: str | None = None) -> tuple[MessageDuMoment, ...]:
    """Les messages du moment pour tous, et ceux de l'académie si elle est dite ; les alertes d'abord."""
    portee: ColumnElement[bool] = MessageAccueil.academie_code.is_(None)
    if academie:
        portee = or_(portee, MessageAccueil.academie_code == academie)
    lignes = db.scalars(
        select(MessageAccueil)
        .where(portee, MessageAccueil.debute_le <= maintenant, MessageAccueil.finit_le > maintenant)
        .order_by(MessageAccueil.debute_le.desc(), MessageAccueil.id)
    )
    fiches = (MessageDuMoment(m.id, m.titre, m.texte, m.importance) for m in lignes)
    return tuple(sorted(fiches, key=lambda m: m.importance != ImportanceMessage.ALERTE))


def messages_des_academies(
    db: Session, maintenant: datetime, academies: Collection[str]
) -> tuple[MessageDuMoment, ...]:
    """Ce que chacune de ces académies dit aux siens en ce moment ; les alertes d'abord."""
    lignes = {m.id: m for code in sorted(academies) for m in messages(db, maintenant, academie=code)}
    pour_tous = {m.id for m in messages(db, maintenant)}
    siens = (m for m in lignes.values() if m.id not in pour_tous)
    return tuple(sorted(siens, key=lambda m: m.importance != ImportanceMessage.ALERTE))


def _periodes() -> Select[PeriodeInscription, SessionExamen, Academie]:
    return (
        select(PeriodeInscription, SessionExamen, Academie)
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .join(Academie, Academie.code == PeriodeInscription.academie_code)
    )


_EDITION = (
    select(EditionReferentiel.id)
    .where(EditionReferentiel.publiee_le.is_not(None))
    .order_by(EditionReferentiel.publiee_le.desc())
    .limit(1)
)
_UNE_PERIODE = _periodes().where(PeriodeInscription.id == bindparam("periode"))
_PROPOSES = (
    select(
        EtablissementPropose.code,
        EtablissementPropose.libelle,
        EtablissementPropose.uai,
        EtablissementPropose.academie_code,
        EtablissementPropose.statuts,
    )
    .where(
        or_(EtablissementPropose.academie_code == bindparam("academie"), EtablissementPropose.academie_code.is_(None))
    )
    .order_by(EtablissementPropose.ordre)
)
_NON_ORGANISEES = select(SpecialiteNonOrganisee.specialite).where(
    SpecialiteNonOrganisee.periode_id == bindparam("periode")
)
_MESSAGES = select(MessageSpecialite.specialite, MessageSpecialite.texte).where(
    MessageSpecialite.periode_id == bindparam("periode")
)


def _ordre_academie(a: FicheAcademie) -> tuple[int, str]:
    return TYPES_ACADEMIE.index(a.type), cle_de_recherche(a.nom)


def _fiche_periode(p: PeriodeInscription, s: SessionExamen, a: Academie) -> FichePeriode:
    return FichePeriode(
        id=p.id,
        session=_fiche_session(s),
        academie=_fiche_academie(a),
        ouvre_le=p.ouvre_le,
        ferme_le=p.ferme_le,
        regime_confirmation=p.regime_confirmation,
        depot_ouvre_le=p.depot_ouvre_le,
        depot_ferme_le=p.depot_ferme_le,
        service=ServiceGestionnaire(p.service, p.adresse, p.code_postal, p.ville, p.courriel, p.telephone, p.horaires),
        avis_public=p.avis_public,
    )


def _fiche_session(s: SessionExamen) -> FicheSession:
    return FicheSession(s.id, s.examen, s.domaine, s.libelle, s.annee, s.mois)


def _fiche_academie(a: Academie) -> FicheAcademie:
    return FicheAcademie(
        code=a.code,
        nom=a.nom,
        libelle=a.libelle,
        type=a.type,
        departements=tuple(a.departements),
        organisateur=a.organisateur,
        fuseau=a.fuseau,
        est_verifiee=a.est_verifiee,
    )
