"""Le formulaire de la décision : les seuls verdicts qui peuvent suivre le statut d'aujourd'hui."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.gestion.controle.dossier import DossierAControler, PieceAControler
from app.gestion.controle.motifs import MOTIFS, commentaire
from app.infra.clock import PARIS, jour_de_paris
from app.pieces.controle import Avis
from app.regles.vocabulaire import ModeDepot, StatutPiece
from app.web.forms import Choix, DateFR, Formulaire, TexteLong
from app.web.gabarits import date_fr

REDEPOT = timedelta(days=15)
"""délai proposé pour redéposer une pièce non conforme quand le dépôt est fermé"""
LIBELLES = {
    StatutPiece.CONFORME: "Conforme",
    StatutPiece.NON_CONFORME: "Non conforme",
    StatutPiece.RECUE: "Reçue, à contrôler plus tard",
}


def formulaire_de_decision(
    dossier: DossierAControler, piece: PieceAControler, maintenant: datetime, recu: dict[str, list[Any]] | None = None
) -> Formulaire:
    aujourd_hui = jour_de_paris(maintenant)
    champs: dict[str, Any] = {
        "statut": Choix(
            "Statut de la pièce",
            sujet="un statut",
            requis=True,
            radios=True,
            options=[(statut.value, LIBELLES[statut]) for statut in piece.verdicts],
        ),
        "motif": Choix(
            "Motif, si elle n’est pas conforme",
            sujet="un motif",
            options=[(motif.code, f"{rang}. {motif.libelle}") for rang, motif in enumerate(MOTIFS, start=1)],
        ),
        "precision": TexteLong("Message au candidat", sujet="le message", longueur=600),
        "recue_le": DateFR(
            "Date de réception",
            sujet="la date de réception",
            au_plus_tard=aujourd_hui,
            exemple=date_fr(aujourd_hui),
        ),
    }
    if _depot_ferme(dossier, piece, maintenant):
        champs["jusqu_a"] = DateFR(
            "À redéposer jusqu’au",
            sujet="la date limite",
            aide="Le dépôt est fermé : si la pièce n’est pas conforme, il rouvre pour elle seule jusqu’à cette date.",
            au_plus_tot=aujourd_hui,
            exemple=date_fr(aujourd_hui + REDEPOT),
        )
    valeurs = {"recue_le": piece.recue_le or _recue_par_defaut(piece, aujourd_hui), "jusqu_a": aujourd_hui + REDEPOT}
    return Formulaire(champs, recu, {nom: valeur for nom, valeur in valeurs.items() if nom in champs})


def avis_de(formulaire: Formulaire) -> Avis | None:
    """Nul : il manque quelque chose, dit à côté du champ."""
    if not formulaire.valide():
        return None
    lu = formulaire.valeurs
    statut = StatutPiece(lu["statut"])
    if statut is StatutPiece.CONFORME:
        return Avis(statut, lu["recue_le"], lu["precision"] or "")
    if statut is StatutPiece.RECUE:
        if lu["recue_le"] is None:
            formulaire.ajouter_erreur("recue_le", "Renseignez la date de réception")
            return None
        return Avis(statut, lu["recue_le"], lu["precision"] or "")
    message = commentaire(lu["motif"], lu["precision"])
    if not message:
        formulaire.ajouter_erreur("motif", "Choisissez un motif, ou écrivez un message au candidat")
    if "jusqu_a" in lu and lu["jusqu_a"] is None:
        formulaire.ajouter_erreur("jusqu_a", "Renseignez la date limite")
    if formulaire.erreurs_resume():
        return None
    return Avis(statut, lu["recue_le"], message, _fin_du_jour(lu["jusqu_a"]) if lu.get("jusqu_a") else None)


def _depot_ferme(dossier: DossierAControler, piece: PieceAControler, maintenant: datetime) -> bool:
    return piece.mode is ModeDepot.EN_LIGNE and dossier.depot_ferme_le <= maintenant


def _recue_par_defaut(piece: PieceAControler, aujourd_hui: date) -> date:
    """En ligne, le jour de l'envoi ; remise autrement, aujourd'hui."""
    return jour_de_paris(piece.validee_le) if piece.validee_le else aujourd_hui


def _fin_du_jour(jour: date) -> datetime:
    """Le jour dit est compris : la limite est minuit, le lendemain, à Paris."""
    return datetime.combine(jour + timedelta(days=1), time(), tzinfo=PARIS).astimezone(UTC)
