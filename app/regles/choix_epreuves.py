"""Ce que l'onglet 5 demande encore, et ce que valent les réponses déjà données.

Une réponse qui n'est plus dans les choix proposés (spécialité changée, langue devenue dispensée…) ne compte pas ;
elle reste dans le brouillon, au cas où le candidat revienne en arrière.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.regles.acquis import reperes_presentes
from app.regles.dispenses import droits_retenus
from app.regles.dossier import Dossier
from app.regles.positions import eps_dispensable, est_progressive, places
from app.regles.referentiel import Facultative, Langue, Matiere, Option, SousEpreuve
from app.regles.reperes import EPS, LANGUE, codes_affiches, libelles
from app.regles.vocabulaire import Evaluation, PositionEpreuve


class ChoixOption(NamedTuple):
    code: str
    """sous-épreuve : EP2A"""
    libelle: str
    options: tuple[Option, ...]


class EpreuveAPresenter(NamedTuple):
    repere: str
    code: str
    libelle: str


@dataclass(frozen=True, slots=True)
class ChoixEpreuves:
    options: tuple[ChoixOption, ...] = ()
    langues: tuple[Langue, ...] = ()
    """vide quand la langue vivante n'est pas à passer"""
    eps: bool = False
    """passer l'EPS ou en être dispensé, au choix"""
    activites: tuple[Option, ...] = ()
    progressive: tuple[EpreuveAPresenter, ...] = ()
    facultatives: tuple[Facultative, ...] = ()
    facultatives_maximum: int = 0
    langues_facultatives: tuple[Langue, ...] = ()
    """toutes sauf la langue de l'épreuve obligatoire"""

    @property
    def rien_a_choisir(self) -> bool:
        """Le guide : un message, et l'étape suivante."""
        return not (self.options or self.langues or self.eps or self.activites or self.progressive or self.facultatives)


def choix_a_faire(dossier: Dossier) -> ChoixEpreuves:
    facultatives = facultatives_proposees(dossier)
    en_langue = any(facultative.se_choisit_en_langue for facultative in facultatives)
    return ChoixEpreuves(
        options=_options(dossier),
        langues=langues_proposees(dossier),
        eps=eps_dispensable(dossier) and EPS not in droits_retenus(dossier),
        activites=activites_proposees(dossier),
        progressive=_a_presenter(dossier),
        facultatives=facultatives,
        facultatives_maximum=min(dossier.reglement.facultatives_maximum, len(facultatives)),
        langues_facultatives=langues_facultatives_proposees(dossier) if en_langue else (),
    )


def _options(dossier: Dossier) -> tuple[ChoixOption, ...]:
    specialite = dossier.specialite
    return tuple(
        ChoixOption(sous.code, sous.titre, sous.options)
        for epreuve in (specialite.epreuves if specialite else ())
        for sous in epreuve.sous_epreuves
        if sous.options and _est_a_passer(dossier, epreuve.code)
    )


def _est_a_passer(dossier: Dossier, repere: str) -> bool:
    place = places(dossier).get(repere)
    return place is not None and place.position is PositionEpreuve.INSCRIT


def langues_proposees(dossier: Dossier) -> tuple[Langue, ...]:
    if not _est_a_passer(dossier, LANGUE):
        return ()
    return tuple(langue for langue in dossier.reglement.langues.values() if langue.est_obligatoire_possible)


def activites_proposees(dossier: Dossier) -> tuple[Option, ...]:
    """Une épreuve parmi trois, en ponctuel seulement (circulaire EPS, BO n° 31 du 30 juillet 2020)."""
    categorie, matiere = dossier.categorie, dossier.reglement.matieres.get(EPS)
    if categorie is None or matiere is None or categorie.evaluation is not Evaluation.PONCTUEL:
        return ()
    depuis = matiere.activites_depuis
    trop_tot = depuis is not None and dossier.contexte.annee < depuis
    return () if trop_tot or not _est_a_passer(dossier, EPS) else matiere.activites_ponctuel


def _a_presenter(dossier: Dossier) -> tuple[EpreuveAPresenter, ...]:
    """Forme progressive : les épreuves que rien ne couvre."""
    specialite = dossier.specialite
    if specialite is None or not est_progressive(dossier):
        return ()
    codes, noms = codes_affiches(dossier.reglement, specialite), libelles(dossier.reglement, specialite)
    couvertes = (PositionEpreuve.DISPENSE, PositionEpreuve.BENEFICE)
    positions = places(dossier)
    return tuple(
        EpreuveAPresenter(repere, codes[repere], noms[repere])
        for repere in reperes_presentes(dossier)
        if positions[repere].position not in couvertes
    )


def facultatives_proposees(dossier: Dossier) -> tuple[Facultative, ...]:
    """Celles de l'arrêté de la spécialité ; la mobilité, aux seuls candidats en formation (categories.toml)."""
    specialite, categorie = dossier.specialite, dossier.categorie
    if specialite is None:
        return ()
    connues = dossier.reglement.facultatives
    permises = {cle for cle in specialite.facultatives if cle != "MOBILITE"}
    if "MOBILITE" in specialite.facultatives and categorie is not None and categorie.mobilite:
        permises.add("MOBILITE")
    return tuple(facultative for cle, facultative in connues.items() if cle in permises)


def langues_facultatives_proposees(dossier: Dossier) -> tuple[Langue, ...]:
    obligatoire = langue_choisie(dossier)
    return tuple(
        langue
        for langue in dossier.reglement.langues.values()
        if langue.est_facultative_possible and langue.code != (obligatoire.code if obligatoire else None)
    )


def option_choisie(dossier: Dossier, sous: SousEpreuve) -> Option | None:
    return _parmi(sous.options, dossier.brouillon.options.get(sous.code))


def langue_choisie(dossier: Dossier) -> Option | None:
    return _parmi(_en_options(langues_proposees(dossier)), dossier.brouillon.langue)


def activite_choisie(dossier: Dossier, matiere: Matiere) -> Option | None:
    if matiere.code != EPS:
        return None
    return _parmi(activites_proposees(dossier), dossier.brouillon.activite_eps)


def facultatives_choisies(dossier: Dossier) -> tuple[Facultative, ...]:
    """Dans l'ordre du règlement, et jamais plus que le maximum."""
    choisies = [f for f in facultatives_proposees(dossier) if f.cle in dossier.brouillon.facultatives]
    return tuple(choisies[: dossier.reglement.facultatives_maximum])


def langue_facultative_choisie(dossier: Dossier) -> Option | None:
    return _parmi(_en_options(langues_facultatives_proposees(dossier)), dossier.brouillon.langue_facultative)


def _en_options(langues: tuple[Langue, ...]) -> tuple[Option, ...]:
    return tuple(Option(langue.code, langue.libelle, langue.est_verifiee) for langue in langues)


def _parmi(options: tuple[Option, ...], code: str | None) -> Option | None:
    return next((option for option in options if option.code == code), None)
