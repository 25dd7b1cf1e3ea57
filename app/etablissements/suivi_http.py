"""Le suivi des inscriptions : division par division, puis élève par élève ; une liste à imprimer, une relance."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.etablissements.page import le_mien, montrer, nombre, periode_de
from app.import_scolaire.divisions import Avancee, eleves_suivis, par_division
from app.import_scolaire.relances import composer, relancer
from app.web.erreurs import Introuvable
from app.web.pages import rediriger

LISTE_MAX = 500
"""lignes d'une liste ; au-delà, on choisit une division"""


@get("/etablissement/{uai:str}")
async def suivre(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche, periode = await le_mien(request, uai), await periode_de(request, uai)
    eleves = await database(request).lire(eleves_suivis, uai, periode.id) if periode else ()
    divisions = par_division(eleves)
    contexte = {
        "periode": periode,
        "divisions": divisions,
        "total": len(eleves),
        "totaux": [(a, sum(d.nombre(a) for d in divisions)) for a in Avancee],
        "avancees": tuple(Avancee),
        "faites": nombre(request, "faites"),
        "sans_adresse": nombre(request, "sans_adresse"),
    }
    return montrer(request, "etablissement/suivi.html", fiche, contexte)


@get("/etablissement/{uai:str}/eleves")
async def lister(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    """`division` et `etat` dans l'adresse : ni l'une ni l'autre ne désigne quelqu'un."""
    fiche, periode = await le_mien(request, uai), await periode_de(request, uai)
    division = request.query_params.get("division") or None
    demande = request.query_params.get("etat", "")
    avancee = Avancee(demande) if demande in {a.value for a in Avancee} else None
    tous = await database(request).lire(eleves_suivis, uai, periode.id) if periode else ()
    eleves = [
        e for e in tous if (division is None or e.division == division) and (avancee is None or e.avancee is avancee)
    ]
    contexte = {
        "periode": periode,
        "eleves": eleves[:LISTE_MAX],
        "nombre": len(eleves),
        "divisions": list(dict.fromkeys(e.division for e in tous)),
        "division": division or "",
        "avancee": avancee,
        "avancees": tuple(Avancee),
    }
    return montrer(request, "etablissement/eleves.html", fiche, contexte)


@post("/etablissement/{uai:str}/relances", status_code=200)
async def relancer_les_eleves(request: AnyRequest, uai: FromPath[str]) -> Response[Any]:
    fiche, periode, maintenant = await le_mien(request, uai), await periode_de(request, uai), instant(request)
    recu = recu_en_listes(await request.form())
    if periode is None or maintenant >= periode.ferme_le:
        raise Introuvable
    message = composer(gabarits(request), reglages(request).url_publique, periode, fiche.nom, maintenant)
    faites, sans_adresse = await database(request).ecrire(
        relancer,
        uai,
        periode.id,
        premier(recu, "division") or None,
        message,
        auteur=agent(request).compte_id,
        maintenant=maintenant,
    )
    return rediriger(f"{fiche.adresse_de()}?{urlencode({'faites': faites, 'sans_adresse': sans_adresse})}")
