"""« Journal » : qui a fait ou lu quoi. L'adresse porte les filtres ; le CSV rend la même liste, entière."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Stream

from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.export import Lignes, en_csv
from app.gestion.page import LISENT_LES_PIECES, montrer
from app.gestion.portee import Academies, academies_de
from app.gestion.registre.lecture import (
    Filtre,
    Ligne,
    agents_du_journal,
    natures_du_journal,
    page_du_journal,
)
from app.infra.clock import en_paris, instant_de_paris
from app.infra.database import Database
from app.infra.registre import consigner
from app.referentiel.horaires import nom_academie
from app.referentiel.queries import academies as toutes_les_academies
from app.web.forms import Champ, Choix, DateFR, Formulaire, TexteCourt

JOURNAL = "/gestion/registre"
LOT = 1000
COLONNES = ("N°", "Date et heure (Paris)", "Agent", "Acte", "Objet", "Identifiant", "Académie", "Détail")


@get(JOURNAL)
async def journal(request: AnyRequest) -> Response[Any]:
    portee = academies_de(agent(request))
    formulaire = await _formulaire(request, portee)
    filtre = _filtre(formulaire) if formulaire.valide() else None
    lus = request.query_params
    page = (
        await database(request).lire(
            page_du_journal, portee, filtre, apres=_cle(lus.get("apres")), avant=_cle(lus.get("avant"))
        )
        if filtre is not None
        else None
    )
    gardes = {champ.name: lus[champ.name] for champ in formulaire if lus.get(champ.name)}
    contexte = {
        "formulaire": formulaire,
        "page": page,
        "ouvre_les_dossiers": agent(request).role in LISENT_LES_PIECES,
        "avant": _adresse(gardes, avant=page.avant) if page else "",
        "apres": _adresse(gardes, apres=page.apres) if page else "",
        "export": f"{JOURNAL}/export?{urlencode(gardes)}",
        "filtres": bool(gardes),
    }
    return montrer(request, "gestion/registre/journal.html", contexte, statut=200 if filtre is not None else 422)


@get(f"{JOURNAL}/export")
async def exporter(request: AnyRequest) -> Response[Any] | Stream:
    """Sortir le journal s'y écrit."""
    qui, portee = agent(request), academies_de(agent(request))
    formulaire = await _formulaire(request, portee)
    if not formulaire.valide():
        return montrer(request, "gestion/registre/journal.html", _sans_page(formulaire), statut=422)
    gardes = " ".join(champ.name for champ in formulaire if champ.data)
    await database(request).ecrire(
        consigner,
        acteur=qui.compte_id,
        nature="exporter_le_journal",
        objet="registre",
        objet_id="",
        academie=qui.academies[0] if len(qui.academies) == 1 else "",
        detail=gardes,
        maintenant=instant(request),
    )
    return en_csv("journal", COLONNES, _lots(database(request), portee, _filtre(formulaire)), instant(request))


async def _lots(base: Database, portee: Academies, filtre: Filtre) -> AsyncIterator[Lignes]:
    apres = 0
    while True:
        lot = await base.lire(page_du_journal, portee, filtre, apres=apres, limite=LOT)
        yield map(_cellules, lot.lignes)
        apres = lot.apres
        if not apres:
            return


def _cellules(ligne: Ligne) -> tuple[object, ...]:
    return (
        ligne.numero,
        f"{en_paris(ligne.survenu_le):%d/%m/%Y %H:%M:%S}",
        ligne.acteur,
        ligne.nature,
        ligne.objet,
        ligne.objet_id,
        ligne.academie,
        ligne.detail,
    )


async def _formulaire(request: AnyRequest, portee: Academies) -> Formulaire:
    """Ne propose que sa portée ; ce qui n'y est pas se refuse comme ce qui n'existe pas."""
    agents = await database(request).lire(agents_du_journal, portee)
    natures = await database(request).lire(natures_du_journal)
    lieux = [
        (a.code, nom_academie(a))
        for a in await database(request).lire(toutes_les_academies)
        if portee is None or a.code in portee
    ]
    champs: dict[str, Champ] = {
        "agent": Choix("Agent", sujet="l’agent", options=agents, vide="Tous", largeur=""),
        "nature": Choix("Acte", sujet="l’acte", options=natures, vide="Tous", largeur=""),
        "academie": Choix("Académie", sujet="l’académie", options=lieux, vide="Toutes", largeur=""),
        "du": DateFR("Du", sujet="le premier jour", exemple="01/11/2026", largeur=""),
        "au": DateFR("Au", sujet="le dernier jour", exemple="30/11/2026", largeur=""),
        "objet": TexteCourt("Identifiant de l’objet", sujet="l’identifiant", longueur=40, largeur=""),
    }
    lus = request.query_params
    return Formulaire(champs, {nom: lus.getall(nom) for nom in champs if nom in lus})


def _filtre(formulaire: Formulaire) -> Filtre:
    dits = formulaire.valeurs
    return Filtre(
        agent=dits["agent"] or "",
        nature=dits["nature"] or "",
        academie=dits["academie"] or "",
        objet_id=dits["objet"] or "",
        du=_minuit(dits["du"]),
        au=_minuit(dits["au"] + timedelta(days=1)) if dits["au"] else None,
    )


def _minuit(jour: Any) -> datetime | None:
    """À Paris ; le changement d'heure a lieu plus tard dans la nuit."""
    return instant_de_paris(jour, time()) if jour else None


def _sans_page(formulaire: Formulaire) -> dict[str, object]:
    return {
        "formulaire": formulaire,
        "page": None,
        "ouvre_les_dossiers": False,
        "avant": "",
        "apres": "",
        "export": "",
        "filtres": True,
    }


def _cle(texte: str | None) -> int:
    return int(texte) if texte and texte.isascii() and texte.isdecimal() and len(texte) < 16 else 0


def _adresse(gardes: Mapping[str, str], **cle: int) -> str:
    """Vide quand il n'y a pas de page voisine."""
    ((nom, valeur),) = cle.items()
    return f"{JOURNAL}?{urlencode(dict(gardes) | {nom: valeur})}" if valeur else ""
