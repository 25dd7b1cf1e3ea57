"""Le relevé des chiffres d'un service : établi à part, toutes les dix minutes ou sur demande, et lu d'une ligne.

Compter cent mille candidatures à chaque page la rendrait lente ; tenir des compteurs dans chaque acte oblige tous les
actes à venir à y penser, et un oubli ne se voit pas. Un relevé se trompe au plus de quelques minutes, et dit son heure.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.candidatures.models import Candidature
from app.gestion.tableau.chiffres import AGES, Chiffres, Part
from app.infra.clock import PARIS, jour_de_paris
from app.infra.database import Base, Database
from app.pieces.models import FichierDepose, PieceDemandee
from app.referentiel.models import PeriodeInscription, SessionExamen
from app.regles.vocabulaire import EtatCandidature, EtatExamen, StatutPiece

NON_ENREGISTREES = (EtatCandidature.BROUILLON, EtatCandidature.A_COMPLETER)
SOMMEIL = timedelta(days=7)
FRAIS = timedelta(minutes=1)
"""un relevé plus jeune ne se refait pas : deux agents qui le demandent ensemble ne comptent pas deux fois"""


class ReleveDeService(Base):
    __tablename__ = "releve_de_service"

    periode_id: Mapped[str] = mapped_column(ForeignKey("periode_inscription.id", ondelete="CASCADE"), primary_key=True)
    etabli_le: Mapped[datetime]
    chiffres: Mapped[dict[str, Any]]
    """voir chiffres.py"""


def releves(db: Session, periodes: Collection[str]) -> tuple[Chiffres, ...]:
    """Ceux de services déjà bornés à la portée de l'agent ; il en manque tant qu'aucun n'est établi."""
    lignes = db.scalars(select(ReleveDeService.chiffres).where(ReleveDeService.periode_id.in_(periodes)))
    return tuple(msgspec.convert(ligne, Chiffres) for ligne in lignes)


async def relever(database: Database, periodes: Collection[str], maintenant: datetime) -> int:
    """Compte hors de la file des écritures, n'y passe que pour ranger. Rend le nombre de relevés refaits."""
    for periode_id in (dus := await database.lire(_a_refaire, periodes, maintenant)):
        chiffres = await database.lire(compter, periode_id, maintenant)
        await database.ecrire(ranger, periode_id, msgspec.to_builtins(chiffres), maintenant)
    return len(dus)


async def relever_les_services_vivants(database: Database, maintenant: datetime) -> int:
    """Ceux des sessions de cette année et des suivantes : les autres ne bougent plus."""
    return await relever(database, await database.lire(_vivants, maintenant), maintenant)


def ranger(db: Session, periode_id: str, chiffres: dict[str, Any], maintenant: datetime) -> None:
    releve = db.get(ReleveDeService, periode_id)
    if releve is None:
        db.add(ReleveDeService(periode_id=periode_id, etabli_le=maintenant, chiffres=chiffres))
    elif releve.etabli_le <= maintenant:  # un relevé parti plus tôt et arrivé après n'écrase pas le plus frais
        releve.etabli_le, releve.chiffres = maintenant, chiffres


def compter(db: Session, periode_id: str, maintenant: datetime) -> Chiffres:
    service = db.get_one(PeriodeInscription, periode_id)
    cases = db.execute(
        select(Candidature.etat, Candidature.specialite, Candidature.etablissement, func.count())
        .where(Candidature.periode_id == periode_id)
        .group_by(Candidature.etat, Candidature.specialite, Candidature.etablissement)
    ).all()
    complets = _complets(db, periode_id)
    etats: dict[str, int] = {}
    specialites: dict[str, Part] = {}
    etablissements: dict[str, Part] = {}
    par_specialite: dict[str, int] = {}
    par_etablissement: dict[str, int] = {}
    for etat, specialite, etablissement, nombre in cases:
        part = Part(
            inscrits=nombre if etat is EtatCandidature.INSCRIT else 0,
            brouillons=nombre if etat in NON_ENREGISTREES else 0,
            complets=complets.get((specialite, etablissement), 0) if etat is EtatCandidature.INSCRIT else 0,
        )
        etats[etat.value] = etats.get(etat.value, 0) + nombre
        for table, croisee, code in (
            (specialites, par_specialite, specialite),
            (etablissements, par_etablissement, etablissement),
        ):
            table[code] = table.get(code, Part()).plus(part)
            croisee[f"{code} {etat.value}"] = croisee.get(f"{code} {etat.value}", 0) + nombre
    return Chiffres(
        etabli_le=maintenant,
        etats=etats,
        jours=_jours(db, service, maintenant),
        dormants=_dormants(db, periode_id, maintenant),
        ages=tuple(_ages(db, periode_id, maintenant)),
        dispenses=_dispenses(db, periode_id),
        specialites=specialites,
        etablissements=etablissements,
        par_specialite_et_etat=par_specialite,
        par_etablissement_et_etat=par_etablissement,
    )


def debut_du_jour(jour: date) -> datetime:
    return datetime.combine(jour, time(), tzinfo=PARIS).astimezone(UTC)


def jours_du_service(ouvre_le: datetime, ferme_le: datetime) -> Iterator[date]:
    """De l'ouverture à la veille de la clôture, ou à son jour si elle n'est pas à minuit."""
    jour, dernier = jour_de_paris(ouvre_le), jour_de_paris(ferme_le - timedelta(microseconds=1))
    while jour <= dernier:
        yield jour
        jour += timedelta(days=1)


def _jours(db: Session, service: PeriodeInscription, maintenant: datetime) -> dict[str, int]:
    """Un intervalle d'index par jour : aucune fonction de date, qui n'est pas la même d'une base à l'autre."""
    comptes = {}
    for jour in jours_du_service(service.ouvre_le, service.ferme_le):
        if debut_du_jour(jour) > maintenant:
            break
        comptes[jour.isoformat()] = (
            db.scalar(
                select(func.count()).where(
                    Candidature.periode_id == service.id,
                    Candidature.inscrite_le >= debut_du_jour(jour),
                    Candidature.inscrite_le < debut_du_jour(jour + timedelta(days=1)),
                )
            )
            or 0
        )
    return comptes


def _dormants(db: Session, periode_id: str, maintenant: datetime) -> int:
    touche_le = func.coalesce(Candidature.garde_le, Candidature.cree_le)
    requete = select(func.count()).where(
        Candidature.periode_id == periode_id,
        Candidature.etat.in_(NON_ENREGISTREES),
        touche_le <= maintenant - SOMMEIL,
    )
    return db.scalar(requete) or 0


def _dispenses(db: Session, periode_id: str) -> int:
    requete = select(func.count()).where(
        Candidature.periode_id == periode_id,
        Candidature.etat == EtatCandidature.INSCRIT,
        Candidature.dispense_a_confirmer.is_(True),
    )
    return db.scalar(requete) or 0


def _complets(db: Session, periode_id: str) -> dict[tuple[str, str], int]:
    """(spécialité, établissement) → inscrits dont chaque pièce obligatoire est conforme."""
    manque = (
        select(PieceDemandee.id)
        .where(
            PieceDemandee.candidature_id == Candidature.id,
            PieceDemandee.retiree_le.is_(None),
            PieceDemandee.est_obligatoire,
            PieceDemandee.statut != StatutPiece.CONFORME,
        )
        .exists()
    )
    lignes = db.execute(
        select(Candidature.specialite, Candidature.etablissement, func.count())
        .where(Candidature.periode_id == periode_id, Candidature.etat == EtatCandidature.INSCRIT, ~manque)
        .group_by(Candidature.specialite, Candidature.etablissement)
    )
    return {(specialite, etablissement): nombre for specialite, etablissement, nombre in lignes}


def _ages(db: Session, periode_id: str, maintenant: datetime) -> Iterator[int]:
    """Les pièces de la file, par jours de Paris depuis l'envoi."""
    en_attente = (
        select(PieceDemandee.validee_le)
        .join(Candidature, Candidature.id == PieceDemandee.candidature_id)
        .join(FichierDepose, FichierDepose.piece_id == PieceDemandee.id)
        .where(
            Candidature.periode_id == periode_id,
            Candidature.etat == EtatCandidature.INSCRIT,
            PieceDemandee.retiree_le.is_(None),
            PieceDemandee.validee_le.is_not(None),
            PieceDemandee.statut == StatutPiece.AUCUN,
            FichierDepose.retire_le.is_(None),
            FichierDepose.examen == EtatExamen.SAIN,
        )
    )
    aujourd_hui = jour_de_paris(maintenant)
    comptes = [0] * AGES
    for envoyee_le in filter(None, db.scalars(en_attente)):
        comptes[min((aujourd_hui - jour_de_paris(envoyee_le)).days, AGES - 1)] += 1
    return iter(comptes)


def _a_refaire(db: Session, periodes: Collection[str], maintenant: datetime) -> tuple[str, ...]:
    frais = select(ReleveDeService.periode_id).where(
        ReleveDeService.periode_id.in_(periodes), ReleveDeService.etabli_le > maintenant - FRAIS
    )
    faits = set(db.scalars(frais))
    return tuple(periode_id for periode_id in periodes if periode_id not in faits)


def _vivants(db: Session, maintenant: datetime) -> tuple[str, ...]:
    requete = (
        select(PeriodeInscription.id)
        .join(SessionExamen, SessionExamen.id == PeriodeInscription.session_examen_id)
        .where(SessionExamen.annee >= jour_de_paris(maintenant).year, PeriodeInscription.ouvre_le <= maintenant)
    )
    return tuple(db.scalars(requete))
