"""« Mon compte » d'un agent : son mot de passe, son téléphone, ses codes de secours. Ses droits n'y sont pas."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post

from app.comptes import courriels
from app.comptes.choix_mot_de_passe import ACTUEL, champ_mot_de_passe_actuel, champs_mot_de_passe, juger_mot_de_passe
from app.comptes.connexion import DUREE_APPAREIL
from app.comptes.facteur_renouvele import changer_de_telephone, refaire_les_codes
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.mot_de_passe import LONGUEUR_MAX_AGENT, changer_connecte
from app.comptes.patience import Patience
from app.comptes.portail import (
    APPAREIL,
    AnyRequest,
    agent,
    cle,
    database,
    gabarits,
    instant,
    mots_de_passe,
    poser,
    poser_session,
    reglages,
)
from app.comptes.second_facteur import codes_restants
from app.comptes.sessions import DUREE_AGENT
from app.comptes.totp import (
    codes_de_secours,
    empreinte_de_secours,
    image_d_enrolement,
    pas_du_code,
    sceller_secret,
    secret_de,
)
from app.comptes.verification import MAUVAIS, mot_de_passe_verifie
from app.gestion.page import montrer
from app.infra.identifiants import empreinte, jeton
from app.referentiel.queries import academies
from app.web.forms import Case, Champ, Formulaire, TexteCourt
from app.web.pages import rediriger

COMPTE = "/gestion/compte"
AVIS = {
    "mot-de-passe": "Votre mot de passe est changé. Les autres appareils ont été déconnectés.",
    "telephone": "Votre nouveau téléphone est enregistré. Les autres appareils ont été déconnectés.",
    "codes": "Vos nouveaux codes de secours sont en service. Les anciens ne servent plus.",
}
MAUVAIS_CODE = (
    "Ce code n’est pas celui de votre application : vérifiez qu’elle a bien enregistré la clé, et que l’heure du "
    "téléphone est réglée automatiquement"
)


@dataclass(frozen=True, slots=True)
class Page:
    """`graine` : tirée à l'ouverture, portée par le formulaire ; le secret et les codes s'en déduisent avec la clé."""

    gabarit: str
    graine: str = ""


MOT_DE_PASSE = Page("gestion/mon_compte/mot_de_passe.html")
TELEPHONE = "gestion/mon_compte/telephone.html"
CODES = "gestion/mon_compte/codes.html"


@get(COMPTE)
async def mon_compte(request: AnyRequest) -> Response[Any]:
    qui = agent(request)
    noms = {a.code: a.nom for a in await database(request).lire(academies)}
    contexte = {
        "codes_restants": await database(request).lire(codes_restants, qui.compte_id),
        "academies": [noms.get(code, code) for code in qui.academies],
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
    }
    return montrer(request, "gestion/mon_compte/compte.html", contexte)


@get(f"{COMPTE}/mot-de-passe")
async def demander_le_mot_de_passe(request: AnyRequest) -> Response[Any]:
    return _page(request, MOT_DE_PASSE, _mot_de_passe(None))


@post(f"{COMPTE}/mot-de-passe", status_code=200)
async def changer_le_mot_de_passe(request: AnyRequest) -> Response[Any]:
    qui, maintenant = agent(request), instant(request)
    formulaire = _mot_de_passe(recu_en_listes(await request.form()))
    formulaire.valide()
    juger_mot_de_passe(
        formulaire,
        longueur_max=LONGUEUR_MAX_AGENT,
        noms=(qui.nom, qui.prenoms),
        courriel=qui.courriel,
        date_naissance=None,
    )
    verifiee = await _verifiee(request, formulaire)
    if not isinstance(verifiee, str):
        return _page(request, MOT_DE_PASSE, formulaire, attendre=verifiee)
    session, appareil = jeton(), jeton()
    change = await database(request).ecrire(
        changer_connecte,
        qui.compte_id,
        verifiee=verifiee,
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        session=empreinte(session),
        appareil=empreinte(appareil),
        avis=courriels.mot_de_passe_change(gabarits(request), reglages(request).url_publique, maintenant=maintenant),
        duree=DUREE_AGENT,
        maintenant=maintenant,
    )
    if not change:
        formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
        return _page(request, MOT_DE_PASSE, formulaire)
    reponse = rediriger(f"{COMPTE}?avis=mot-de-passe")
    poser_session(request, reponse, session)
    poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    return reponse


@get(f"{COMPTE}/telephone")
async def demander_le_telephone(request: AnyRequest) -> Response[Any]:
    return _page(request, Page(TELEPHONE, jeton()), _telephone(None))


@post(f"{COMPTE}/telephone", status_code=200)
async def changer_le_telephone(request: AnyRequest) -> Response[Any]:
    qui, recu = agent(request), recu_en_listes(await request.form())
    page, formulaire = Page(TELEPHONE, _graine(recu)), _telephone(recu)
    if not page.graine:
        return rediriger(f"{COMPTE}/telephone")
    formulaire.valide()
    secret = _secret(request, page.graine)
    code = "".join(str(formulaire["code"].data or "").split())
    pas = pas_du_code(secret, code, instant(request), apres=0)
    if pas is None and not formulaire["code"].errors:
        formulaire.ajouter_erreur("code", MAUVAIS_CODE)
    verifiee = await _verifiee(request, formulaire)
    if not isinstance(verifiee, str) or pas is None:
        return _page(request, page, formulaire, attendre=verifiee if isinstance(verifiee, Patience) else None)
    change = await database(request).ecrire(
        changer_de_telephone,
        qui.compte_id,
        verifiee=verifiee,
        secret=sceller_secret(cle(request), qui.compte_id, secret),
        pas=pas,
        session=qui.session,
        avis=courriels.second_facteur_change(
            gabarits(request), "Le changement de téléphone", maintenant=instant(request)
        ),
        maintenant=instant(request),
    )
    if not change:
        formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
        return _page(request, page, formulaire)
    return rediriger(f"{COMPTE}?avis=telephone")


@get(f"{COMPTE}/codes")
async def demander_les_codes(request: AnyRequest) -> Response[Any]:
    return _page(request, Page(CODES, jeton()), _codes(None))


@post(f"{COMPTE}/codes", status_code=200)
async def changer_les_codes(request: AnyRequest) -> Response[Any]:
    qui, recu = agent(request), recu_en_listes(await request.form())
    page, formulaire = Page(CODES, _graine(recu)), _codes(recu)
    if not page.graine:
        return rediriger(f"{COMPTE}/codes")
    formulaire.valide()
    verifiee = await _verifiee(request, formulaire)
    if not isinstance(verifiee, str):
        return _page(request, page, formulaire, attendre=verifiee)
    faits = await database(request).ecrire(
        refaire_les_codes,
        qui.compte_id,
        verifiee=verifiee,
        secours=[empreinte_de_secours(cle(request), qui.compte_id, c) for c in _secours(request, page.graine)],
        avis=courriels.second_facteur_change(
            gabarits(request), "Le renouvellement des codes de secours", maintenant=instant(request)
        ),
        maintenant=instant(request),
    )
    if not faits:
        formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
        return _page(request, page, formulaire)
    return rediriger(f"{COMPTE}?avis=codes")


async def _verifiee(request: AnyRequest, formulaire: Formulaire) -> str | Patience | None:
    """Rien n'est essayé tant qu'une réponse est fautive : une erreur de frappe ne coûte pas un essai."""
    return await mot_de_passe_verifie(request, formulaire) if formulaire.valide() else None


def _page(
    request: AnyRequest, page: Page, formulaire: Formulaire, *, attendre: Patience | None = None
) -> Response[Any]:
    contexte: dict[str, object] = {"formulaire": formulaire, "patience": attendre, "graine": page.graine}
    if page.gabarit == TELEPHONE:
        secret = _secret(request, page.graine)
        contexte["cle_en_clair"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        contexte["image"] = image_d_enrolement(secret, agent(request).courriel)
    if page.gabarit == CODES:
        contexte["codes"] = _secours(request, page.graine)
    statut = 429 if attendre else 422 if formulaire.est_envoye else 200
    return montrer(request, page.gabarit, contexte, statut=statut, entetes=attendre.entetes if attendre else None)


def _graine(recu: dict[str, list[Any]]) -> str:
    """Vide : la page se montre à nouveau, rien n'est enregistré d'une clé que nul n'a vue."""
    dite = premier(recu, "graine")
    return dite if 40 <= len(dite) <= 50 and dite.isascii() else ""


def _secret(request: AnyRequest, graine: str) -> str:
    """Liée au compte : la graine d'un autre ne donne pas son secret."""
    return secret_de(cle(request), "telephone", f"{agent(request).compte_id}:{graine}")


def _secours(request: AnyRequest, graine: str) -> tuple[str, ...]:
    return codes_de_secours(cle(request), f"{agent(request).compte_id}:{graine}")


def _mot_de_passe(recu: dict[str, list[Any]] | None) -> Formulaire:
    return Formulaire(
        {ACTUEL: champ_mot_de_passe_actuel(), **champs_mot_de_passe(LONGUEUR_MAX_AGENT, nouveau=True)}, recu
    )


def _telephone(recu: dict[str, list[Any]] | None) -> Formulaire:
    champs: dict[str, Champ] = {
        "code": TexteCourt(
            "Code affiché par l’application",
            sujet="le code affiché par l’application",
            requis=True,
            longueur=20,
            aide="Six chiffres, qui changent toutes les trente secondes.",
            autocomplete="one-time-code",
            largeur="l10",
            saisie="numeric",
        ),
        ACTUEL: champ_mot_de_passe_actuel(),
    }
    return Formulaire(champs, recu)


def _codes(recu: dict[str, list[Any]] | None) -> Formulaire:
    champs: dict[str, Champ] = {
        "codes_notes": Case(
            "J’ai noté ou imprimé mes codes de secours", requis="Notez vos codes de secours, puis cochez cette case"
        ),
        ACTUEL: champ_mot_de_passe_actuel(),
    }
    return Formulaire(champs, recu)
