"""Changer de mot de passe en restant connecté : les autres appareils sont déconnectés, un mail en avertit."""

from typing import Any

from litestar import Response, get, post

from app.comptes import courriels
from app.comptes.choix_mot_de_passe import (
    ACTUEL,
    champ_mot_de_passe_actuel,
    champs_mot_de_passe,
    juger_mot_de_passe,
)
from app.comptes.connexion import DUREE_APPAREIL
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.mot_de_passe import changer_connecte, titulaire
from app.comptes.patience import Patience
from app.comptes.portail import (
    APPAREIL,
    AnyRequest,
    database,
    gabarits,
    instant,
    moi,
    mots_de_passe,
    poser,
    poser_session,
    reglages,
)
from app.comptes.verification import MAUVAIS, mot_de_passe_verifie
from app.infra.identifiants import empreinte, jeton
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire
from app.web.pages import rediriger, render


@get("/compte/mot-de-passe")
async def demander(request: AnyRequest) -> Response[Any]:
    return _page(request, _formulaire(request, None))


@post("/compte/mot-de-passe", status_code=200)
async def changer(request: AnyRequest) -> Response[Any]:
    compte_id, maintenant = moi(request).compte_id, instant(request)
    formulaire = _formulaire(request, recu_en_listes(await request.form()))
    formulaire.valide()
    qui = await database(request).lire(titulaire, compte_id)
    if qui is None:
        raise Introuvable
    juger_mot_de_passe(
        formulaire,
        longueur_max=reglages(request).mot_de_passe_max,
        noms=qui.noms,
        courriel=qui.courriel,
        date_naissance=qui.date_naissance,
    )
    if not formulaire.valide():
        return _page(request, formulaire, statut=422)
    verifiee = await mot_de_passe_verifie(request, formulaire)
    if isinstance(verifiee, Patience):
        return _page(request, formulaire, statut=429, attendre=verifiee)
    if verifiee is None:
        return _page(request, formulaire, statut=422)
    session, appareil = jeton(), jeton()
    avis = courriels.mot_de_passe_change(gabarits(request), reglages(request).url_publique, maintenant=maintenant)
    change = await database(request).ecrire(
        changer_connecte,
        compte_id,
        verifiee=verifiee,
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        session=empreinte(session),
        appareil=empreinte(appareil),
        avis=avis,
        maintenant=maintenant,
    )
    if not change:
        formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
        return _page(request, formulaire, statut=422)
    reponse = rediriger("/compte?avis=mot-de-passe")
    poser_session(request, reponse, session)
    poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    return reponse


def _page(
    request: AnyRequest, formulaire: Formulaire, *, statut: int = 200, attendre: Patience | None = None
) -> Response[Any]:
    contexte = {"formulaire": formulaire, "patience": attendre}
    entetes = attendre.entetes if attendre else None
    return render(request, "comptes/mot_de_passe_changer.html", contexte, statut=statut, entetes=entetes)


def _formulaire(request: AnyRequest, recu: dict[str, list[Any]] | None) -> Formulaire:
    nouveaux = champs_mot_de_passe(reglages(request).mot_de_passe_max, nouveau=True)
    return Formulaire({ACTUEL: champ_mot_de_passe_actuel(), **nouveaux}, recu)
