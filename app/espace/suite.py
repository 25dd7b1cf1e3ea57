"""Qui agit ensuite, et avant quand : la phrase d'une carte nomme toujours l'acteur."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.candidatures.avancement import Avancement
from app.candidatures.queries import CandidatureLue
from app.espace.attendues import Attendues, PieceSuivie, attendues
from app.referentiel.horaires import fin, moment
from app.regles.calendrier import EtatService, etat
from app.regles.vocabulaire import EtatCandidature

CANDIDAT, SERVICE = "À vous", "Au service des examens"


@dataclass(frozen=True, slots=True)
class Suite:
    acteur: str
    quoi: str
    avec_contact: bool = False
    """il ne reste qu'à écrire au service"""


def suite(lue: CandidatureLue, avancement: Avancement, pieces: Sequence[PieceSuivie], maintenant: datetime) -> Suite:
    """`pieces` : celles demandées aujourd'hui."""
    if not lue.est_enregistree:
        return _avant_l_enregistrement(lue, avancement, maintenant)
    if not lue.est_a_jour and lue.est_ouverte(maintenant):
        cloture = fin(lue.periode.ferme_le, lue.periode.academie)
        return Suite(
            CANDIDAT,
            f"enregistrer vos modifications, ou les abandonner, avant le {cloture}. "
            f"La version {lue.version:02} reste valable.",
        )
    return _les_pieces(lue, attendues(pieces, lue.periode.depot_ferme_le, maintenant), maintenant)


def _avant_l_enregistrement(lue: CandidatureLue, avancement: Avancement, maintenant: datetime) -> Suite:
    academie = lue.periode.academie
    if not lue.est_ouverte(maintenant):
        if maintenant < lue.periode.ouvre_le:
            return Suite(
                CANDIDAT, f"attendre l’ouverture des inscriptions, le {moment(lue.periode.ouvre_le, academie)}."
            )
        quoi = "cette inscription n’est pas enregistrée"
        if lue.etat is EtatCandidature.BROUILLON:
            quoi = "ce brouillon n’est pas enregistré"
        depuis = moment(lue.periode.ferme_le, academie)
        return Suite(
            CANDIDAT,
            f"écrire au service des examens. Les inscriptions sont fermées depuis le {depuis} et {quoi}.",
            avec_contact=True,
        )
    pluriel = "s" if avancement.restantes > 1 else ""
    acte = "compléter et enregistrer" if lue.etat is EtatCandidature.A_COMPLETER else "finir"
    return Suite(
        CANDIDAT,
        f"{acte} l’inscription. Il reste {avancement.restantes} étape{pluriel}, avant le "
        f"{fin(lue.periode.ferme_le, academie)}. Rien n’est enregistré.",
    )


def _les_pieces(lue: CandidatureLue, pieces: Attendues, maintenant: datetime) -> Suite:
    if pieces.limite:
        limite = fin(pieces.limite, lue.periode.academie)
        if not pieces.envoi:
            return Suite(CANDIDAT, f"cliquer sur « J’ai fourni toutes mes pièces », avant le {limite}.")
        a_venir = etat(lue.periode.depot, maintenant) is EtatService.A_VENIR
        debut = f"à partir du {moment(lue.periode.depot_ouvre_le, lue.periode.academie)} et " if a_venir else ""
        return Suite(CANDIDAT, f"{pieces.envoi}, {debut}avant le {limite}.")
    if pieces.trop_tard:
        return Suite(
            CANDIDAT,
            f"écrire au service des examens. Les pièces étaient attendues avant le "
            f"{fin(lue.periode.depot_ferme_le, lue.periode.academie)}.",
            avec_contact=True,
        )
    quoi = "préparer votre convocation"
    if pieces.a_controler:
        quoi = f"contrôler vos {pieces.a_controler} pièces" if pieces.a_controler > 1 else "contrôler votre pièce"
    return Suite(SERVICE, f"{quoi}. Vous n’avez rien à faire.")
