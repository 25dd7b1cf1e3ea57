"""Les mails du compte. Leurs liens viennent de l'adresse publique de l'instance, jamais de l'en-tête Host.

Aucun ne reprend un nom tapé à la création : n'importe qui peut écrire n'importe quoi à côté de l'adresse d'autrui.
"""

from collections.abc import Mapping
from datetime import datetime

from jinja2 import Environment
from sqlalchemy.orm import Session

from app.comptes.models import Compte
from app.comptes.valeurs import Message
from app.infra.outbox import poster

SUJET_ACTIVATION = "[CYCLADES] Activer mon compte"
SUJET_DEJA_CONNU = "[CYCLADES] Vous avez déjà un compte"
SUJET_MOT_DE_PASSE = "[CYCLADES] Choisir un nouveau mot de passe"
SUJET_MOT_DE_PASSE_CHANGE = "[CYCLADES] Votre mot de passe a été changé"
SUJET_ADRESSE = "[CYCLADES] Confirmer ma nouvelle adresse mail"
SUJET_ADRESSE_ELEVE = "[CYCLADES] Confirmer mon adresse mail"
SUJET_ADRESSE_PRISE = "[CYCLADES] Votre adresse mail a été demandée pour un autre compte"
SUJET_ADRESSE_CHANGEE = "[CYCLADES] Votre adresse mail a été changée"
SUJET_INVITATION = "[CYCLADES] Ouvrir mon compte de gestion"
SUJET_INVITATION_ETABLISSEMENT = "[CYCLADES] Ouvrir mon compte d’établissement"
SUJET_DROITS = "[CYCLADES] Vos droits de gestion ont changé"
SUJET_SECOND_FACTEUR = "[CYCLADES] Votre second facteur a changé"
SUJET_ADRESSE_RETABLIE = "[CYCLADES] Le changement d’adresse mail est annulé"


def activation(gabarits: Environment, url: str, *, jeton: str, code: str, expire_le: datetime) -> Message:
    contexte = {"lien": f"{url}/compte/activation/{jeton}", "code": code, "expire_le": expire_le}
    return _composer(gabarits, SUJET_ACTIVATION, "activation", contexte)


def deja_connu(gabarits: Environment, url: str) -> Message:
    contexte = {"connexion": f"{url}/connexion", "oubli": f"{url}/compte/mot-de-passe-oublie"}
    return _composer(gabarits, SUJET_DEJA_CONNU, "deja_connu", contexte)


def mot_de_passe(gabarits: Environment, url: str, *, jeton: str, expire_le: datetime) -> Message:
    contexte = {"lien": f"{url}/compte/mot-de-passe/{jeton}", "expire_le": expire_le}
    return _composer(gabarits, SUJET_MOT_DE_PASSE, "mot_de_passe", contexte)


def mot_de_passe_change(gabarits: Environment, url: str, *, maintenant: datetime) -> Message:
    contexte = {"change_le": maintenant, "oubli": f"{url}/compte/mot-de-passe-oublie"}
    return _composer(gabarits, SUJET_MOT_DE_PASSE_CHANGE, "mot_de_passe_change", contexte)


def adresse(gabarits: Environment, url: str, *, jeton: str, expire_le: datetime) -> Message:
    contexte = {"lien": f"{url}/compte/adresse/confirmation/{jeton}", "expire_le": expire_le}
    return _composer(gabarits, SUJET_ADRESSE, "adresse", contexte)


def adresse_d_eleve(gabarits: Environment, url: str, *, jeton: str, expire_le: datetime) -> Message:
    contexte = {"lien": f"{url}/compte/adresse/confirmation/{jeton}", "expire_le": expire_le}
    return _composer(gabarits, SUJET_ADRESSE_ELEVE, "adresse_eleve", contexte)


def adresse_prise(gabarits: Environment, url: str) -> Message:
    return _composer(gabarits, SUJET_ADRESSE_PRISE, "adresse_prise", {"connexion": f"{url}/connexion"})


def adresse_changee(
    gabarits: Environment, url: str, *, jeton: str, maintenant: datetime, annulable_avant: datetime
) -> Message:
    """À l'ancienne adresse : la nouvelle n'y est pas écrite, la boîte peut ne plus être à la même personne."""
    contexte = {
        "lien": f"{url}/compte/adresse/annulation/{jeton}",
        "change_le": maintenant,
        "annulable_avant": annulable_avant,
    }
    return _composer(gabarits, SUJET_ADRESSE_CHANGEE, "adresse_changee", contexte)


def adresse_retablie(gabarits: Environment, *, maintenant: datetime) -> Message:
    return _composer(gabarits, SUJET_ADRESSE_RETABLIE, "adresse_retablie", {"annule_le": maintenant})


def droits_changes(gabarits: Environment, url: str, fonction: str) -> Message:
    return _composer(gabarits, SUJET_DROITS, "droits_changes", {"fonction": fonction, "connexion": f"{url}/connexion"})


def second_facteur_change(gabarits: Environment, quoi: str, *, maintenant: datetime) -> Message:
    """`quoi` : « Le changement de téléphone »."""
    return _composer(gabarits, SUJET_SECOND_FACTEUR, "second_facteur_change", {"quoi": quoi, "change_le": maintenant})


def invitation(gabarits: Environment, lien: str, *, expire_le: datetime) -> Message:
    contexte = {"lien": lien, "expire_le": expire_le}
    return _composer(gabarits, SUJET_INVITATION, "invitation", contexte)


def invitation_etablissement(gabarits: Environment, lien: str, *, expire_le: datetime) -> Message:
    contexte = {"lien": lien, "expire_le": expire_le}
    return _composer(gabarits, SUJET_INVITATION_ETABLISSEMENT, "invitation_etablissement", contexte)


def ecrire_a(
    db: Session, compte: Compte, message: Message, *, nature: str, maintenant: datetime, secret: bool = False
) -> None:
    ecrire(db, compte.courriel, message, compte_id=compte.id, nature=nature, maintenant=maintenant, secret=secret)


def ecrire(
    db: Session,
    destinataire: str,
    message: Message,
    *,
    compte_id: str,
    nature: str,
    maintenant: datetime,
    secret: bool = False,
) -> None:
    """À une adresse qui n'est pas, ou pas encore, celle du compte. Un élève peut n'en avoir aucune : rien ne part."""
    if not destinataire:
        return
    poster(
        db,
        destinataire=destinataire,
        sujet=message.sujet,
        texte=message.texte,
        html=message.html,
        nature=nature,
        maintenant=maintenant,
        compte_id=compte_id,
        secret=secret,
    )


def _composer(gabarits: Environment, sujet: str, nom: str, contexte: Mapping[str, object]) -> Message:
    texte = gabarits.get_template(f"courriels/{nom}.txt").render(contexte)
    html = gabarits.get_template(f"courriels/{nom}.html").render({**contexte, "sujet": sujet})
    return Message(sujet, texte.strip() + "\n", html)
