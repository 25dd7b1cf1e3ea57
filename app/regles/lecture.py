"""Du contenu des fichiers de `db/referentiel` (valeurs JSON) au règlement en valeurs gelées.

Rien n'est contrôlé ici : le chargement l'a fait, avec le fichier et la ligne. Rien n'est filtré non plus :
`depuis` et `jusqu_a` se lisent au moment de répondre, session par session.
"""

from collections.abc import Mapping
from typing import Any

from app.regles.lecture_acquis import lire_acquis, lire_familles, lire_regles_acquis
from app.regles.lecture_epreuves import lire_catalogue, lire_facultatives, lire_langues, lire_matieres, lire_specialites
from app.regles.lecture_pieces import lire_depot, lire_pieces
from app.regles.referentiel import Categorie, Option, Reglement, Texte
from app.regles.vocabulaire import Evaluation, FormePassage, InscritPar, StatutCandidat


def reglement(instantane: Mapping[str, Any]) -> Reglement:
    """`instantane` : acquis, categories, pieces, epreuves_generales, specialites, catalogue, langues."""
    acquis, categories = instantane["acquis"], instantane["categories"]
    pieces, generales = instantane["pieces"], instantane["epreuves_generales"]
    specialites = lire_specialites(instantane["specialites"])
    depot = lire_depot(pieces["depot"])
    return Reglement(
        specialites=specialites,
        catalogue=lire_catalogue(instantane["catalogue"], specialites),
        matieres=lire_matieres(generales["matieres"]),
        modeles={code: tuple(modele["ordre"]) for code, modele in generales["modeles"].items()} | {"aucun": ()},
        facultatives=lire_facultatives(generales["facultatives"]["epreuves"]),
        facultatives_maximum=generales["facultatives"]["maximum"],
        langues=lire_langues(instantane["langues"]),
        familles=lire_familles(acquis["familles"]),
        acquis=lire_acquis(acquis["acquis"]),
        regles_acquis=lire_regles_acquis(acquis["regles"]),
        categories={ligne["code"]: _categorie(ligne) for ligne in categories["categories"]},
        derogations={ligne["code"]: _option(ligne) for ligne in categories["derogations"]},
        situations={ligne["code"]: _option(ligne) for ligne in categories["situations"]},
        age_majorite=categories["regles"]["age_majorite"],
        groupes_pieces={ligne["code"]: ligne["libelle"] for ligne in pieces["groupes"]},
        pieces=lire_pieces(pieces["pieces"], depot),
        depot=depot,
        textes={
            ligne["code"]: _texte(ligne)
            for fichier in (acquis, categories, pieces, generales)
            for ligne in fichier.get("textes", ())
        },
    )


def _option(ligne: Mapping[str, Any]) -> Option:
    return Option(ligne["code"], ligne["libelle"], ligne.get("verified", True))


def _texte(ligne: Mapping[str, Any]) -> Texte:
    return Texte(
        code=ligne["code"],
        regle=ligne["regle"],
        source=ligne["source"],
        est_verifie=ligne["verified"],
        version=ligne.get("version", ""),
        depuis=ligne.get("depuis"),
        jusqu_a=ligne.get("jusqu_a"),
        note=ligne.get("note", ""),
    )


def _categorie(ligne: Mapping[str, Any]) -> Categorie:
    return Categorie(
        code=ligne["code"],
        libelle=ligne["libelle"],
        statut=StatutCandidat(ligne["statut"]),
        etablissement=ligne["etablissement"],
        inscrit_par=InscritPar(ligne["inscrit_par"]),
        formes=tuple(FormePassage(forme) for forme in ligne["forme"]),
        derogation_possible=ligne["derogation"],
        evaluation=Evaluation(ligne["evaluation"]),
        mineur_admis=ligne["mineur_admis"],
        mineur_admis_est_verifie=ligne.get("mineur_admis_verifie", ligne["verified"]),
        formation_justifiee=ligne["formation_justifiee"],
        eps_dispense_sur_demande=ligne["eps_dispense_sur_demande"],
        mobilite=ligne["mobilite"],
        est_verifiee=ligne["verified"],
    )
