"""Forme globale ou progressive (code de l'éducation, D. 337-9 et D. 337-10 ; arrêté du 29 juillet 2003)."""

from dataclasses import dataclass

from app.regles.dossier import Dossier, une_fois
from app.regles.eligibilite import PREUVES_DE_PREPARATION, est_majeur, textes
from app.regles.referentiel import Texte
from app.regles.vocabulaire import FormePassage, StatutCandidat


@dataclass(frozen=True, slots=True)
class FormeFinale:
    forme: FormePassage
    explication: str
    textes: tuple[Texte, ...]


def formes_permises(dossier: Dossier) -> tuple[FormePassage, ...]:
    """Vide tant que la catégorie n'est pas dite."""
    categorie = dossier.categorie
    if categorie is None:
        return ()
    permises = set(categorie.formes)
    if _derogation_accordee(dossier):
        permises.add(FormePassage.PROGRESSIVE)
    elif not est_majeur(dossier) and not _mineur_en_formation(dossier):
        permises.discard(FormePassage.PROGRESSIVE)
    return tuple(forme for forme in FormePassage if forme in permises)


def _mineur_en_formation(dossier: Dossier) -> bool:
    """D. 337-10, 2e alinéa : le mineur préparé en formation continue ou à distance, s'il en justifie. La pièce est
    demandée à l'inscription ; tant que le gestionnaire ne l'a pas refusée, le choix reste ouvert."""
    categorie = dossier.categorie
    return (
        categorie is not None
        and categorie.statut in (StatutCandidat.FORMATION_CONTINUE, StatutCandidat.DISTANCE)
        and not dossier.contexte.pieces_refusees & PREUVES_DE_PREPARATION
    )


def derogation_possible(dossier: Dossier) -> bool:
    """D. 337-9 : la dérogation à la forme globale se demande sous statut scolaire ou d'apprenti."""
    return dossier.categorie is not None and dossier.categorie.derogation_possible


def derogation_demandee(dossier: Dossier) -> bool:
    """Une réponse « Oui » restée d'une autre catégorie ne demande plus rien."""
    return derogation_possible(dossier) and dossier.brouillon.derogation is True


def _derogation_accordee(dossier: Dossier) -> bool:
    return derogation_possible(dossier) and dossier.contexte.derogation_forme_accordee


@une_fois
def forme_finale(dossier: Dossier) -> FormeFinale | None:
    """`None` tant que le candidat n'a pas choisi entre les formes permises."""
    permises = formes_permises(dossier)
    if derogation_demandee(dossier):
        return _forme_avec_derogation(dossier)
    if len(permises) == 1:
        return _forme_imposee(dossier, permises[0])
    choisie = next((forme for forme in permises if forme == dossier.brouillon.forme_passage), None)
    if choisie is None:
        return None
    return FormeFinale(
        choisie,
        f"Forme {choisie.libelle.lower()} : c’est votre choix, il est définitif.",
        textes(dossier, "FORME_CHOIX"),
    )


def _forme_avec_derogation(dossier: Dossier) -> FormeFinale:
    lus = textes(dossier, "FORME_GLOBALE", "FORME_DEROGATION")
    if dossier.contexte.derogation_forme_accordee:
        return FormeFinale(
            FormePassage.PROGRESSIVE, "Forme progressive : le recteur vous a accordé la dérogation demandée.", lus
        )
    return FormeFinale(
        FormePassage.GLOBALE,
        "Forme globale tant que le recteur n’a pas accordé la dérogation que vous demandez.",
        lus,
    )


def _forme_imposee(dossier: Dossier, forme: FormePassage) -> FormeFinale:
    if derogation_possible(dossier):
        return FormeFinale(
            forme,
            "Forme globale : les candidats scolaires et apprentis passent toutes les épreuves à la même session.",
            textes(dossier, "FORME_GLOBALE"),
        )
    return FormeFinale(
        forme,
        "Forme globale : un candidat mineur n’a la forme progressive que s’il justifie d’une formation continue "
        "ou d’un enseignement à distance.",
        textes(dossier, "FORME_CHOIX", "FORME_MINEUR"),
    )
