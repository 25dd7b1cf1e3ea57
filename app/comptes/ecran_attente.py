"""L'écran d'attente : « Votre compte est en cours de création ». L'adresse mail n'est jamais dans l'URL."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post

from app.comptes.activation import Issue, activer_par_code
from app.comptes.creation import Attente, attente_de, corriger_adresse, renvoyer
from app.comptes.formulaire_creation import champ_d_adresse, champ_de_confirmation, recu_en_listes
from app.comptes.invitations import deja_connu, empreinte_du_code, invitation
from app.comptes.patience import patience
from app.comptes.portail import ATTENTE, AnyRequest, database, instant, secret_porte
from app.infra.identifiants import empreinte
from app.web.coordonnees import domaine_probable
from app.web.forms import Formulaire, TexteCourt
from app.web.pages import rediriger, render

ISSUES_DU_CODE = {
    Issue.CODE_FAUX: "Ce code n’est pas le bon. Prenez celui du mail le plus récent, ou ouvrez son lien",
    Issue.CODE_EPUISE: "Trop de codes faux : demandez un nouvel envoi, ou ouvrez le lien du mail",
    Issue.INCONNU: "Ce code n’est plus valable : recommencez la création du compte",
    Issue.EXPIRE: "Ce code n’est plus valable : recommencez la création du compte",
}


@get("/compte/attente")
async def afficher(request: AnyRequest) -> Response[Any]:
    maintenant = instant(request)
    attente = await _attente(request, maintenant)
    if attente is None:
        return render(request, "comptes/attente_absente.html")
    return _page(request, attente, maintenant)


@post("/compte/attente/envoi", status_code=200)
async def envoyer(request: AnyRequest) -> Response[Any]:
    """« Je n'ai pas reçu le mail, effectuer un nouvel envoi »"""
    maintenant = instant(request)
    attente = await _attente(request, maintenant)
    if attente is None or attente.est_active:
        return rediriger("/compte/attente")
    trop_tot = await database(request).ecrire(
        renvoyer,
        _empreinte(request),
        invitation=invitation(request, expire_le=attente.expire_le),
        deja_connu=deja_connu(request),
        maintenant=maintenant,
    )
    if trop_tot:
        return _page(request, attente, maintenant, trop_tot=trop_tot)
    return rediriger("/compte/attente")


@get("/compte/attente/code")
async def demander_le_code(request: AnyRequest) -> Response[Any]:
    """La même question, seule : où mène un code à corriger."""
    attente = await _attente(request, instant(request))
    if attente is None or attente.est_active:
        return rediriger("/compte/attente")
    return render(request, "comptes/attente_code.html", {"formulaire": _code(None), "attente": attente})


@post("/compte/attente/code", status_code=200)
async def activer(request: AnyRequest) -> Response[Any]:
    maintenant = instant(request)
    attente = await _attente(request, maintenant)
    if attente is None or attente.est_active:
        return rediriger("/compte/attente")
    formulaire = _code(recu_en_listes(await request.form()))
    if formulaire.valide():
        code = empreinte_du_code(request, str(formulaire["code"].data))
        issue = await database(request).ecrire(activer_par_code, _empreinte(request), code, maintenant=maintenant)
        if issue in (Issue.ACTIVE, Issue.DEJA_ACTIVE, Issue.AILLEURS):
            return rediriger("/connexion?avis=active")
        formulaire.ajouter_erreur("code", ISSUES_DU_CODE[issue])
    return render(request, "comptes/attente_code.html", {"formulaire": formulaire, "attente": attente}, statut=422)


@get("/compte/attente/adresse")
async def demander_l_adresse(request: AnyRequest) -> Response[Any]:
    attente = await _attente(request, instant(request))
    if attente is None or attente.est_active:
        return rediriger("/compte/attente")
    return _page_adresse(request, attente, _adresse(None))


@post("/compte/attente/adresse", status_code=200)
async def corriger(request: AnyRequest) -> Response[Any]:
    maintenant = instant(request)
    attente = await _attente(request, maintenant)
    if attente is None or attente.est_active:
        return rediriger("/compte/attente")
    formulaire = _adresse(recu_en_listes(await request.form()))
    if not formulaire.valide():
        return _page_adresse(request, attente, formulaire, statut=422)
    trop_tot = await database(request).ecrire(
        corriger_adresse,
        _empreinte(request),
        str(formulaire["courriel"].data),
        invitation=invitation(request, expire_le=attente.expire_le),
        deja_connu=deja_connu(request),
        maintenant=maintenant,
    )
    if trop_tot:
        attendre = patience(trop_tot, maintenant)
        return _page_adresse(request, attente, formulaire, statut=429, patience=attendre, entetes=attendre.entetes)
    return rediriger("/compte/attente")


def _page(
    request: AnyRequest, attente: Attente, maintenant: datetime, trop_tot: datetime | None = None
) -> Response[Any]:
    attendre = patience(trop_tot, maintenant) if trop_tot else None
    contexte = {
        "attente": attente,
        "domaine_probable": domaine_probable(attente.courriel.rpartition("@")[2]),
        "formulaire": _code(None),
        "patience": attendre,
    }
    if attendre is None:
        return render(request, "comptes/attente.html", contexte)
    return render(request, "comptes/attente.html", contexte, statut=429, entetes=attendre.entetes)


def _page_adresse(
    request: AnyRequest, attente: Attente, formulaire: Formulaire, *, statut: int = 200, **autres: Any
) -> Response[Any]:
    entetes = autres.pop("entetes", None)
    contexte = {"attente": attente, "formulaire": formulaire, "patience": None} | autres
    return render(request, "comptes/attente_adresse.html", contexte, statut=statut, entetes=entetes)


class _Code(TexteCourt):
    def lire(self, texte: str) -> str:
        chiffres = texte.replace(" ", "")
        if len(chiffres) != 6 or not (chiffres.isascii() and chiffres.isdecimal()):
            raise ValueError("Recopiez les six chiffres du code")
        return chiffres


def _code(recu: dict[str, list[Any]] | None) -> Formulaire:
    champ = _Code(
        "Code à six chiffres",
        aide="Il est dans le mail, avec le lien : recopiez-le si vous lisez vos mails sur un autre appareil",
        sujet="le code du mail",
        requis="Ouvrez le lien du mail, ou recopiez ici les six chiffres du code qu’il contient",
        largeur="l10",
        saisie="numeric",
        autocomplete="one-time-code",
    )
    return Formulaire({"code": champ}, recu)


def _adresse(recu: dict[str, list[Any]] | None) -> Formulaire:
    return Formulaire({"courriel": champ_d_adresse(), "courriel_confirmation": champ_de_confirmation()}, recu)


async def _attente(request: AnyRequest, maintenant: datetime) -> Attente | None:
    if not secret_porte(request, ATTENTE):
        return None
    return await database(request).lire(attente_de, _empreinte(request), maintenant=maintenant)


def _empreinte(request: AnyRequest) -> str:
    return empreinte(secret_porte(request, ATTENTE) or "")
