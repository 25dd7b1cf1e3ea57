"""« Inscrire au guichet » : l'état civil et l'adresse mail de la personne, puis ses onglets, remplis pour elle."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.actions import DejaCommencee, ServiceFerme
from app.comptes.formulaire_creation import champs_etat_civil, etat_civil, pays_choisi, premier, recu_en_listes
from app.comptes.naissance import Listes, listes_de_naissance
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.candidatures.portee import Service, services_a_portee
from app.gestion.guichet.actes import DELAI_MOT_DE_PASSE, AuGuichet, AutrePersonne, Venue, recevoir, reprendre
from app.gestion.page import montrer
from app.infra.clock import jour_de_paris
from app.infra.identifiants import empreinte, jeton
from app.web.erreurs import Introuvable
from app.web.forms import Choix, Courriel, Formulaire
from app.web.pages import rediriger

GUICHET = "/gestion/guichet"
RELIRE = ("actualiser", "rechercher")
PRISE = (
    "Cette adresse est celle du compte d’une autre personne : vérifiez l’adresse, le nom et la date de naissance, "
    "ou laissez-la vide"
)
DEJA = "Cette personne s’inscrit déjà à cette session : cherchez son dossier, puis reprenez-le au guichet"


@get(GUICHET)
async def accueillir(request: AnyRequest) -> Response[Any]:
    return _page(request, *await _formulaire(request, None))


@post(GUICHET, status_code=200)
async def inscrire(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    services, listes, formulaire = await _formulaire(request, recu)
    if premier(recu, "intention") in RELIRE or not formulaire.valide():
        return _page(request, services, listes, formulaire, statut=422)
    dit, secret = formulaire.valeurs, jeton()
    venue = Venue(etat_civil(formulaire, listes), dit["courriel"] or "", dit["periode"])
    try:
        candidature_id = await database(request).ecrire(
            recevoir,
            venue,
            _qui(request),
            jeton=empreinte(secret),
            lien=_lien(request, secret),
            maintenant=instant(request),
        )
    except AutrePersonne:
        formulaire.ajouter_erreur("courriel", PRISE)
    except DejaCommencee:
        formulaire.ajouter_erreur("nom_famille", DEJA)
    except ServiceFerme:
        formulaire.ajouter_erreur("periode", "Choisissez un service ouvert : celui-ci vient de fermer")
    else:
        return rediriger(f"/candidatures/{candidature_id}/onglets/identification")
    return _page(request, services, listes, formulaire, statut=422)


@post("/gestion/candidatures/{candidature_id:str}/guichet", status_code=200)
async def reprendre_au_guichet(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    try:
        ouvert = await database(request).ecrire(reprendre, candidature_id, _qui(request), maintenant=instant(request))
    except ServiceFerme:
        return rediriger(f"/gestion/candidatures/{candidature_id}?avis=ferme")
    if not ouvert:
        raise Introuvable
    return rediriger(f"/candidatures/{candidature_id}/reprise")


async def _formulaire(
    request: AnyRequest, recu: dict[str, list[Any]] | None
) -> tuple[tuple[Service, ...], Listes, Formulaire]:
    maintenant = instant(request)
    tous = await database(request).lire(services_a_portee, agent(request).academies)
    ouverts = tuple(service for service in tous if service.ouvre_le <= maintenant < service.ferme_le)
    listes = await database(request).lire(
        listes_de_naissance,
        pays_naissance=pays_choisi(recu),
        departement=premier(recu, "departement_naissance"),
        recherche=premier(recu, "commune_recherche"),
        choisie=premier(recu, "commune_naissance"),
    )
    champs = champs_etat_civil(listes, jour_de_paris(maintenant))
    seuls = {nom: champ for nom, champ in champs.items() if not nom.endswith("_confirmation")}
    saisies: Mapping[str, Any] | None = None if recu is None else {**recu, **listes.completees}
    formulaire = Formulaire(
        {
            "periode": Choix(
                "Inscription",
                sujet="l’inscription",
                requis=True,
                options=[(s.periode_id, f"CAP, {s.session.lower()}, académie de {s.academie}") for s in ouverts],
            ),
            **seuls,
            "courriel": Courriel(
                "Adresse mail",
                sujet="l’adresse mail",
                aide="Facultative : sans elle, les mails de cette inscription arrivent au service.",
            ),
        },
        saisies,
        {"periode": ouverts[0].periode_id} if len(ouverts) == 1 else None,
    )
    return ouverts, listes, formulaire


def _page(
    request: AnyRequest, services: tuple[Service, ...], listes: Listes, formulaire: Formulaire, *, statut: int = 200
) -> Response[Any]:
    contexte = {"services": services, "listes": listes, "formulaire": formulaire}
    return montrer(request, "gestion/guichet.html", contexte, statut=statut)


def _qui(request: AnyRequest) -> AuGuichet:
    qui = agent(request)
    return AuGuichet(qui.compte_id, qui.session, qui.academies)


def _lien(request: AnyRequest, secret: str) -> Message:
    sujet = "[CYCLADES] Votre compte est ouvert"
    contexte = {
        "sujet": sujet,
        "lien": f"{reglages(request).url_publique}/compte/mot-de-passe/{secret}",
        "expire_le": instant(request) + DELAI_MOT_DE_PASSE,
        "oubli": f"{reglages(request).url_publique}/compte/mot-de-passe-oublie",
    }
    texte = gabarits(request).get_template("courriels/guichet.txt").render(contexte)
    return Message(
        sujet, texte.strip() + "\n", gabarits(request).get_template("courriels/guichet.html").render(contexte)
    )
