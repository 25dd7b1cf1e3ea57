"""Changer d'adresse mail. Même réponse, que la nouvelle soit libre ou déjà celle d'un autre compte.

Confirmer demande d'être connecté : une faute de frappe enverrait le lien à un inconnu, qui aurait alors le compte.
Annuler ne le demande pas : qui doit s'en servir n'a peut-être plus la main sur son compte.
"""

from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.comptes import courriels
from app.comptes.adresses import normaliser
from app.comptes.changement_adresse import (
    DELAI_ANNULATION,
    DELAI_CONFIRMATION,
    Retour,
    adresse_a_confirmer,
    adresse_a_retablir,
    confirmer_adresse,
    demander_adresse,
    est_identifie_par_son_adresse,
    retablir_adresse,
)
from app.comptes.choix_mot_de_passe import ACTUEL, champ_mot_de_passe_actuel
from app.comptes.formulaire_creation import champ_d_adresse, champ_de_confirmation, recu_en_listes
from app.comptes.mot_de_passe import cle_ancien_mot_de_passe
from app.comptes.patience import Patience, patience
from app.comptes.portail import AnyRequest, cle, database, gabarits, instant, moi, reglages
from app.comptes.tentatives import Bareme, cle_de_tentative, oublier, prendre_un_essai
from app.comptes.valeurs import Message
from app.comptes.verification import mot_de_passe_verifie
from app.infra.identifiants import empreinte, jeton
from app.web.forms import Formulaire
from app.web.pages import rediriger, render

PAR_COMPTE = Bareme(libres=4, pas=timedelta(minutes=2), plafond=timedelta(minutes=30))
PAR_ADRESSE = Bareme(libres=4, pas=timedelta(minutes=2), plafond=timedelta(minutes=30))


@get("/compte/adresse")
async def demander(request: AnyRequest) -> Response[Any]:
    return await _page(request, _formulaire(None, est_l_identifiant=await _est_l_identifiant(request)))


@post("/compte/adresse", status_code=200)
async def envoyer(request: AnyRequest) -> Response[Any]:
    qui, maintenant = moi(request), instant(request)
    est_l_identifiant = await _est_l_identifiant(request)
    formulaire = _formulaire(recu_en_listes(await request.form()), est_l_identifiant=est_l_identifiant)
    formulaire.valide()
    courriel = str(formulaire["courriel"].data or "")
    if normaliser(courriel) == normaliser(qui.courriel):
        formulaire.ajouter_erreur("courriel", "C’est déjà l’adresse mail de votre compte")
    if not formulaire.valide():
        return await _page(request, formulaire, statut=422)
    verifiee = await mot_de_passe_verifie(request, formulaire)
    if isinstance(verifiee, Patience):
        return await _page(request, formulaire, statut=429, attendre=verifiee)
    if verifiee is None:
        return await _page(request, formulaire, statut=422)
    url, secret = reglages(request).url_publique, jeton()
    lettre = courriels.adresse if est_l_identifiant else courriels.adresse_d_eleve
    trop_tot = await database(request).ecrire(
        _demander,
        qui.compte_id,
        courriel,
        baremes={
            cle_de_tentative(cle(request), "adresse-compte", qui.compte_id): PAR_COMPTE,
            cle_de_tentative(cle(request), "adresse-visee", normaliser(courriel)): PAR_ADRESSE,
        },
        jeton=empreinte(secret),
        confirmation=lettre(gabarits(request), url, jeton=secret, expire_le=maintenant + DELAI_CONFIRMATION),
        deja_prise=courriels.adresse_prise(gabarits(request), url),
        maintenant=maintenant,
    )
    if trop_tot:
        return await _page(request, formulaire, statut=429, attendre=patience(trop_tot, maintenant))
    return rediriger("/compte?avis=adresse-demandee")


@get("/compte/adresse/confirmation/{secret:str}")
async def relire(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    adresses = await database(request).lire(
        adresse_a_confirmer, moi(request).compte_id, empreinte(secret), maintenant=instant(request)
    )
    if adresses is None:
        return render(request, "comptes/adresse_perimee.html", statut=404)
    return render(request, "comptes/adresse_confirmer.html", {"secret": secret, "adresses": adresses})


@post("/compte/adresse/confirmation/{secret:str}", status_code=200)
async def confirmer(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    maintenant, annulation = instant(request), jeton()
    avis = courriels.adresse_changee(
        gabarits(request),
        reglages(request).url_publique,
        jeton=annulation,
        maintenant=maintenant,
        annulable_avant=maintenant + DELAI_ANNULATION,
    )
    confirmee = await database(request).ecrire(
        confirmer_adresse,
        moi(request).compte_id,
        empreinte(secret),
        annulation=empreinte(annulation),
        avis=avis,
        maintenant=maintenant,
    )
    if not confirmee:
        return render(request, "comptes/adresse_perimee.html", statut=404)
    return rediriger("/compte?avis=adresse-confirmee")


@get("/compte/adresse/annulation/{secret:str}")
async def relire_l_annulation(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    adresses = await database(request).lire(adresse_a_retablir, empreinte(secret), maintenant=instant(request))
    if adresses is None:
        return render(request, "comptes/adresse_perimee.html", statut=404)
    return render(request, "comptes/adresse_annuler.html", {"secret": secret, "adresses": adresses, "est_prise": False})


@post("/compte/adresse/annulation/{secret:str}", status_code=200)
async def annuler(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    maintenant = instant(request)
    adresses = await database(request).lire(adresse_a_retablir, empreinte(secret), maintenant=maintenant)
    retour = await database(request).ecrire(
        retablir_adresse,
        empreinte(secret),
        avis=courriels.adresse_retablie(gabarits(request), maintenant=maintenant),
        maintenant=maintenant,
    )
    if retour is Retour.RETABLIE:
        return rediriger("/compte/adresse/retablie")
    if retour is Retour.PRISE and adresses:
        contexte = {"secret": secret, "adresses": adresses, "est_prise": True}
        return render(request, "comptes/adresse_annuler.html", contexte, statut=422)
    return render(request, "comptes/adresse_perimee.html", statut=404)


@get("/compte/adresse/retablie")
async def retablie(request: AnyRequest) -> Response[Any]:
    return render(request, "comptes/adresse_retablie.html")


def _demander(
    db: Session,
    compte_id: str,
    courriel: str,
    *,
    baremes: dict[str, Bareme],
    jeton: str,
    confirmation: Message,
    deja_prise: Message,
    maintenant: datetime,
) -> datetime | None:
    trop_tot = prendre_un_essai(db, baremes, maintenant=maintenant)
    if trop_tot is None:
        oublier(db, cle_ancien_mot_de_passe(compte_id))
        demander_adresse(
            db,
            compte_id,
            courriel,
            jeton=jeton,
            confirmation=confirmation,
            deja_prise=deja_prise,
            maintenant=maintenant,
        )
    return trop_tot


async def _est_l_identifiant(request: AnyRequest) -> bool:
    return await database(request).lire(est_identifie_par_son_adresse, moi(request).compte_id)


async def _page(
    request: AnyRequest, formulaire: Formulaire, *, statut: int = 200, attendre: Patience | None = None
) -> Response[Any]:
    contexte = {
        "formulaire": formulaire,
        "patience": attendre,
        "actuelle": moi(request).courriel,
        "est_l_identifiant": await _est_l_identifiant(request),
    }
    entetes = attendre.entetes if attendre else None
    return render(request, "comptes/adresse_changer.html", contexte, statut=statut, entetes=entetes)


def _formulaire(recu: dict[str, list[Any]] | None, *, est_l_identifiant: bool) -> Formulaire:
    return Formulaire(
        {
            "courriel": champ_d_adresse(est_l_identifiant=est_l_identifiant),
            "courriel_confirmation": champ_de_confirmation(),
            ACTUEL: champ_mot_de_passe_actuel(),
        },
        recu,
    )
