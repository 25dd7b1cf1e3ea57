"""Ce que le candidat fait de chaque épreuve obligatoire, et pourquoi.

Dans l'ordre : un droit demandé (dispense ou note gardée), la dispense d'EPS à la demande (D. 337-19), la forme
progressive (D. 337-10), et sinon l'épreuve se passe.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.regles.acquis import reperes_presentes
from app.regles.dispenses import droits_retenus, refus_decides
from app.regles.dossier import Dossier, une_fois
from app.regles.droit import RefusDeDroit
from app.regles.eligibilite import textes
from app.regles.forme_passage import forme_finale
from app.regles.motifs import A_CONFIRMER
from app.regles.referentiel import Texte
from app.regles.reperes import EPS, LANGUE
from app.regles.vocabulaire import FormePassage, PositionEpreuve


@dataclass(frozen=True, slots=True)
class Place:
    position: PositionEpreuve
    motif: str = ""
    est_certaine: bool = True
    textes: tuple[Texte, ...] = ()


@une_fois
def places(dossier: Dossier) -> Mapping[str, Place]:
    """Repère → place, pour toutes les épreuves obligatoires de la spécialité."""
    retenus, refus = droits_retenus(dossier), refus_decides(dossier)
    return {
        repere: Place(
            retenus[repere].position, retenus[repere].motif, retenus[repere].est_certain, retenus[repere].textes
        )
        if repere in retenus
        else _place(dossier, repere, refus.get(repere))
        for repere in reperes_presentes(dossier)
    }


def _place(dossier: Dossier, repere: str, refus: RefusDeDroit | None) -> Place:
    if repere == EPS and eps_dispensable(dossier) and dossier.brouillon.eps == PositionEpreuve.DISPENSE:
        motif = "Dispensé : à votre demande, sans certificat médical."
        return Place(PositionEpreuve.DISPENSE, motif, textes=textes(dossier, "EPS_DISPENSE"))
    if not est_presente(dossier, repere):
        motif = "Forme progressive : vous ne passez pas cette épreuve à cette session."
        return Place(PositionEpreuve.NON_INSCRIT, motif, textes=textes(dossier, "FORME_CHOIX"))
    if refus:
        return Place(PositionEpreuve.INSCRIT, refus.motif, textes=refus.textes)
    if repere == LANGUE and dossier.specialite and not dossier.specialite.langue_vivante_est_verifiee:
        motif = f"Épreuve de langue vivante obligatoire dans cette spécialité. {A_CONFIRMER}"
        return Place(PositionEpreuve.INSCRIT, motif, est_certaine=False)
    return Place(PositionEpreuve.INSCRIT)


def eps_dispensable(dossier: Dossier) -> bool:
    """D. 337-19 : les candidats autres que scolaires et apprentis, sur leur seule demande."""
    categorie, matiere = dossier.categorie, dossier.reglement.matieres.get(EPS)
    return (
        categorie is not None
        and matiere is not None
        and matiere.dispense_sur_demande
        and categorie.eps_dispense_sur_demande
        and EPS in reperes_presentes(dossier)
    )


def est_progressive(dossier: Dossier) -> bool:
    finale = forme_finale(dossier)
    return finale is not None and finale.forme is FormePassage.PROGRESSIVE


def est_presente(dossier: Dossier, repere: str) -> bool:
    """En forme globale, tout ce qui n'est pas couvert se passe ; en progressive, ce que le candidat a choisi
    (tout, tant qu'il n'a rien répondu)."""
    choisies = dossier.brouillon.epreuves_presentees
    return not est_progressive(dossier) or choisies is None or repere in choisies
