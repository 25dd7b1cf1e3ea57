"""Une lecture et un envoi pour tous les onglets. L'envoi dit son intention :

brouillon (à chaque changement) · actualiser, localite (une réponse ouvre d'autres questions) · precedent · suivant :
toutes gardent d'abord ce qui a été tapé · ecarter, reprendre (abandonner ou reprendre celles d'une page dépassée).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures import serialisation
from app.candidatures.actions import OngletGarde, ServiceFerme, ecarter_concurrence, garder
from app.comptes.portail import AnyRequest, database
from app.inscription.concurrence import Divergence, divergences
from app.inscription.ecran import Ecran, lire_ecran, lire_onglet, qui
from app.inscription.onglet import Lecture, Listes, Onglet, formulaire, lire, montrer_anomalies
from app.inscription.onglets import PAR_SLUG, numero, qualification, recapitulatif
from app.inscription.parcours import precedent, suivant
from app.inscription.vues import contexte_d_onglet
from app.regles.controle import anomalies_d_un_onglet
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import est_fragment, naviguer, rediriger, render

MORCEAUX = {"actualiser": "questions", "localite": "localite"}
"""Ce que chaque réponse change à l'écran ; les communes d'un code postal se relisent sans les deux listes de pays."""
QUESTIONS = tuple(slug for slug, onglet in PAR_SLUG.items() if onglet.champs)


@get("/candidatures/{candidature_id:str}/reprise")
async def reprendre(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """« Mon inscription » : l'onglet à remplir, ou le récapitulatif à consulter."""
    ecran = await lire_ecran(request, candidature_id, recapitulatif.slug)
    if not ecran.est_ouvert or ecran.se_consulte:
        return rediriger(ecran.adresse(recapitulatif.slug))
    return rediriger(ecran.adresse(ecran.chemin.reprise))


@get("/candidatures/{candidature_id:str}/onglets/{slug:str}")
async def montrer(request: AnyRequest, candidature_id: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    onglet = _onglet(slug)
    ecran, proposees = await lire_onglet(
        request, candidature_id, slug, recherche=request.query_params.get("recherche", "")
    )
    if not ecran.est_ouvert and slug != numero.slug:
        return rediriger(ecran.adresse(recapitulatif.slug))
    if not ecran.chemin.est_accessible(slug):
        return rediriger(ecran.adresse(ecran.chemin.reprise))
    rendu = formulaire(onglet, ecran.dossier, proposees)
    return _page(request, ecran, onglet, proposees, rendu)


@post("/candidatures/{candidature_id:str}/onglets/{slug:str}", status_code=200)
async def recevoir(request: AnyRequest, candidature_id: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    onglet = _onglet(slug)
    recu = await request.form()
    ecran, proposees = await lire_onglet(
        request,
        candidature_id,
        slug,
        code_postal=_texte(recu, "code_postal"),
        recherche=_texte(recu, "recherche"),
    )
    if not ecran.est_ouvert:
        return rediriger(ecran.adresse(recapitulatif.slug))
    intention = _texte(recu, "intention")
    if intention == "ecarter":
        await database(request).ecrire(ecarter_concurrence, qui(request).compte_id, candidature_id, slug)
        return rediriger(ecran.adresse(slug))
    if intention == "reprendre":
        recu = ecran.lue.concurrences.get(slug, {}).get("brutes", {}) | {"revision": [str(ecran.revision)]}
        _, proposees = await lire_onglet(
            request, candidature_id, slug, code_postal=_texte(recu, "code_postal"), recherche=_texte(recu, "recherche")
        )
    envoi = Envoi(request, ecran, onglet, proposees, recu, _texte(recu, "page") or secrets.token_urlsafe(6))
    lecture = lire(onglet, ecran.dossier, proposees, recu)
    manque = intention == "suivant" and bool(anomalies_d_un_onglet(lecture.dossier, slug))
    try:
        gardee = await _garder(envoi, lecture, est_vu=intention == "suivant" and not manque)
    except ServiceFerme:
        return rediriger(ecran.adresse(recapitulatif.slug))
    if gardee.est_depassee and est_fragment(request) and intention in MORCEAUX:
        return naviguer(request, ecran.adresse(slug))
    if gardee.est_depassee:
        return await _rendre(envoi, statut=422)
    return await _repondre(envoi, intention, manque=manque)


@dataclass(frozen=True, slots=True)
class Envoi:
    request: AnyRequest
    ecran: Ecran
    onglet: Onglet
    listes: Listes
    recu: Mapping[str, Any]
    page: str
    """tirée au hasard à chaque page rendue : deux appareils ne l'ont jamais pareille"""


async def _repondre(envoi: Envoi, intention: str, *, manque: bool) -> Response[Any]:
    ecran, slug = envoi.ecran, envoi.onglet.slug
    match intention:
        case "precedent":
            return rediriger(ecran.adresse(precedent(slug)))
        case "suivant" if not manque:
            return rediriger(ecran.adresse(suivant(slug)))
        case "suivant":
            return await _rendre(envoi, statut=422, avec_erreurs=True)
        case "brouillon" if est_fragment(envoi.request):
            return await _rendre(envoi, bloc="rien", aussi=("phrase", "revision"))
        case _ if est_fragment(envoi.request):
            bloc = MORCEAUX.get(intention, "questions")
            return await _rendre(envoi, bloc=bloc, aussi=("phrase", "revision"))
        case _:
            recherche = {"recherche": envoi.listes.recherche} if envoi.listes.recherche else {}
            return rediriger(f"{ecran.adresse(slug)}?{urlencode(recherche)}".rstrip("?"))


async def _garder(envoi: Envoi, lecture: Lecture, *, est_vu: bool) -> OngletGarde:
    onglet, ecran = envoi.onglet, envoi.ecran
    reponses = serialisation.en_json(lecture.dossier.brouillon)
    return await database(envoi.request).ecrire(
        garder,
        qui(envoi.request).compte_id,
        ecran.lue.id,
        onglet=onglet.slug,
        champs=onglet.champs,
        valeurs={champ: reponses[champ] for champ in onglet.champs if champ in reponses},
        saisies=reponses.get("saisies", {}).get(onglet.slug, {}),
        brutes=lecture.brutes,
        est_vu=est_vu,
        page=envoi.page,
        revision=_revision(envoi.recu),
        maintenant=ecran.maintenant,
    )


async def _rendre(
    envoi: Envoi,
    *,
    statut: int = 200,
    avec_erreurs: bool = False,
    bloc: str = "contenu",
    aussi: tuple[str, ...] = (),
) -> Response[Any]:
    """La page relue de la base : ce qui s'affiche est ce qui est gardé."""
    ecran = await lire_ecran(envoi.request, envoi.ecran.lue.id, envoi.onglet.slug)
    rendu = formulaire(envoi.onglet, ecran.dossier, envoi.listes)
    if avec_erreurs:
        montrer_anomalies(rendu, ecran.chemin.anomalies_de(envoi.onglet.slug))
    return _page(
        envoi.request, ecran, envoi.onglet, envoi.listes, rendu, statut=statut, bloc=bloc, aussi=aussi, page=envoi.page
    )


def _page(
    request: AnyRequest,
    ecran: Ecran,
    onglet: Onglet,
    proposees: Listes,
    rendu: Formulaire,
    *,
    statut: int = 200,
    bloc: str = "contenu",
    aussi: tuple[str, ...] = (),
    page: str = "",
) -> Response[str]:
    trouvees: tuple[Divergence, ...] = divergences(onglet, ecran, proposees)
    contexte = {
        "ecran": ecran,
        "formulaire": rendu,
        "listes": proposees,
        "page": page or secrets.token_urlsafe(6),
        "divergences": trouvees,
        "avec_htmx": True,
    } | contexte_d_onglet(ecran, rendu, proposees)
    return render(request, f"inscription/{onglet.slug}.html", contexte, bloc=bloc, aussi=aussi, statut=statut)


@get("/candidatures/{candidature_id:str}/specialites")
async def chercher_specialites(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Le morceau « spécialités trouvées » de l'onglet 3, pendant la frappe."""
    ecran = await lire_ecran(request, candidature_id, qualification.slug)
    if not ecran.est_ouvert:
        raise Introuvable
    proposees = Listes(recherche=request.query_params.get("recherche", ""))
    rendu = formulaire(PAR_SLUG[qualification.slug], ecran.dossier, proposees)
    if not est_fragment(request):
        return rediriger(f"{ecran.adresse(qualification.slug)}?{urlencode({'recherche': proposees.recherche})}")
    return _page(request, ecran, PAR_SLUG[qualification.slug], proposees, rendu, bloc="specialites")


def _onglet(slug: str) -> Onglet:
    if slug not in QUESTIONS:
        raise Introuvable
    return PAR_SLUG[slug]


def _texte(recu: Mapping[str, Any], nom: str) -> str:
    valeur = recu.get(nom, "")
    valeur = valeur[0] if isinstance(valeur, list) and valeur else valeur
    return valeur.strip()[:200] if isinstance(valeur, str) else ""


def _revision(recu: Mapping[str, Any]) -> int:
    texte = _texte(recu, "revision")
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 10 else 0
