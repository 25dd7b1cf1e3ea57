"""« Créer mon compte » : un formulaire, et sa recherche de commune qui est le même formulaire envoyé plus tôt."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post

from app.comptes.adresses import normaliser
from app.comptes.creation import DELAI_ACTIVATION, creer_compte
from app.comptes.formulaire_creation import (
    etat_civil,
    formulaire_de_creation,
    juger_creation,
    pays_choisi,
    premier,
    recu_en_listes,
)
from app.comptes.invitations import deja_connu, invitation
from app.comptes.naissance import Listes, listes_de_naissance
from app.comptes.patience import Patience, patience
from app.comptes.portail import (
    ATTENTE,
    AnyRequest,
    cle,
    database,
    instant,
    mots_de_passe,
    poser,
    reglages,
    reseau,
    visiteur,
)
from app.comptes.tentatives import Bareme, cle_de_tentative, prendre_un_essai
from app.infra.clock import jour_de_paris
from app.infra.identifiants import empreinte, jeton
from app.web.forms import Formulaire
from app.web.pages import rediriger, render

PAR_RESEAU = Bareme(libres=60, pas=timedelta(seconds=10), plafond=timedelta(minutes=5), oubli=timedelta(hours=1))
PAR_ADRESSE = Bareme(libres=4, pas=timedelta(minutes=2), plafond=timedelta(minutes=30))
BLOCS = {"actualiser": "lieu", "rechercher": "communes"}


@get("/compte/creation")
async def afficher(request: AnyRequest) -> Response[Any]:
    if visiteur(request):
        return rediriger("/inscriptions")
    listes, formulaire = await _formulaire(request, None)
    return _page(request, listes, formulaire)


@post("/compte/creation", status_code=200)
async def creer(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    listes, formulaire = await _formulaire(request, recu)
    if bloc := BLOCS.get(premier(recu, "intention")):
        return _page(request, listes, formulaire, bloc=bloc, statut=422)
    if not juger_creation(formulaire, reglages(request).mot_de_passe_max):
        return _page(request, listes, formulaire, statut=422)
    maintenant = instant(request)
    courriel = str(formulaire["courriel"].data)
    compteurs = {
        cle_de_tentative(cle(request), "creation-reseau", reseau(request)): PAR_RESEAU,
        cle_de_tentative(cle(request), "creation-adresse", normaliser(courriel)): PAR_ADRESSE,
    }
    if trop_tot := await database(request).ecrire(prendre_un_essai, compteurs, maintenant=maintenant):
        return _page(request, listes, formulaire, attendre=patience(trop_tot, maintenant), statut=429)
    attente = jeton()
    await database(request).ecrire(
        creer_compte,
        etat_civil(formulaire, listes),
        courriel=courriel,
        mot_de_passe=await mots_de_passe(request).hacher(str(formulaire["mot_de_passe"].data)),
        attente=empreinte(attente),
        invitation=invitation(request, expire_le=maintenant + DELAI_ACTIVATION),
        deja_connu=deja_connu(request),
        maintenant=maintenant,
    )
    reponse = rediriger("/compte/attente")
    poser(request, reponse, ATTENTE, attente, DELAI_ACTIVATION)
    return reponse


async def _formulaire(request: AnyRequest, recu: dict[str, list[Any]] | None) -> tuple[Listes, Formulaire]:
    listes = await database(request).lire(
        listes_de_naissance,
        pays_naissance=pays_choisi(recu),
        departement=premier(recu, "departement_naissance"),
        recherche=premier(recu, "commune_recherche"),
        choisie=premier(recu, "commune_naissance"),
    )
    formulaire = formulaire_de_creation(
        listes, recu, jour=jour_de_paris(instant(request)), longueur_max=reglages(request).mot_de_passe_max
    )
    return listes, formulaire


def _page(
    request: AnyRequest,
    listes: Listes,
    formulaire: Formulaire,
    *,
    bloc: str | None = None,
    attendre: Patience | None = None,
    statut: int = 200,
) -> Response[str]:
    contexte = {
        "listes": listes,
        "formulaire": formulaire,
        "patience": attendre,
        "envoi_vers": "/compte/creation",
        "avec_htmx": True,
    }
    entetes = attendre.entetes if attendre else None
    return render(request, "comptes/creation.html", contexte, bloc=bloc, statut=statut, entetes=entetes)
