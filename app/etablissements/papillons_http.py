"""« Papillons » : un élève, une division ou toutes. Le PDF est la seule copie des mots de passe : il n'est gardé nulle
part, et le réimprimer annule le précédent. Au-delà de `MAXIMUM`, l'impression se prépare en fond (impressions_http)."""

import asyncio
import secrets
from collections import Counter
from datetime import datetime
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant, mots_de_passe, reglages
from app.etablissements.feuilles import a_enregistrer, feuilles
from app.etablissements.page import FicheEtablissement, le_mien, montrer, periode_de
from app.import_scolaire.impressions import impression_lue, impression_ouverte, lancer
from app.import_scolaire.imprimerie import Imprimerie
from app.import_scolaire.papillons import AImprimer, a_imprimer, mot_de_passe_de_papillon, poser_les_mots_de_passe
from app.infra.registre import consigner
from app.referentiel.fiches import FichePeriode
from app.web.erreurs import Introuvable
from app.web.pages import rediriger

MAXIMUM = 600
"""dans la réponse même : six secondes de calcul, deux à la fois, sans gêner ceux qui se connectent"""
RIEN = "Aucun papillon à imprimer : tous ces élèves ont déjà le leur, ou ont choisi leur mot de passe."


@get("/etablissement/{uai:str}/papillons")
async def accueil(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    return await _page(request, await le_mien(request, uai))


@post("/etablissement/{uai:str}/papillons", status_code=200)
async def imprimer(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche, periode = await le_mien(request, uai), await periode_de(request, uai)
    recu = recu_en_listes(await request.form())
    if periode is None:
        return await _page(request, fiche, erreur=RIEN)
    eleve, division = premier(recu, "eleve"), premier(recu, "division")
    choisis = await database(request).lire(
        a_imprimer,
        uai,
        periode.id,
        division=division or None,
        candidature_id=eleve or None,
        deja_imprimes=premier(recu, "quoi") == "tous",
    )
    if eleve and not choisis:
        raise Introuvable
    if not choisis:
        return await _page(request, fiche, erreur=RIEN)
    if len(choisis) > MAXIMUM:
        return await _lancer(request, fiche, periode, division, deja_imprimes=premier(recu, "quoi") == "tous")
    pdf = await _imprimer(request, fiche, choisis)
    nom = f"papillons_{division or ('eleve' if eleve else uai)}.pdf"
    return Response(pdf, media_type="application/pdf", headers=a_enregistrer(nom))


async def _lancer(
    request: AnyRequest, fiche: FicheEtablissement, periode: FichePeriode, division: str, *, deja_imprimes: bool
) -> Response[Any]:
    impression_id = await database(request).ecrire(
        lancer,
        fiche.uai,
        periode.id,
        division=division or None,
        deja_imprimes=deja_imprimes,
        auteur=agent(request).compte_id,
        maintenant=instant(request),
    )
    cast(Imprimerie, request.app.state.imprimerie).reveiller()
    return rediriger(fiche.adresse_de(f"/impressions/{impression_id}" if impression_id else "/papillons"))


async def _imprimer(request: AnyRequest, fiche: FicheEtablissement, choisis: tuple[AImprimer, ...]) -> bytes:
    """Haché, posé, puis mis en page : un élève parti pendant ce temps n'a pas de papillon."""
    graine, ids = secrets.token_bytes(32), [eleve.candidature_id for eleve in choisis]
    empreintes: dict[str, str] = {}
    for debut in range(0, len(ids), 2):  # deux à la fois : la file des mots de passe reste à ceux qui se connectent
        lot = ids[debut : debut + 2]
        mots = [mot_de_passe_de_papillon(graine, id_) for id_ in lot]
        haches = await asyncio.gather(*(mots_de_passe(request).hacher(mot) for mot in mots))
        empreintes |= dict(zip(lot, haches, strict=True))
    recus = await database(request).ecrire(
        _poser, fiche.uai, fiche.academie_code, empreintes, auteur=agent(request).compte_id, maintenant=instant(request)
    )
    imprimables = [eleve for eleve in choisis if eleve.candidature_id in recus]
    return await asyncio.to_thread(
        feuilles, fiche, imprimables, graine, f"{reglages(request).url_publique}/connexion", instant(request)
    )


def _poser(
    db: Session, uai: str, academie: str, empreintes: dict[str, str], *, auteur: str, maintenant: datetime
) -> frozenset[str]:
    recus = poser_les_mots_de_passe(db, uai, empreintes, maintenant=maintenant)
    for candidature_id in recus:
        noter(db, candidature_id, auteur, "papillon_imprime", maintenant=maintenant)
    consigner(
        db,
        acteur=auteur,
        nature="imprimer_des_papillons",
        objet="etablissement",
        objet_id=uai,
        academie=academie,
        detail=f"nombre={len(recus)}",
        maintenant=maintenant,
    )
    return frozenset(recus)


async def _page(request: AnyRequest, fiche: FicheEtablissement, *, erreur: str = "") -> Response[Any]:
    periode = await periode_de(request, fiche.uai)
    eleves = await database(request).lire(a_imprimer, fiche.uai, periode.id, deja_imprimes=True) if periode else ()
    nouveaux = Counter(e.division for e in eleves if e.papillon_le is None)
    imprimes = Counter(e.division for e in eleves if e.papillon_le is not None)
    ouverte = await database(request).lire(impression_ouverte, fiche.uai)
    contexte = {
        "impression": await database(request).lire(impression_lue, fiche.uai, ouverte) if ouverte else None,
        "divisions": [(nom, nouveaux[nom], imprimes[nom]) for nom in dict.fromkeys(e.division for e in eleves)],
        "nouveaux": sum(nouveaux.values()),
        "en_fond": sum(nouveaux.values()) > MAXIMUM,
        "imprimes": sum(imprimes.values()),
        "erreur": erreur,
        "en_erreur": bool(erreur),
    }
    return montrer(request, "etablissement/papillons.html", fiche, contexte, statut=422 if erreur else 200)
