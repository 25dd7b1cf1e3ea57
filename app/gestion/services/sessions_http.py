"""Les sessions d'examen : « Juin 2027 » se crée ici, puis chaque académie y ouvre son service."""

from typing import Any

from litestar import Response, get, post

from app.comptes.formulaire_creation import recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.page import montrer
from app.gestion.services.actes import creer_une_session
from app.gestion.services.services_http import LISTE
from app.infra.clock import jour_de_paris
from app.referentiel.horaires import nom_session
from app.referentiel.periodes import EXAMENS
from app.referentiel.queries import sessions
from app.web.forms import Choix, Entier, Formulaire
from app.web.gabarits import MOIS
from app.web.pages import rediriger

SESSIONS = "/gestion/sessions"
DOMAINE = "examens"
HORIZON = 3
"""années : une session ne se prépare pas plus tôt"""


@get(SESSIONS)
async def lister_les_sessions(request: AnyRequest) -> Response[Any]:
    return await _page(request, _formulaire(request))


@post(SESSIONS, status_code=200)
async def creer_la_session(request: AnyRequest) -> Response[Any]:
    formulaire = _formulaire(request, recu_en_listes(await request.form()))
    if not formulaire.valide():
        return await _page(request, formulaire, statut=422)
    dits = formulaire.valeurs
    mois = int(dits["mois"])
    session_id = await database(request).ecrire(
        creer_une_session,
        examen=dits["examen"],
        domaine=DOMAINE,
        annee=dits["annee"],
        mois=mois,
        libelle=f"{MOIS[mois - 1].capitalize()} {dits['annee']}",
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    if session_id is None:
        formulaire.ajouter_erreur("annee", "Changez l’année ou le mois : cette session existe déjà")
        return await _page(request, formulaire, statut=422)
    return rediriger(f"{LISTE}?session={session_id}&avis=session")


async def _page(request: AnyRequest, formulaire: Formulaire, *, statut: int = 200) -> Response[Any]:
    connues = await database(request).lire(sessions)
    contexte = {"formulaire": formulaire, "sessions": [(s.id, nom_session(s)) for s in reversed(connues)]}
    return montrer(request, "gestion/services/sessions.html", contexte, statut=statut)


def _formulaire(request: AnyRequest, recu: dict[str, list[Any]] | None = None) -> Formulaire:
    annee = jour_de_paris(instant(request)).year
    champs = {
        "examen": Choix(
            "Examen",
            sujet="l’examen",
            requis=True,
            options=[(code, f"{code} - {nom}") for code, nom in EXAMENS.items()],
        ),
        "mois": Choix(
            "Mois",
            sujet="le mois",
            requis=True,
            options=[(str(rang), mois.capitalize()) for rang, mois in enumerate(MOIS, start=1)],
            largeur="l10",
        ),
        "annee": Entier(
            "Année", sujet="l’année", requis=True, minimum=annee, maximum=annee + HORIZON, exemple=str(annee + 1)
        ),
    }
    return Formulaire(champs, recu, {"examen": next(iter(EXAMENS)), "mois": "6", "annee": annee + 1})
