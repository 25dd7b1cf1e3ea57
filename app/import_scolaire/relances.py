"""Rappeler son inscription à un élève qui ne l'a pas finie : un mail par jour au plus, à qui en a une adresse."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from jinja2 import Environment
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures.actions import noter
from app.candidatures.models import Candidature, Evenement
from app.comptes.valeurs import Message
from app.import_scolaire.divisions import Avancee, eleves_suivis
from app.infra.clock import PARIS, jour_de_paris
from app.infra.outbox import poster
from app.referentiel.fiches import FichePeriode
from app.regles.vocabulaire import EtatCandidature

NATURE = "relancee_par_l_etablissement"
A_RELANCER = (Avancee.JAMAIS_CONNECTE, Avancee.A_COMPLETER)


def composer(
    gabarits: Environment, url_publique: str, periode: FichePeriode, etablissement: str, maintenant: datetime
) -> Message:
    """Le même pour tous : rien d'un élève n'y paraît."""
    sujet = "[CYCLADES] Votre inscription au CAP est à compléter"
    contexte = {
        "sujet": sujet,
        "etablissement": etablissement,
        "ferme_le": periode.ferme_le,
        "lien": f"{url_publique}/connexion",
    }
    texte = gabarits.get_template("courriels/relance_eleve.txt").render(contexte)
    return Message(sujet, texte.strip() + "\n", gabarits.get_template("courriels/relance_eleve.html").render(contexte))


def relancer(
    db: Session,
    uai: str,
    periode_id: str,
    division: str | None,
    message: Message,
    *,
    auteur: str,
    maintenant: datetime,
) -> tuple[int, int]:
    """(relancés, sans adresse). Envoyé deux fois le même jour, personne ne reçoit deux mails."""
    dus = [eleve for eleve in eleves_suivis(db, uai, periode_id, division=division) if eleve.avancee in A_RELANCER]
    deja = _relances_aujourd_hui(db, [eleve.candidature_id for eleve in dus], maintenant)
    faits = 0
    for eleve in dus:
        if not eleve.courriel or eleve.candidature_id in deja:
            continue
        poster(
            db,
            destinataire=eleve.courriel,
            sujet=message.sujet,
            texte=message.texte,
            html=message.html,
            nature=NATURE,
            maintenant=maintenant,
            compte_id=eleve.compte_id,
            candidature_id=eleve.candidature_id,
        )
        noter(db, eleve.candidature_id, auteur, NATURE, maintenant=maintenant)
        faits += 1
    return faits, sum(not eleve.courriel for eleve in dus)


def _relances_aujourd_hui(db: Session, ids: Sequence[str], maintenant: datetime) -> set[str]:
    debut = datetime.combine(jour_de_paris(maintenant), time(), tzinfo=PARIS).astimezone(UTC)
    return set(
        db.scalars(
            select(Evenement.candidature_id)
            .join(Candidature, Candidature.id == Evenement.candidature_id)
            .where(
                Evenement.candidature_id.in_(ids),
                Evenement.nature == NATURE,
                Evenement.survenu_le >= debut,
                Candidature.etat == EtatCandidature.A_COMPLETER,
            )
        )
    )
