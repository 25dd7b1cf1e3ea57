"""« Mon compte » : ce que le portail sait de la personne, et changer de mot de passe en restant connecté."""

from typing import Any

from litestar import Response, get, post

from app.comptes import courriels
from app.comptes.choix_mot_de_passe import champs_mot_de_passe, juger_mot_de_passe
from app.comptes.connexion import DUREE_APPAREIL
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.mot_de_passe import ESSAIS_ANCIEN, changer_connecte, cle_ancien_mot_de_passe, titulaire
from app.comptes.patience import Patience, patience
from app.comptes.portail import (
    APPAREIL,
    AnyRequest,
    database,
    gabarits,
    instant,
    mots_de_passe,
    poser,
    poser_session,
    reglages,
    visiteur,
)
from app.comptes.queries import fiche_compte
from app.comptes.tentatives import prendre_un_essai
from app.comptes.valeurs import Visiteur
from app.infra.identifiants import empreinte, jeton
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire, MotDePasse
from app.web.pages import rediriger, render

MAUVAIS = "Ce n’est pas votre mot de passe actuel"


@get("/compte")
async def consulter(request: AnyRequest) -> Response[Any]:
    fiche = await database(request).lire(fiche_compte, _moi(request).compte_id)
    if fiche is None:
        raise Introuvable
    avis = request.query_params.get("avis") == "mot-de-passe"
    contexte = {"fiche": fiche, "est_ne_en_france": bool(fiche.departement_naissance), "mot_de_passe_change": avis}
    return render(request, "comptes/compte.html", contexte)


@get("/compte/mot-de-passe")
async def demander(request: AnyRequest) -> Response[Any]:
    return _page(request, _formulaire(request, None))


@post("/compte/mot-de-passe", status_code=200)
async def changer(request: AnyRequest) -> Response[Any]:
    moi, maintenant = _moi(request), instant(request)
    formulaire = _formulaire(request, recu_en_listes(await request.form()))
    formulaire.valide()
    qui = await database(request).lire(titulaire, moi.compte_id)
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
    compteur = cle_ancien_mot_de_passe(moi.compte_id)
    if trop_tot := await database(request).ecrire(prendre_un_essai, {compteur: ESSAIS_ANCIEN}, maintenant=maintenant):
        return _page(request, formulaire, statut=429, attendre=patience(trop_tot, maintenant))
    session, appareil = jeton(), jeton()
    avis = courriels.mot_de_passe_change(gabarits(request), reglages(request).url_publique, maintenant=maintenant)
    change = False
    if await mots_de_passe(request).verifier(qui.mot_de_passe, str(formulaire["ancien_mot_de_passe"].data)):
        change = await database(request).ecrire(
            changer_connecte,
            moi.compte_id,
            verifiee=qui.mot_de_passe,
            mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
            session=empreinte(session),
            appareil=empreinte(appareil),
            avis=avis,
            maintenant=maintenant,
        )
    if not change:
        formulaire.ajouter_erreur("ancien_mot_de_passe", MAUVAIS)
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
    ancien = MotDePasse(
        "Mot de passe actuel", sujet="le mot de passe actuel", requis=True, autocomplete="current-password"
    )
    nouveaux = champs_mot_de_passe(reglages(request).mot_de_passe_max, nouveau=True)
    return Formulaire({"ancien_mot_de_passe": ancien, **nouveaux}, recu)


def _moi(request: AnyRequest) -> Visiteur:
    qui = visiteur(request)
    if qui is None:  # le gardien de la route l'a déjà vérifié
        raise Introuvable
    return qui
