"""« Périodes d'inscription » : Domaine → Session → Académie ou centre, et un fichier d'agenda par période."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy.orm import Session

from app.comptes.portail import AnyRequest, database, instant, reglages
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import nom_academie, nom_session
from app.referentiel.periodes import DOMAINES, session_par_defaut, vue
from app.referentiel.queries import academies, messages, periode, periodes, prochaine_ouverture, sessions
from app.web.agenda import Evenement, calendrier
from app.web.erreurs import Introuvable
from app.web.gabarits import INSECABLE, instant_paris
from app.web.pages import render


@dataclass(frozen=True, slots=True)
class Choix:
    """Ce que l'adresse demande ; vide : pas demandé."""

    domaine: str = ""
    session: str = ""
    academie: str = ""


@get("/periodes", opt={"public": True})
async def recherche(request: AnyRequest) -> Response[str]:
    choix = _choix(request)
    return render(request, "accueil/periodes.html", await database(request).lire(page, choix, instant(request)))


@get("/periodes/{fichier:str}", opt={"public": True})
async def agenda(request: AnyRequest, fichier: FromPath[str]) -> Response[bytes]:
    if not fichier.endswith(".ics"):
        raise Introuvable
    trouvee = await database(request).lire(periode, fichier.removesuffix(".ics"))
    if trouvee is None:
        raise Introuvable
    return Response(
        calendrier(
            evenements(trouvee, f"{reglages(request).url_publique}/periodes"),
            titre=_titre(trouvee),
            maintenant=instant(request),
        ),
        media_type="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="inscription-{trouvee.session.id}.ics"'},
    )


def page(db: Session, choix: Choix, maintenant: datetime) -> dict[str, object]:
    """Une adresse incomplète montre la session la plus proche ; une adresse fausse ne trouve rien, et le dit."""
    toutes = sessions(db)
    domaine = choix.domaine or next((s.domaine for s in toutes), "")
    du_domaine = tuple(s for s in toutes if s.domaine == domaine)
    defaut = session_par_defaut(du_domaine, periodes(db, domaine=domaine), maintenant)
    session = choix.session or (defaut.id if defaut else "")
    choisie = next((s for s in du_domaine if s.id == session), None)
    trouvees = periodes(db, session_id=choisie.id, academie=choix.academie or None) if choisie else ()
    est_ouvert = any(p.est_ouverte(maintenant) for p in trouvees)
    return {
        "domaines": [(code, DOMAINES.get(code, code)) for code in dict.fromkeys(s.domaine for s in toutes)],
        "sessions": [(s.id, nom_session(s)) for s in du_domaine],
        "academies": [(a.code, nom_academie(a)) for a in academies(db)],
        "domaine": domaine,
        "session_choisie": session,
        "academie": choix.academie,
        "vues": [vue(p, maintenant) for p in trouvees],
        "titre_resultats": _compte(nom_session(choisie), len(trouvees)) if choisie else "",
        "ouverture_annoncee": "" if est_ouvert else _annonce(db, choix, session if choisie else None, maintenant),
        "service": trouvees[0].service if choix.academie and trouvees else None,
        "messages": messages(db, maintenant, academie=choix.academie) if choix.academie else (),
    }


def evenements(trouvee: FichePeriode, adresse: str) -> tuple[Evenement, Evenement]:
    titre = _titre(trouvee)
    adresse = f"{adresse}?session={trouvee.session.id}&academie={trouvee.academie.code}"
    return (
        Evenement(
            uid=f"ouverture-{trouvee.id}@cyclades",
            instant=trouvee.ouvre_le,
            titre=f"Ouverture des inscriptions : {titre}",
            texte=f"Les inscriptions ouvrent le {instant_paris(trouvee.ouvre_le)}.",
            adresse=adresse,
            rappel=f"Demain, ouverture des inscriptions : {titre}",
        ),
        Evenement(
            uid=f"fermeture-{trouvee.id}@cyclades",
            instant=trouvee.ferme_le,
            titre=f"Fermeture des inscriptions : {titre}",
            texte=f"Les inscriptions ferment le {instant_paris(trouvee.ferme_le)}. "
            "Après cette heure, rien n’est plus enregistré.",
            adresse=adresse,
            rappel=f"Demain, fermeture des inscriptions : {titre}",
        ),
    )


def _titre(trouvee: FichePeriode) -> str:
    return f"{nom_session(trouvee.session)}, {nom_academie(trouvee.academie)}"


def _compte(nom: str, nombre: int) -> str:
    return f"{nom}{INSECABLE}: {nombre} période{'s' if nombre > 1 else ''}"


def _annonce(db: Session, choix: Choix, session: str | None, maintenant: datetime) -> str:
    """La prochaine ouverture pour ce choix ; à défaut, pour la même académie à une autre session ; sinon rien."""
    a_venir = prochaine_ouverture(db, maintenant, session_id=session, academie=choix.academie or None)
    if a_venir is None and choix.academie:
        a_venir = prochaine_ouverture(db, maintenant, academie=choix.academie)
    if a_venir is None:
        return ""
    return f"Prochaine ouverture : {_titre(a_venir)}, le {instant_paris(a_venir.ouvre_le)}."


def _choix(request: AnyRequest) -> Choix:
    """Le premier de chaque : une adresse se retouche à la main, rien de ce qu'elle contient n'est une erreur."""
    texte = request.scope["query_string"].decode("latin-1")[:2_000]
    try:
        lus = parse_qs(texte, max_num_fields=50, errors="replace")
    except ValueError:
        lus = {}
    return Choix(*(lus.get(nom, [""])[0].strip() for nom in ("domaine", "session", "academie")))
