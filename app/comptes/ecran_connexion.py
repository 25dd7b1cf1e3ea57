"""« Veuillez vous identifier », et se déconnecter."""

from typing import Any

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask

from app.comptes.connexion import (
    DUREE_APPAREIL,
    ATenter,
    ClesDEssai,
    cles_d_essai,
    ouvrir_session,
    preparer_connexion,
)
from app.comptes.creation import DELAI_ACTIVATION, ouvrir_attente
from app.comptes.ecran_second_facteur import demander_le_code, ou_aller
from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.guards import ACCUEIL_CANDIDAT, accueil_de
from app.comptes.journal_connexions import noter_un_refus
from app.comptes.models import RoleCompte
from app.comptes.patience import Patience, patience
from app.comptes.portail import (
    APPAREIL,
    ATTENTE,
    REPRISE,
    AnyRequest,
    cle,
    database,
    instant,
    mots_de_passe,
    personne,
    poser,
    poser_session,
    reseau,
    retirer,
    retirer_session,
    secret_porte,
    session_presentee,
)
from app.comptes.reprise import oublier_formulaire
from app.comptes.sessions import fermer_session
from app.infra.identifiants import empreinte, jeton
from app.web.forms import Formulaire, MotDePasse, TexteCourt
from app.web.pages import chemin_interne, naviguer, rediriger, render

REFUS = "L’identifiant ou le mot de passe n’est pas le bon. Vérifiez les deux, ou choisissez un nouveau mot de passe"
AVIS = {"active", "mot-de-passe", "deconnexion", "agent", "code"}


@get("/connexion")
async def afficher(request: AnyRequest) -> Response[Any]:
    suite = chemin_interne(request.query_params.get("suite"), "")
    if qui := personne(request):
        return rediriger(suite or accueil_de(qui))
    return await _page(request, _formulaire(None), suite)


@post("/connexion", status_code=200)
async def connecter(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    suite = chemin_interne(premier(recu, "suite"), "")
    formulaire = _formulaire(recu)
    if not formulaire.valide():
        return await _page(request, formulaire, suite, statut=422)
    identifiant, mot = str(formulaire["identifiant"].data), str(formulaire["mot_de_passe"].data)
    maintenant, portes = instant(request), cles_d_essai(cle(request), identifiant=identifiant, reseau=reseau(request))
    appareil = secret_porte(request, APPAREIL)
    essai = await database(request).ecrire(
        preparer_connexion,
        identifiant,
        portes,
        appareil=empreinte(appareil) if appareil else None,
        maintenant=maintenant,
    )
    if not isinstance(essai, ATenter):
        return await _page(request, formulaire, suite, statut=429, attendre=patience(essai, maintenant))
    juste = await mots_de_passe(request).verifier(essai.empreinte, mot)
    if not juste or essai.compte_id is None or essai.empreinte is None:
        return await _refuser(request, formulaire, suite, essai, portes)
    if not essai.est_active:
        return await _faire_attendre(request, essai.compte_id)
    refaire = mots_de_passe(request).a_rehacher(essai.empreinte)
    rehachee = await mots_de_passe(request).hacher(mot) if refaire else None
    if essai.role is not RoleCompte.CANDIDAT:
        reponse = await demander_le_code(
            request, essai.compte_id, verifiee=essai.empreinte, rehachee=rehachee, cles=portes, suite=suite
        )
        return reponse or await _refuser(request, formulaire, suite, essai, portes)
    session, appareil = jeton(), jeton()
    ouverte = await database(request).ecrire(
        ouvrir_session,
        essai.compte_id,
        verifiee=essai.empreinte,
        rehachee=rehachee,
        session=empreinte(session),
        remplace=session_presentee(request),
        appareil=empreinte(appareil),
        cles=portes,
        maintenant=maintenant,
    )
    if not ouverte:
        return await _refuser(request, formulaire, suite, essai, portes)
    reponse = rediriger(await ou_aller(request, essai.compte_id, suite or ACCUEIL_CANDIDAT))
    poser_session(request, reponse, session)
    poser(request, reponse, APPAREIL, appareil, DUREE_APPAREIL)
    retirer(request, reponse, ATTENTE)
    return reponse


@post("/deconnexion", status_code=200)
async def deconnecter(request: AnyRequest) -> Response[Any]:
    if session := session_presentee(request):
        await database(request).ecrire(fermer_session, session)
    secret = secret_porte(request, REPRISE)
    if secret:
        await database(request).ecrire(oublier_formulaire, secret)
    reponse = naviguer(request, "/connexion?avis=deconnexion")
    retirer_session(request, reponse)
    if secret:
        retirer(request, reponse, REPRISE)
    return reponse


async def _refuser(
    request: AnyRequest, formulaire: Formulaire, suite: str, essai: ATenter, portes: ClesDEssai
) -> Response[Any]:
    """Une seule phrase : elle ne dit pas lequel des deux est faux. Pour un agent, le refus s'écrit après elle."""
    formulaire.ajouter_erreur("identifiant", REFUS)
    reponse = await _page(request, formulaire, suite, statut=422)
    if essai.compte_id is not None and essai.role is not RoleCompte.CANDIDAT:
        reponse.background = BackgroundTask(
            database(request).ecrire,
            noter_un_refus,
            essai.compte_id,
            "mot de passe",
            [portes.paire, portes.identifiant],
            maintenant=instant(request),
        )
    return reponse


async def _faire_attendre(request: AnyRequest, compte_id: str) -> Response[Any]:
    """Bon mot de passe, compte pas encore activé : l'écran d'attente permet un nouvel envoi."""
    attente = jeton()
    await database(request).ecrire(ouvrir_attente, compte_id, empreinte(attente), maintenant=instant(request))
    reponse = rediriger("/compte/attente")
    poser(request, reponse, ATTENTE, attente, DELAI_ACTIVATION)
    return reponse


async def _page(
    request: AnyRequest,
    formulaire: Formulaire,
    suite: str,
    *,
    statut: int = 200,
    attendre: Patience | None = None,
) -> Response[Any]:
    avis = request.query_params.get("avis", "")
    contexte = {
        "formulaire": formulaire,
        "suite": suite,
        "patience": attendre,
        "avis": avis if avis in AVIS and not formulaire.est_envoye else "",
        "reponses_gardees": secret_porte(request, REPRISE) is not None,
        "session_finie": bool(suite) and session_presentee(request) is not None,
    }
    entetes = attendre.entetes if attendre else None
    return render(request, "comptes/connexion.html", contexte, statut=statut, entetes=entetes)


def _formulaire(recu: dict[str, list[Any]] | None) -> Formulaire:
    return Formulaire(
        {
            "identifiant": TexteCourt(
                "Identifiant de connexion",
                sujet="l’identifiant de connexion",
                requis=True,
                longueur=254,
                aide="L’adresse mail de votre compte, ou l’identifiant de votre papillon (prenom.nom).",
                autocomplete="username",
            ),
            "mot_de_passe": MotDePasse(
                "Mot de passe", sujet="le mot de passe", requis=True, autocomplete="current-password"
            ),
        },
        recu,
    )
