"""« Mot de passe oublié, réinitialisation du mot de passe » : même réponse, que le compte existe ou non."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.comptes import courriels
from app.comptes.adresses import normaliser
from app.comptes.choix_mot_de_passe import champs_mot_de_passe, juger_mot_de_passe
from app.comptes.connexion import DUREE_APPAREIL
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.mot_de_passe import (
    DELAI_LIEN,
    DEMANDES_PAR_ADRESSE,
    DEMANDES_PAR_RESEAU,
    Titulaire,
    changer_par_lien,
    demander_lien,
    titulaire_du_lien,
)
from app.comptes.patience import patience
from app.comptes.portail import (
    APPAREIL,
    AnyRequest,
    cle,
    database,
    gabarits,
    instant,
    mots_de_passe,
    poser,
    reglages,
    reseau,
)
from app.comptes.tentatives import cle_de_tentative, prendre_un_essai
from app.comptes.valeurs import Message
from app.infra.identifiants import empreinte, jeton
from app.web.forms import Formulaire, TexteCourt
from app.web.pages import rediriger, render

OUBLI = "comptes/mot_de_passe_oublie.html"


@get("/compte/mot-de-passe-oublie")
async def demander(request: AnyRequest) -> Response[Any]:
    return render(request, OUBLI, {"formulaire": _identifiant(None), "patience": None})


@post("/compte/mot-de-passe-oublie", status_code=200)
async def envoyer(request: AnyRequest) -> Response[Any]:
    formulaire = _identifiant(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return render(request, OUBLI, {"formulaire": formulaire, "patience": None}, statut=422)
    maintenant, secret = instant(request), jeton()
    identifiant = str(formulaire["identifiant"].data)
    message = courriels.mot_de_passe(
        gabarits(request), reglages(request).url_publique, jeton=secret, expire_le=maintenant + DELAI_LIEN
    )
    trop_tot = await database(request).ecrire(
        _demander,
        identifiant,
        reseau=cle_de_tentative(cle(request), "oubli-reseau", reseau(request)),
        adresse=cle_de_tentative(cle(request), "oubli-adresse", normaliser(identifiant)),
        secret=empreinte(secret),
        message=message,
        maintenant=maintenant,
    )
    if trop_tot:
        attendre = patience(trop_tot, maintenant)
        contexte = {"formulaire": formulaire, "patience": attendre}
        return render(request, OUBLI, contexte, statut=429, entetes=attendre.entetes)
    return rediriger("/compte/mot-de-passe-oublie/envoye")


@get("/compte/mot-de-passe-oublie/envoye")
async def envoye(request: AnyRequest) -> Response[Any]:
    return render(request, "comptes/mot_de_passe_envoye.html")


@get("/compte/mot-de-passe/{secret:str}")
async def choisir(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    qui = await database(request).lire(titulaire_du_lien, empreinte(secret), maintenant=instant(request))
    if qui is None:
        return render(request, "comptes/lien_perime.html")
    return _page(request, secret, _nouveau(request, qui, None))


@post("/compte/mot-de-passe/{secret:str}", status_code=200)
async def changer(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    maintenant = instant(request)
    qui = await database(request).lire(titulaire_du_lien, empreinte(secret), maintenant=maintenant)
    if qui is None:
        return render(request, "comptes/lien_perime.html", statut=422)
    formulaire = _nouveau(request, qui, recu_en_listes(await request.form()))
    formulaire.valide()
    juger_mot_de_passe(
        formulaire,
        longueur_max=qui.longueur_max(reglages(request).mot_de_passe_max),
        noms=qui.noms,
        courriel=qui.courriel,
        date_naissance=qui.date_naissance,
    )
    if not formulaire.valide():
        return _page(request, secret, formulaire, statut=422)
    appareil = jeton()
    change = await database(request).ecrire(
        changer_par_lien,
        empreinte(secret),
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        appareil=empreinte(appareil),
        avis=courriels.mot_de_passe_change(gabarits(request), reglages(request).url_publique, maintenant=maintenant),
        maintenant=maintenant,
    )
    if not change:
        return render(request, "comptes/lien_perime.html", statut=422)
    reponse = rediriger("/connexion?avis=mot-de-passe")
    poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    return reponse


def _demander(
    db: Session,
    identifiant: str,
    *,
    reseau: str,
    adresse: str,
    secret: str,
    message: Message,
    maintenant: datetime,
) -> datetime | None:
    baremes = {reseau: DEMANDES_PAR_RESEAU, adresse: DEMANDES_PAR_ADRESSE}
    trop_tot = prendre_un_essai(db, baremes, maintenant=maintenant)
    if trop_tot is None:
        demander_lien(db, identifiant, jeton=secret, message=message, maintenant=maintenant)
    return trop_tot


def _page(request: AnyRequest, secret: str, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    contexte = {"secret": secret, "formulaire": formulaire}
    return render(request, "comptes/mot_de_passe_nouveau.html", contexte, statut=statut)


def _identifiant(recu: dict[str, list[Any]] | None) -> Formulaire:
    champ = TexteCourt(
        "Identifiant de connexion",
        sujet="l’identifiant de connexion",
        requis=True,
        longueur=254,
        aide="L’adresse mail de votre compte, ou l’identifiant de votre papillon (prenom.nom).",
        autocomplete="username",
    )
    return Formulaire({"identifiant": champ}, recu)


def _nouveau(request: AnyRequest, qui: Titulaire, recu: dict[str, list[Any]] | None) -> Formulaire:
    longueur_max = qui.longueur_max(reglages(request).mot_de_passe_max)
    return Formulaire(champs_mot_de_passe(longueur_max, nouveau=True), recu)
