"""« Code de vérification » : la connexion d'un agent n'est finie qu'ici."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post

from app.comptes.connexion import DUREE_APPAREIL, ClesDEssai
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.guards import ACCUEIL_ETABLISSEMENT, ACCUEIL_GESTION
from app.comptes.models import RoleCompte
from app.comptes.patience import Patience, patience
from app.comptes.portail import (
    APPAREIL,
    ATTENTE,
    REPRISE,
    SECOND_FACTEUR,
    AnyRequest,
    cle,
    database,
    instant,
    poser,
    poser_session,
    retirer,
    secret_porte,
    session_presentee,
)
from app.comptes.reprise import formulaire_garde
from app.comptes.second_facteur import (
    DELAI,
    Attendu,
    attend_un_code,
    attendre_le_code,
    ouvrir_session_agent,
    preparer_code,
)
from app.comptes.totp import desceller_secret, empreinte_de_secours, pas_du_code
from app.infra.identifiants import empreinte, jeton
from app.web.forms import Formulaire, TexteCourt
from app.web.pages import chemin_interne, rediriger, render

REFUS = "Ce code n’est pas le bon, ou a déjà servi. Attendez le prochain, puis recopiez-le"
TROP_TARD = "/connexion?avis=code"


async def demander_le_code(
    request: AnyRequest, compte_id: str, *, verifiee: str, rehachee: str | None, cles: ClesDEssai, suite: str
) -> Response[bytes] | None:
    """Bon mot de passe d'agent : rien n'est ouvert, un code est attendu dix minutes."""
    secret = jeton()
    attendu = await database(request).ecrire(
        attendre_le_code,
        compte_id,
        verifiee=verifiee,
        rehachee=rehachee,
        attente=empreinte(secret),
        cles=cles,
        maintenant=instant(request),
    )
    if not attendu:
        return None
    reponse = rediriger("/connexion/code" + (f"?suite={quote(suite, safe='')}" if suite else ""))
    poser(request, reponse, SECOND_FACTEUR, secret, DELAI)
    return reponse


@get("/connexion/code")
async def afficher(request: AnyRequest) -> Response[Any]:
    attente = _attente(request)
    if not attente or not await database(request).lire(attend_un_code, attente, maintenant=instant(request)):
        return rediriger(TROP_TARD)
    return _page(request, _formulaire(None), chemin_interne(request.query_params.get("suite"), ""))


@post("/connexion/code", status_code=200)
async def verifier(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    suite, formulaire = chemin_interne(premier(recu, "suite"), ""), _formulaire(recu)
    attente, maintenant = _attente(request), instant(request)
    if not formulaire.valide():
        return _page(request, formulaire, suite, statut=422)
    attendu = await database(request).ecrire(preparer_code, attente, maintenant=maintenant) if attente else None
    if attendu is None:
        return rediriger(TROP_TARD)
    if not isinstance(attendu, Attendu):
        return _page(request, formulaire, suite, statut=429, attendre=patience(attendu, maintenant))
    code = "".join(str(formulaire["code"].data).split())
    pas, secours = _juger(request, attendu, code)
    session, appareil = jeton(), jeton()
    ouverte = await database(request).ecrire(
        ouvrir_session_agent,
        attente,
        pas=pas,
        secours=secours,
        session=empreinte(session),
        remplace=session_presentee(request),
        appareil=empreinte(appareil),
        maintenant=maintenant,
    )
    if not ouverte:
        formulaire.ajouter_erreur("code", REFUS)
        return _page(request, formulaire, suite, statut=422)
    reponse = rediriger(await ou_aller(request, attendu.compte_id, suite or _accueil(attendu.role)))
    poser_session(request, reponse, session)
    poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    retirer(request, reponse, SECOND_FACTEUR)
    retirer(request, reponse, ATTENTE)
    return reponse


async def ou_aller(request: AnyRequest, compte_id: str, suite: str) -> str:
    """D'abord rendre un formulaire arrivé après la fin de la session."""
    secret = secret_porte(request, REPRISE)
    if secret:
        garde = await database(request).lire(formulaire_garde, secret, compte_id, maintenant=instant(request))
        if garde is not None:
            return "/connexion/reprise"
    return suite


def _juger(request: AnyRequest, attendu: Attendu, code: str) -> tuple[int | None, str | None]:
    """Six chiffres : un code de l'application ; autre chose : un code de secours."""
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return None, empreinte_de_secours(cle(request), attendu.compte_id, code)
    secret = desceller_secret(cle(request), attendu.compte_id, attendu.secret)
    return (pas_du_code(secret, code, instant(request), apres=attendu.dernier_pas) if secret else None), None


def _accueil(role: RoleCompte) -> str:
    return ACCUEIL_ETABLISSEMENT if role is RoleCompte.ETABLISSEMENT else ACCUEIL_GESTION


def _attente(request: AnyRequest) -> str:
    secret = secret_porte(request, SECOND_FACTEUR)
    return empreinte(secret) if secret else ""


def _page(
    request: AnyRequest, formulaire: Formulaire, suite: str, *, statut: int = 200, attendre: Patience | None = None
) -> Response[Any]:
    contexte = {"formulaire": formulaire, "suite": suite, "patience": attendre}
    entetes = attendre.entetes if attendre else None
    return render(request, "comptes/second_facteur.html", contexte, statut=statut, entetes=entetes)


def _formulaire(recu: dict[str, list[Any]] | None) -> Formulaire:
    champ = TexteCourt(
        "Code de vérification",
        sujet="le code de vérification",
        requis=True,
        longueur=40,
        aide="Les six chiffres qu’affiche votre application, ou l’un de vos codes de secours.",
        autocomplete="one-time-code",
        largeur="l10",
    )
    return Formulaire({"code": champ}, recu)
