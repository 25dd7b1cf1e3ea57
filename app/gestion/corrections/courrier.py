"""Le mail qui dit au candidat ce que son état civil est devenu, composé avant l'acte."""

from collections.abc import Mapping, Sequence

from jinja2 import Environment

from app.comptes.corrections import valeur_actuelle
from app.comptes.models import ChampCorrigible
from app.comptes.queries import FicheCompte
from app.comptes.valeurs import Message
from app.gestion.corrections.lecture import Personne
from app.regles.vocabulaire import EtatCandidature

ACCEPTEE = "[CYCLADES] Votre demande de correction est acceptée"
REFUSEE = "[CYCLADES] Votre demande de correction est refusée"
CORRIGEE = "[CYCLADES] Votre état civil est corrigé"


def correction_faite(
    gabarits: Environment,
    url: str,
    personne: Personne,
    apres: FicheCompte,
    *,
    sujet: str,
    motif: str = "",
) -> Message:
    inscrite = any(i.etat is EtatCandidature.INSCRIT for i in personne.inscriptions)
    contexte = {
        "lignes": ce_qui_change(personne.fiche, apres),
        "motif": motif,
        "documents": f"{url}/candidatures/{personne.principale.id}/documents" if inscrite else "",
        "lien": f"{url}/compte",
    }
    return _composer(gabarits, sujet, "correction_faite", contexte)


def correction_refusee(gabarits: Environment, url: str, champ: ChampCorrigible, reponse: str) -> Message:
    contexte = {"champ": champ.libelle, "reponse": reponse, "lien": f"{url}/compte"}
    return _composer(gabarits, REFUSEE, "correction_refusee", contexte)


def ce_qui_change(avant: FicheCompte, apres: FicheCompte) -> Sequence[tuple[str, str, str]]:
    """(intitulé, avant, après), dans l'ordre du guide."""
    valeurs = (
        (champ.libelle, valeur_actuelle(avant, champ), valeur_actuelle(apres, champ)) for champ in ChampCorrigible
    )
    return [ligne for ligne in valeurs if ligne[1] != ligne[2]]


def _composer(gabarits: Environment, sujet: str, nom: str, contexte: Mapping[str, object]) -> Message:
    texte = gabarits.get_template(f"courriels/{nom}.txt").render(contexte)
    html = gabarits.get_template(f"courriels/{nom}.html").render({**contexte, "sujet": sujet})
    return Message(sujet, texte.strip() + "\n", html)
