"""« Papillons » : un élève, une division ou toutes. Le PDF est la seule copie des mots de passe : il n'est gardé nulle
part, et le réimprimer annule le précédent."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant, mots_de_passe, reglages
from app.etablissements.page import FicheEtablissement, le_mien, montrer, periode_de
from app.import_scolaire.papillons import AImprimer, a_imprimer, mot_de_passe_de_papillon, poser_les_mots_de_passe
from app.infra.registre import consigner
from app.web.coordonnees import telephone_lisible
from app.web.erreurs import Introuvable

MAXIMUM = 600
"""d'un coup : six secondes de calcul, deux à la fois, sans gêner ceux qui se connectent"""
RIEN = "Aucun papillon à imprimer : tous ces élèves ont déjà le leur, ou ont choisi leur mot de passe."
TROP = f"Plus de {MAXIMUM} papillons d’un coup : imprimez-les division par division."


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
    if not choisis or len(choisis) > MAXIMUM:
        return await _page(request, fiche, erreur=TROP if choisis else RIEN)
    pdf = await _imprimer(request, fiche, choisis)
    nom = f"papillons_{division or ('eleve' if eleve else uai)}.pdf"
    entetes = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(nom, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(pdf, media_type="application/pdf", headers=entetes)


async def _imprimer(request: AnyRequest, fiche: FicheEtablissement, choisis: tuple[AImprimer, ...]) -> bytes:
    """Haché, posé, puis mis en page : un élève parti pendant ce temps n'a pas de papillon."""
    secrets = {eleve.candidature_id: mot_de_passe_de_papillon() for eleve in choisis}
    empreintes: dict[str, str] = {}
    ids = list(secrets)
    for debut in range(0, len(ids), 2):  # deux à la fois : la file des mots de passe reste à ceux qui se connectent
        lot = ids[debut : debut + 2]
        haches = await asyncio.gather(*(mots_de_passe(request).hacher(secrets[id_]) for id_ in lot))
        empreintes |= dict(zip(lot, haches, strict=True))
    recus = await database(request).ecrire(
        _poser, fiche.uai, fiche.academie_code, empreintes, auteur=agent(request).compte_id, maintenant=instant(request)
    )
    imprimables = [eleve for eleve in choisis if eleve.candidature_id in recus]
    return await asyncio.to_thread(
        _mettre_en_page, fiche, imprimables, secrets, f"{reglages(request).url_publique}/connexion", instant(request)
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


def _mettre_en_page(
    fiche: FicheEtablissement,
    eleves: list[AImprimer],
    secrets: dict[str, str],
    adresse: str,
    imprime_le: datetime,
) -> bytes:
    from app.documents.papillon import EnTete, Papillon, papillons  # le moteur PDF pèse 34 Mo : au besoin seulement

    en_tete = EnTete(
        academie=fiche.academie,
        etablissement=fiche.nom,
        adresse=fiche.adresse,
        ville=f"{fiche.code_postal} {fiche.ville}",
        telephone=telephone_lisible(fiche.telephone) if fiche.telephone else "",
    )
    feuillets = [
        Papillon(
            nom=eleve.nom,
            prenoms=eleve.prenoms,
            division=eleve.division,
            numero_candidat=eleve.numero_candidat,
            numero_inscription=eleve.numero_inscription,
            identifiant=eleve.identifiant,
            mot_de_passe=secrets[eleve.candidature_id],
        )
        for eleve in eleves
    ]
    return papillons(feuillets, en_tete, adresse_connexion=adresse, imprime_le=imprime_le)


async def _page(request: AnyRequest, fiche: FicheEtablissement, *, erreur: str = "") -> Response[Any]:
    periode = await periode_de(request, fiche.uai)
    eleves = await database(request).lire(a_imprimer, fiche.uai, periode.id, deja_imprimes=True) if periode else ()
    nouveaux = Counter(e.division for e in eleves if e.papillon_le is None)
    imprimes = Counter(e.division for e in eleves if e.papillon_le is not None)
    contexte = {
        "divisions": [(nom, nouveaux[nom], imprimes[nom]) for nom in dict.fromkeys(e.division for e in eleves)],
        "nouveaux": sum(nouveaux.values()),
        "imprimes": sum(imprimes.values()),
        "erreur": erreur,
        "en_erreur": bool(erreur),
    }
    return montrer(request, "etablissement/papillons.html", fiche, contexte, statut=422 if erreur else 200)
