"""« M'inscrire » : examen, session, académie. Chaque choix réduit le suivant, par de simples liens qui se partagent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from litestar import Response, get, post
from sqlalchemy.orm import Session

from app.candidatures import serialisation
from app.candidatures.actions import CandidatureAbsente, DejaCommencee, ServiceFerme, commencer
from app.candidatures.queries import CandidatureResumee, candidature_resumee
from app.candidatures.redaction import EXAMENS
from app.comptes.portail import AnyRequest, database, instant
from app.infra.clock import jour_de_paris
from app.inscription.ecran import adresse_onglet, qui, reglements
from app.inscription.onglets import identification
from app.referentiel import queries as referentiel
from app.referentiel.fiches import FichePeriode, FicheSession
from app.regles.dossier import Brouillon
from app.regles.simulation import depuis_simulation
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render

FRANCE = "FR"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choix:
    """Où l'on en est : ce qui est choisi, et ce qui se propose ensuite."""

    examen: str
    examens: tuple[str, ...]
    session: FicheSession | None
    sessions: tuple[FicheSession, ...]
    periode: FichePeriode | None
    periodes: tuple[FichePeriode, ...]

    @property
    def examen_se_revoit(self) -> bool:
        return len(self.examens) > 1

    @property
    def session_se_revoit(self) -> bool:
        return len(self.sessions) > 1


@get("/inscriptions/nouvelle")
async def choisir(request: AnyRequest) -> Response[Any]:
    demande = {nom: request.query_params.get(nom, "") for nom in ("examen", "session", "academie")}
    return await _page(request, demande, request.query_params.get("simulation", ""))


@post("/inscriptions/nouvelle", status_code=200)
async def valider(request: AnyRequest) -> Response[Any]:
    recu = await request.form()
    periode_id, simulation = recu.get("periode"), recu.get("simulation", "")
    if not isinstance(periode_id, str):
        raise Introuvable
    maintenant = instant(request)
    brouillon = await _brouillon(request, periode_id, simulation if isinstance(simulation, str) else "", maintenant)
    try:
        candidature_id = await database(request).ecrire(
            commencer, qui(request).compte_id, periode_id, brouillon=brouillon, maintenant=maintenant
        )
    except CandidatureAbsente:
        raise Introuvable from None
    except DejaCommencee as deja:
        existante = await database(request).lire(candidature_resumee, qui(request).compte_id, deja.candidature_id)
        return await _page(request, {}, "", existante=existante, periode_id=periode_id, statut=422)
    except ServiceFerme:
        return await _page(request, {}, "", periode_id=periode_id, statut=422)
    return rediriger(adresse_onglet(candidature_id, identification.slug))


async def _brouillon(request: AnyRequest, periode_id: str, simulation: str, maintenant: datetime) -> dict[str, Any]:
    """L'adresse du compte, la France, et ce que le simulateur a déjà appris."""
    depart = Brouillon(courriel=qui(request).courriel, pays_adresse=FRANCE)
    contexte = await database(request).lire(referentiel.contexte, periode_id, jour_de_paris(maintenant))
    if simulation and contexte:
        publie = await reglements(request).actif(database(request))
        depart = depart.avec(**depuis_simulation(simulation, publie.reglement, contexte))
    return serialisation.en_json(depart)


async def _page(
    request: AnyRequest,
    demande: dict[str, str],
    simulation: str,
    *,
    existante: CandidatureResumee | None = None,
    periode_id: str = "",
    statut: int = 200,
) -> Response[str]:
    choix = await database(request).lire(_choix, demande, periode_id)
    contexte = {
        "choix": choix,
        "examens": EXAMENS,
        "simulation": simulation,
        "existante": existante,
        "adresse": lambda **choisi: _adresse(choisi, simulation),
        "instant": instant(request),
        "avec_htmx": True,
    }
    return render(request, "inscription/nouvelle.html", contexte, bloc="contenu", statut=statut)


def _choix(db: Session, demande: dict[str, str], periode_id: str) -> Choix:
    toutes = referentiel.sessions(db)
    examens = tuple(dict.fromkeys(s.examen for s in toutes))
    periode = referentiel.periode(db, periode_id) if periode_id else None
    examen = periode.session.examen if periode else demande.get("examen", "")
    examen = examen if examen in examens else _seul(examens) or ""
    sessions = tuple(s for s in toutes if s.examen == examen)
    session_id = periode.session.id if periode else demande.get("session", "")
    session = next((s for s in sessions if s.id == session_id), None) or _seul(sessions)
    periodes = referentiel.periodes(db, session_id=session.id) if session else ()
    academie = periode.academie.code if periode else demande.get("academie", "")
    return Choix(
        examen=examen,
        examens=examens,
        session=session,
        sessions=sessions,
        periode=next((p for p in periodes if p.academie.code == academie), None),
        periodes=periodes,
    )


def _seul(proposes: tuple[T, ...]) -> T | None:
    """Ce qui n'a qu'une réponse est choisi d'avance : le résumé le dit, et c'est une page de moins à attendre."""
    return proposes[0] if len(proposes) == 1 else None


def _adresse(choisi: dict[str, str], simulation: str) -> str:
    parametres = choisi | ({"simulation": simulation} if simulation else {})
    return f"/inscriptions/nouvelle?{urlencode(parametres)}" if parametres else "/inscriptions/nouvelle"
