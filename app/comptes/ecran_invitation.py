"""L'invitation d'un agent : son mot de passe, son application de codes, ses codes de secours, en une page.

Le secret et les codes se déduisent du lien : la page les montre autant de fois qu'on l'ouvre tant que le lien n'a pas
servi, et plus jamais ensuite. Rien n'est donc perdu si l'envoi échoue.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes import courriels
from app.comptes.agents import Invite, SecondFacteur, accepter_l_invitation, invite
from app.comptes.choix_mot_de_passe import champs_mot_de_passe, juger_mot_de_passe
from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.models import RoleCompte
from app.comptes.mot_de_passe import LONGUEUR_MAX_AGENT
from app.comptes.portail import AnyRequest, cle, database, gabarits, instant, mots_de_passe, reglages
from app.comptes.totp import (
    codes_de_secours,
    empreinte_de_secours,
    image_d_enrolement,
    pas_du_code,
    sceller_secret,
    secret_de,
)
from app.infra.identifiants import empreinte
from app.web.forms import Case, Formulaire, TexteCourt
from app.web.pages import rediriger, render

MAUVAIS_CODE = (
    "Ce code n’est pas celui de votre application : vérifiez qu’elle a bien enregistré la clé, et que l’heure du "
    "téléphone est réglée automatiquement"
)


@get("/gestion/invitation/{secret:str}")
async def lire(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    qui = await database(request).lire(invite, empreinte(secret), maintenant=instant(request))
    if qui is None:
        return render(request, "comptes/invitation_perimee.html")
    return _page(request, secret, qui, _formulaire(None))


@post("/gestion/invitation/{secret:str}", status_code=200)
async def accepter(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    maintenant = instant(request)
    qui = await database(request).lire(invite, empreinte(secret), maintenant=maintenant)
    if qui is None:
        return render(request, "comptes/invitation_perimee.html", statut=422)
    formulaire = _formulaire(recu_en_listes(await request.form()))
    formulaire.valide()
    juger_mot_de_passe(
        formulaire,
        longueur_max=LONGUEUR_MAX_AGENT,
        noms=(qui.nom, qui.prenoms),
        courriel=qui.courriel,
        date_naissance=None,
    )
    facteur = _facteur(request, secret, qui, formulaire)
    if facteur is None or not formulaire.valide():
        return _page(request, secret, qui, formulaire, statut=422)
    acceptee = await database(request).ecrire(
        accepter_l_invitation,
        empreinte(secret),
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        facteur=facteur,
        avis=courriels.mot_de_passe_change(gabarits(request), reglages(request).url_publique, maintenant=maintenant),
        maintenant=maintenant,
    )
    if not acceptee:
        return render(request, "comptes/invitation_perimee.html", statut=422)
    return rediriger("/connexion?avis=agent")


def _facteur(request: AnyRequest, lien: str, qui: Invite, formulaire: Formulaire) -> SecondFacteur | None:
    """Nul si le code ne vient pas de la clé montrée : l'application ne l'a pas enregistrée."""
    code = "".join(str(formulaire["code"].data or "").split())
    secret = _secret(request, lien)
    pas = pas_du_code(secret, code, instant(request), apres=0)
    if pas is None:
        if code and not formulaire["code"].errors:
            formulaire.ajouter_erreur("code", MAUVAIS_CODE)
        return None
    secours = [empreinte_de_secours(cle(request), qui.compte_id, c) for c in codes_de_secours(cle(request), lien)]
    return SecondFacteur(sceller_secret(cle(request), qui.compte_id, secret), pas, secours)


def _page(request: AnyRequest, lien: str, qui: Invite, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    secret = _secret(request, lien)
    contexte = {
        "formulaire": formulaire,
        "qui": qui,
        "titre": f"Ouvrir mon compte {'d’établissement' if qui.role is RoleCompte.ETABLISSEMENT else 'de gestion'}",
        "lien": lien,
        "cle_en_clair": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "image": image_d_enrolement(secret, qui.courriel),
        "codes": codes_de_secours(cle(request), lien),
    }
    return render(request, "comptes/invitation.html", contexte, statut=statut)


def _secret(request: AnyRequest, lien: str) -> str:
    return secret_de(cle(request), "invitation", lien)


def _formulaire(recu: dict[str, list[Any]] | None) -> Formulaire:
    champs = {
        **champs_mot_de_passe(LONGUEUR_MAX_AGENT),
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
        "codes_notes": Case(
            "J’ai noté ou imprimé mes codes de secours", requis="Notez vos codes de secours, puis cochez cette case"
        ),
    }
    return Formulaire(champs, recu)
