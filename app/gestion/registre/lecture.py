"""Le journal : les lignes du registre, la dernière d'abord, dans la portée de l'agent.

Les pages se suivent par numéro de ligne. Chaque académie d'un agent est lue à part, par son index, puis les lignes
sont mêlées : une page coûte autant sur un million de lignes que sur mille.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.comptes.agents import noms_des_agents
from app.comptes.guards import AGENTS
from app.comptes.models import Agent, AgentAcademie, Compte
from app.gestion.portee import Academies
from app.gestion.registre.libelles import ACTEURS, nature_dite, objet_dit
from app.infra.registre import LigneRegistre
from app.referentiel.models import Academie

PAR_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filtre:
    """Vide ou nul : tout. `du` est compris, `au` ne l'est pas."""

    agent: str = ""
    nature: str = ""
    academie: str = ""
    objet_id: str = ""
    du: datetime | None = None
    au: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ligne:
    numero: int
    survenu_le: datetime
    acteur: str
    nature: str
    objet: str
    objet_code: str
    objet_id: str
    academie: str
    detail: str

    @property
    def est_un_dossier(self) -> bool:
        return self.objet_code == "candidature"


@dataclass(frozen=True, slots=True)
class PageDuJournal:
    lignes: tuple[Ligne, ...]
    avant: int
    """clé de la page plus récente ; 0 : il n'y en a pas"""
    apres: int


def page_du_journal(
    db: Session, academies: Academies, filtre: Filtre, *, apres: int = 0, avant: int = 0, limite: int = PAR_PAGE
) -> PageDuJournal:
    """`apres` : les lignes plus anciennes que celle-là ; `avant` : les plus récentes."""
    remonte = bool(avant) and not apres
    lues = _lues(db, academies, filtre, avant if remonte else apres, remonte=remonte, limite=limite + 1)
    il_en_reste, lues = len(lues) > limite, lues[:limite]
    if remonte:
        lues = lues[::-1]
    if not lues:
        return PageDuJournal((), 0, 0)
    recentes, anciennes = (il_en_reste, True) if remonte else (bool(apres), il_en_reste)
    return PageDuJournal(_dites(db, lues), lues[0].id if recentes else 0, lues[-1].id if anciennes else 0)


def agents_du_journal(db: Session, academies: Academies) -> tuple[tuple[str, str], ...]:
    """(compte, nom) : ceux de ses académies ; toute l'instance pour qui l'administre."""
    requete = (
        select(Agent.compte_id, Agent.nom, Agent.prenoms)
        .join(Compte, Compte.id == Agent.compte_id)
        .where(Compte.role.in_(AGENTS))
        .order_by(Agent.nom, Agent.prenoms)
    )
    if academies is not None:
        siens = select(AgentAcademie.compte_id).where(AgentAcademie.academie_code.in_(academies))
        requete = requete.where(Agent.compte_id.in_(siens))
    return tuple((compte_id, f"{nom.upper()} {prenoms}") for compte_id, nom, prenoms in db.execute(requete))


def natures_du_journal(db: Session) -> tuple[tuple[str, str], ...]:
    """Celles qu'on y trouve, sautées une à une par leur index : `DISTINCT` relirait tout le registre."""
    return tuple(sorted(((n, nature_dite(n)) for n in _sauter(db, LigneRegistre.nature)), key=lambda couple: couple[1]))


def _sauter(db: Session, colonne: InstrumentedAttribute[str]) -> Iterator[str]:
    vue = ""
    while suivante := db.scalar(select(func.min(colonne)).where(colonne > vue)):
        yield suivante
        vue = suivante


def _lues(
    db: Session, academies: Academies, filtre: Filtre, cle: int, *, remonte: bool, limite: int
) -> list[LigneRegistre]:
    ordre = LigneRegistre.id.asc() if remonte else LigneRegistre.id.desc()
    base = _filtree(db, filtre)
    if cle:
        base = base.where(LigneRegistre.id > cle if remonte else LigneRegistre.id < cle)
    base = base.order_by(ordre).limit(limite)
    if filtre.academie:
        portee = [filtre.academie] if academies is None or filtre.academie in academies else []
    elif academies is None:
        return list(db.scalars(base))
    else:
        portee = sorted(set(academies))
    lots = [list(db.scalars(base.where(LigneRegistre.academie_code == code))) for code in portee]
    return list(heapq.merge(*lots, key=lambda ligne: ligne.id, reverse=not remonte))[:limite]


def _filtree(db: Session, filtre: Filtre) -> Select[LigneRegistre]:
    requete = select(LigneRegistre)
    for colonne, valeur in (
        (LigneRegistre.acteur, filtre.agent),
        (LigneRegistre.nature, filtre.nature),
    ):
        if valeur:
            requete = requete.where(colonne == valeur)
    if filtre.objet_id:  # l'index commence par le genre d'objet : on les dit tous, il n'y en a que quelques-uns
        objets = tuple(_sauter(db, LigneRegistre.objet))
        requete = requete.where(LigneRegistre.objet.in_(objets), LigneRegistre.objet_id == filtre.objet_id)
    # Les lignes s'écrivent dans l'ordre du temps : les dates se cherchent d'abord en numéros, par leur index.
    if filtre.du is not None:
        premiere = db.scalar(_au_dela(filtre.du))
        requete = requete.where(LigneRegistre.id >= (premiere if premiere is not None else _FIN))
    if filtre.au is not None:
        suivante = db.scalar(_au_dela(filtre.au))
        requete = requete.where(LigneRegistre.id < (suivante if suivante is not None else _FIN))
    return requete


_FIN = 2**31 - 1


def _au_dela(instant: datetime) -> Select[int]:
    return (
        select(LigneRegistre.id)
        .where(LigneRegistre.survenu_le >= instant)
        .order_by(LigneRegistre.survenu_le, LigneRegistre.id)
        .limit(1)
    )


def _dites(db: Session, lues: list[LigneRegistre]) -> tuple[Ligne, ...]:
    noms = ACTEURS | noms_des_agents(db, {ligne.acteur for ligne in lues})
    cibles = noms_des_agents(db, {ligne.objet_id for ligne in lues if ligne.objet == "agent"})
    lieux: dict[str, str] = {
        code: nom
        for code, nom in db.execute(
            select(Academie.code, Academie.nom).where(Academie.code.in_({ligne.academie_code for ligne in lues}))
        )
    }
    return tuple(
        Ligne(
            numero=ligne.id,
            survenu_le=ligne.survenu_le,
            acteur=noms.get(ligne.acteur, ligne.acteur),
            nature=nature_dite(ligne.nature),
            objet=objet_dit(ligne.objet),
            objet_code=ligne.objet,
            objet_id=cibles.get(ligne.objet_id, ligne.objet_id) if ligne.objet == "agent" else ligne.objet_id,
            academie=lieux.get(ligne.academie_code, ligne.academie_code),
            detail=ligne.detail,
        )
        for ligne in lues
    )
