"""« Import des élèves » : déposer un fichier, relire l'essai, confirmer, suivre, annuler."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.models import Candidature
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.etablissements.page import FicheEtablissement, le_mien, montrer, periode_de
from app.import_scolaire import classeur
from app.import_scolaire.annulation import annuler
from app.import_scolaire.application import ImportRefuse, confirmer
from app.import_scolaire.classeur import Propositions
from app.import_scolaire.erreurs import FichierIllisible
from app.import_scolaire.essai import LOT, erreurs_de, essayer, ouvrir_l_essai, ranger
from app.import_scolaire.importateur import Importateur, avancer
from app.import_scolaire.lecture import Lu, lire
from app.import_scolaire.models import Eleve, SorteLigne
from app.import_scolaire.reperes import peut_importer, reperes
from app.import_scolaire.suivi import MONTREES, ImportLu, dernier_import, differences, import_lu, lignes_du_fichier
from app.infra.clock import jour_de_paris
from app.referentiel.fiches import FichePeriode
from app.referentiel.reglements import Reglements
from app.web.erreurs import Introuvable
from app.web.fichiers import MO, FichierRecu, avec_fichiers
from app.web.pages import rediriger

TAILLE_MAX = 10 * MO
CORPS_MAX = 25 * MO
"""Au-dessus de la limite annoncée : un fichier trop lourd reçoit une phrase, pas un refus muet."""
LOTS_IMMEDIATS = 10
"""appliqués avant de répondre : la classe ordinaire est faite quand la page s'affiche"""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FERME = "Les inscriptions sont fermées : adressez-vous au service des examens."


@get("/etablissement/{uai:str}/import")
async def accueil(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    return await _page(request, await le_mien(request, uai))


@get("/etablissement/{uai:str}/modele.xlsx")
async def telecharger_le_modele(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    await le_mien(request, uai)
    periode = await periode_de(request, uai)
    if periode is None:
        raise Introuvable
    publie = await _reglements(request).actif(database(request))
    repere = await database(request).lire(
        reperes, uai, periode.id, publie.reglement, (), jour=jour_de_paris(instant(request))
    )
    specialites = [
        (s.code, s.titre_ecran) for s in publie.reglement.specialites.values() if s.code not in repere.fermees
    ]
    categories = [(code, publie.reglement.categories[code].libelle) for code in sorted(set(repere.categories.values()))]
    propositions = Propositions(
        divisions=await database(request).lire(_divisions, uai),
        specialites=tuple(sorted(specialites, key=lambda s: s[1])),
        categories=tuple(categories),
    )
    octets = await asyncio.to_thread(classeur.modele, propositions)
    return _classeur(octets, f"modele_eleves_{uai}.xlsx")


@post("/etablissement/{uai:str}/import", status_code=200, request_max_body_size=CORPS_MAX)
async def essayer_un_fichier(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    envoi = await avec_fichiers(await request.form(), taille_max=TAILLE_MAX)
    recus = [recu for recu in envoi.get("fichier", []) if isinstance(recu, FichierRecu) and recu.nom]
    periode = await periode_de(request, uai)
    if periode is None or not peut_importer(periode, instant(request)):
        return await _page(request, fiche, erreur=FERME, statut=422)
    if motif := _motif(recus):
        return await _page(request, fiche, erreur=motif, statut=422)
    try:
        lu = await asyncio.to_thread(lire, recus[0].octets)
    except FichierIllisible as illisible:
        return await _page(request, fiche, erreur=str(illisible), statut=422)
    import_id = await _essayer(request, uai, periode, lu, recus[0].nom)
    return rediriger(fiche.adresse_de(f"/imports/{import_id}"))


@get("/etablissement/{uai:str}/imports/{import_id:str}")
async def relire(request: AnyRequest, uai: FromPath[str], import_id: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    return await _un_import(request, fiche, await _le_sien(request, uai, import_id))


@get("/etablissement/{uai:str}/imports/{import_id:str}/fichier")
async def rendre_le_fichier(request: AnyRequest, uai: FromPath[str], import_id: FromPath[str]) -> Response[Any]:
    """Le fichier tel que lu, avec une colonne d'erreurs."""
    await le_mien(request, uai)
    lu = await _le_sien(request, uai, import_id)
    lignes = await database(request).lire(_cases_et_erreurs, import_id)
    if not lignes:
        raise Introuvable
    octets = await asyncio.to_thread(classeur.annote, lignes)
    return _classeur(octets, f"{lu.fichier.rpartition('.')[0] or lu.fichier}_annote.xlsx")


@post("/etablissement/{uai:str}/imports/{import_id:str}/confirmation", status_code=200)
async def confirmer_l_import(request: AnyRequest, uai: FromPath[str], import_id: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    recu = recu_en_listes(await request.form())
    try:
        await database(request).ecrire(
            confirmer,
            uai,
            import_id,
            retirer_les_absents="oui" in recu.get("retirer_les_absents", []),
            maintenant=instant(request),
        )
    except LookupError:
        raise Introuvable from None
    except ImportRefuse as refus:
        lu = await _le_sien(request, uai, import_id)
        return await _un_import(request, fiche, lu, erreur=str(refus), statut=422)
    await _avancer(request, import_id)
    return rediriger(fiche.adresse_de(f"/imports/{import_id}"))


@post("/etablissement/{uai:str}/imports/{import_id:str}/annulation", status_code=200)
async def annuler_l_import(request: AnyRequest, uai: FromPath[str], import_id: FromPath[str]) -> Response[Any]:
    fiche = await le_mien(request, uai)
    try:
        await database(request).ecrire(
            annuler, uai, import_id, acteur=agent(request).compte_id, maintenant=instant(request)
        )
    except LookupError:
        raise Introuvable from None
    except ImportRefuse as refus:
        lu = await _le_sien(request, uai, import_id)
        return await _un_import(request, fiche, lu, erreur=str(refus), statut=422)
    await _avancer(request, import_id)
    return rediriger(fiche.adresse_de(f"/imports/{import_id}"))


async def _essayer(request: AnyRequest, uai: str, periode: FichePeriode, lu: Lu, nom: str) -> str:
    publie, maintenant = await _reglements(request).actif(database(request)), instant(request)
    essai = await database(request).lire(essayer, uai, periode.id, lu, publie.reglement, jour=jour_de_paris(maintenant))
    import_id = await database(request).ecrire(
        ouvrir_l_essai,
        uai,
        periode.id,
        essai,
        fichier=nom,
        auteur=agent(request).compte_id,
        maintenant=maintenant,
    )
    for debut in range(0, len(essai.lignes), LOT):
        await database(request).ecrire(ranger, import_id, essai.lignes[debut : debut + LOT])
    return import_id


async def _avancer(request: AnyRequest, import_id: str) -> None:
    for _ in range(LOTS_IMMEDIATS):
        if not await avancer(database(request), import_id, instant(request)):
            return
    cast(Importateur, request.app.state.importateur).reveiller()


async def _page(
    request: AnyRequest, fiche: FicheEtablissement, *, erreur: str = "", statut: int = 200
) -> Response[Any]:
    periode, maintenant = await periode_de(request, fiche.uai), instant(request)
    contexte = {
        "periode": periode,
        "est_ouvert": periode is not None and peut_importer(periode, maintenant),
        "erreur": erreur,
        "en_erreur": bool(erreur),
        "dernier": (
            await database(request).lire(dernier_import, fiche.uai, periode.id, maintenant=maintenant)
            if periode
            else None
        ),
    }
    return montrer(request, "etablissement/import.html", fiche, contexte, statut=statut)


async def _un_import(
    request: AnyRequest, fiche: FicheEtablissement, lu: ImportLu, *, erreur: str = "", statut: int = 200
) -> Response[Any]:
    lire_ = database(request).lire
    contexte = {
        "lu": lu,
        "erreur": erreur,
        "en_erreur": bool(erreur) or bool(lu.est_un_essai and lu.nombre("erreurs")),
        "erreurs": await lire_(erreurs_de, lu.id, MONTREES) if lu.nombre("erreurs") else (),
        "changes": () if lu.en_travail else await lire_(differences, lu.id, SorteLigne.CHANGE),
        "nouveaux": () if lu.en_travail else await lire_(differences, lu.id, SorteLigne.NOUVEAU),
        "absents": () if lu.en_travail else await lire_(differences, lu.id, SorteLigne.ABSENT),
        "montrees": MONTREES,
    }
    entetes = {"Refresh": "2"} if lu.en_travail else None
    return montrer(request, "etablissement/essai.html", fiche, contexte, statut=statut, entetes=entetes)


async def _le_sien(request: AnyRequest, uai: str, import_id: str) -> ImportLu:
    lu = await database(request).lire(import_lu, uai, import_id, maintenant=instant(request))
    if lu is None:
        raise Introuvable
    return lu


def _motif(recus: Sequence[FichierRecu]) -> str:
    if not recus:
        return "Choisissez le fichier des élèves, puis essayez-le."
    if len(recus) > 1:
        return "Joignez un seul fichier."
    if not recus[0].octets:
        return "Ce fichier est vide : choisissez-en un autre."
    if len(recus[0].octets) > TAILLE_MAX:
        return f"Ce fichier dépasse {TAILLE_MAX // MO} Mo : n’y laissez que les élèves."
    return ""


def _divisions(db: Session, uai: str) -> tuple[tuple[str, str], ...]:
    """Chaque division connue, et la spécialité que la plupart de ses élèves y préparent."""
    lignes = db.execute(
        select(Eleve.division, Candidature.brouillon)
        .join(Candidature, Candidature.id == Eleve.candidature_id)
        .where(Eleve.uai == uai, Eleve.parti_le.is_(None))
        .order_by(Eleve.division)
    )
    comptes: dict[str, dict[str, int]] = {}
    for division, brouillon in lignes:
        code = brouillon.get("specialite") or ""
        par_code = comptes.setdefault(division, {})
        par_code[code] = par_code.get(code, 0) + 1
    return tuple((division, max(par_code, key=lambda c: par_code[c])) for division, par_code in comptes.items())


def _cases_et_erreurs(db: Session, import_id: str) -> list[tuple[dict[str, Any], list[Any]]]:
    return [(dict(ligne.cases), list(ligne.erreurs)) for ligne in lignes_du_fichier(db, import_id)]


def _classeur(octets: bytes, nom: str) -> Response[bytes]:
    entetes = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(nom, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(octets, media_type=XLSX, headers=entetes)


def _reglements(request: AnyRequest) -> Reglements:
    return cast(Reglements, request.app.state.reglements)
