"""D'une ligne du fichier à un élève, ou à des erreurs ; puis les lignes les unes contre les autres. Pur."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.import_scolaire.cases import LECTURES, Fautif, Reperes, cle_departement
from app.import_scolaire.colonnes import PAR_CODE
from app.import_scolaire.eleve import Eleve
from app.import_scolaire.erreurs import LIGNE_ENTIERE, Erreur
from app.import_scolaire.lecture import Ligne
from app.import_scolaire.lieu import lieu_de
from app.web.champs import nettoyer, presentable

ERREUR_DE_TABLEUR = re.compile(r"#(?=[A-ZÉ0-9/!? ]{3})|Err:[0-9]")
"""« #N/A », « #REF! », « #VALEUR! », « #DIV/0! » ; « Err:502 » pour LibreOffice"""


@dataclass(frozen=True, slots=True)
class Jugee:
    ligne: Ligne
    eleve: Eleve | None
    erreurs: tuple[Erreur, ...]


def juger(lignes: Iterable[Ligne], reperes: Reperes) -> list[Jugee]:
    """Chaque ligne pour elle-même, puis les unes contre les autres."""
    jugees = [_juger(ligne, reperes) for ligne in lignes]
    return _sans_doubles(jugees)


def departements_cites(lignes: Iterable[Ligne], departements: Mapping[str, str]) -> set[str]:
    cites = (departements.get(cle_departement(ligne.cases.get("departement", ""))) for ligne in lignes)
    return {code for code in cites if code}


def _juger(ligne: Ligne, reperes: Reperes) -> Jugee:
    lues: dict[str, Any] = {}
    erreurs: list[Erreur] = []
    for code, lire in LECTURES.items():
        brut = ligne.cases.get(code, "")
        texte = nettoyer(brut)
        try:
            if texte is None:
                raise Fautif("un texte sans caractère invisible ni signe de commande")
            if ERREUR_DE_TABLEUR.match(texte):
                raise Fautif("une valeur : la formule de cette case est en erreur, ou n’a pas été calculée")
            lues[code] = lire(texte, reperes)
        except Fautif as faute:
            erreurs.append(Erreur(PAR_CODE[code].titre, presentable(brut), str(faute)))
    erreurs += lieu_de(ligne, lues, reperes)
    if erreurs:
        return Jugee(ligne, None, tuple(erreurs))
    lieu = lues.pop("lieu")
    for code in ("pays", "departement", "commune"):
        lues.pop(code)
    return Jugee(ligne, Eleve(**lues, **lieu), ())


def _sans_doubles(jugees: list[Jugee]) -> list[Jugee]:
    """Un INE une fois ; sans INE des deux côtés, un même nom et une même date de naissance une fois."""
    ines: dict[str, int] = {}
    personnes: dict[str, list[tuple[int, str]]] = {}
    rendues = []
    for jugee in jugees:
        eleve, erreurs = jugee.eleve, list(jugee.erreurs)
        if eleve is not None:
            numero = jugee.ligne.numero
            premiere = ines.setdefault(eleve.ine, numero) if eleve.ine else numero
            if premiere != numero:
                attendu = f"un INE par élève : celui-ci est déjà à la ligne {premiere}"
                erreurs.append(Erreur(PAR_CODE["ine"].titre, eleve.ine, attendu))
            memes = personnes.setdefault(eleve.cle, [])
            autre = next((n for n, ine in memes if not (ine and eleve.ine) and n != premiere), None)
            if autre is not None:
                attendu = (
                    f"un élève une seule fois : même nom et même date de naissance qu’à la ligne {autre}. "
                    "Deux homonymes se distinguent par leur INE"
                )
                erreurs.append(Erreur(PAR_CODE["division"].titre, LIGNE_ENTIERE, attendu))
            memes.append((numero, eleve.ine))
        rendues.append(jugee if not erreurs else Jugee(jugee.ligne, None, tuple(erreurs)))
    return rendues
