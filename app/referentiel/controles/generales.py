"""Épreuves générales : matières, numérotation, épreuves facultatives."""

from pathlib import Path

from app.referentiel.controles.textes import LIBRE, TEXTE
from app.referentiel.fichiers import lire_toml
from app.referentiel.formes import (
    Forme,
    booleen,
    coefficient,
    controler_forme,
    entier,
    table,
    tables,
    texte,
    textes,
)
from app.referentiel.rapport import Noeud, Rapport
from app.regles.vocabulaire import StatutCandidat

OPTION: Forme = {"code": texte(), "libelle": texte(), "verified": booleen(requis=False), "note": LIBRE}
MATIERE: Forme = {
    "titre": texte(),
    "libelle_cyclades": texte(),
    "coefficient": coefficient(),
    "forme_ponctuelle": texte(),
    "choix": texte(("langue",), requis=False),
    "dispense_sur_demande": booleen(requis=False),
    "choix_ponctuel": LIBRE,
    "choix_ponctuel_depuis": entier(2000, 2100, requis=False),
    "activites_ponctuel": tables(OPTION, requis=False),
    "sous_epreuves": tables({"suffixe": texte(motif="[A-Z]"), "titre": texte()}, requis=False),
    "verified": booleen(),
    "source": LIBRE,
}
FACULTATIVE: Forme = {
    "code": texte(),
    "titre": texte(),
    "forme_ponctuelle": texte(),
    "choix": texte(("langue",), requis=False),
    "verified": booleen(),
}
GENERALES: Forme = {
    "source": textes(vide=False),
    "textes": tables(TEXTE),
    "matieres": tables(MATIERE),
    "modeles": tables({"ordre": textes(vide=False), "exemple": LIBRE, "verified": booleen()}),
    "facultatives": table({"maximum": entier(0, 9), "epreuves": tables(FACULTATIVE)}),
    "chef_oeuvre": table(
        {
            "concerne": textes(tuple(StatutCandidat)),
            "coefficient": coefficient(),
            "depuis": entier(2000, 2100),
            "verified": booleen(),
        }
    ),
}


def lire_generales(dossier: Path, rapport: Rapport) -> Noeud | None:
    generales = lire_toml(dossier, "epreuves_generales.toml", rapport)
    if generales is None:
        return None
    controler_forme(generales, GENERALES)
    matieres = generales.codes("matieres")
    for modele in generales.enfants("modeles"):
        if set(modele["ordre"]) != matieres:
            modele.erreur("ordre", f"doit citer chaque matière une fois : {', '.join(sorted(matieres))}")
    return generales
