"""Catégories de candidats et pièces justificatives : ce qui les distingue, et à qui une pièce se demande."""

from collections.abc import Collection, Mapping
from pathlib import Path

from app.referentiel.controles.textes import LIBRE, TEXTE, codes_uniques
from app.referentiel.fichiers import lire_toml
from app.referentiel.formes import (
    Forme,
    booleen,
    controler_forme,
    entier,
    inconnu,
    paires,
    table,
    tables,
    texte,
    textes,
)
from app.referentiel.rapport import Noeud, Rapport
from app.regles.vocabulaire import Evaluation, FormatFichier, FormePassage, InscritPar, ModeDepot, StatutCandidat

CODES_OFFICIELS = ("CINSIG01", "CINSIG02", "NATIDE04", "PSNATT05")  # les seuls que le guide montre
OUI = booleen(requis=False)
AGE = entier(0, 120, requis=False)
CODES = textes(vide=False, requis=False)
VALEUR: Forme = {"code": texte(), "libelle": texte(), "verified": booleen()}

CATEGORIE: Forme = {
    "code": texte(),
    "libelle": texte(),
    "statut": texte(tuple(StatutCandidat)),
    "etablissement": texte(),
    "inscrit_par": texte(tuple(InscritPar)),
    "forme": textes(tuple(FormePassage), vide=False),
    "derogation": booleen(),
    "evaluation": texte(tuple(Evaluation)),
    "mineur_admis": booleen(),
    "mineur_admis_verifie": OUI,
    "formation_justifiee": booleen(),
    "eps_dispense_sur_demande": booleen(),
    "mobilite": booleen(),
    "verified": booleen(),
    "note": LIBRE,
}
CATEGORIES: Forme = {
    "source": textes(vide=False),
    "regles": table(
        {
            "age_majorite": entier(15, 25),
            "date_reference_age": texte(),
            "choix_forme_definitif": booleen(),
            "specialites_par_session": entier(1, 9),
            "experience_semaines": entier(0, 200),
            "experience_annees": entier(0, 20),
        }
    ),
    "textes": tables(TEXTE),
    "derogations": tables(VALEUR),
    "categories": tables(CATEGORIE),
    "situations": tables(VALEUR),
}
CONDITION: Forme = {
    "statuts": textes(tuple(StatutCandidat), vide=False, requis=False),
    "categories": CODES,
    "nationalite": texte(("francaise", "etrangere"), requis=False),
    "age_min": AGE,
    "age_max": AGE,
    "mineur": OUI,
    "handicap": OUI,
    "derogation": OUI,
    "forme": texte(tuple(FormePassage), requis=False),
    "familles_acquis": CODES,
    "specialites": CODES,
    "experience": OUI,
    "choix": paires(listes=True, requis=False),
    "amenagement_duree": OUI,
    "acquis": CODES,
    "confirmation_signee": OUI,
}
PIECE: Forme = {
    "code": texte(motif=r"[A-Z0-9]{8}"),
    "groupe": texte(),
    "libelle": texte(),
    "mode": texte(tuple(ModeDepot)),
    "obligatoire": booleen(),
    "code_officiel": booleen(),
    "verified": booleen(),
    "condition": table(CONDITION, requis=False),
    "documents_acceptes": tables(
        {"libelle": texte(), "age_min": entier(0, 120), "age_max": entier(0, 120)}, requis=False
    ),
    "formats": textes(tuple(FormatFichier), vide=False, requis=False),
    "source": LIBRE,
    "note": LIBRE,
}
PIECES: Forme = {
    "textes": tables(TEXTE),
    "depot": table(
        {
            "taille_max_octets": entier(1, 1_000_000_000),
            "taille_max_libelle": texte(),
            "formats": textes(tuple(FormatFichier), vide=False),
            "formats_par_defaut": textes(tuple(FormatFichier), vide=False),
            "statuts": textes(),
            "source": LIBRE,
            "verified": booleen(),
        }
    ),
    "groupes": tables({"code": texte(), "libelle": texte()}),
    "pieces": tables(PIECE),
}


def lire_categories(dossier: Path, rapport: Rapport) -> Noeud | None:
    fichier = lire_toml(dossier, "categories.toml", rapport)
    if fichier is None:
        return None
    controler_forme(fichier, CATEGORIES)
    for liste in ("categories", "derogations", "situations"):
        codes_uniques(fichier.enfants(liste))
    for c in fichier.enfants("categories"):
        if c["derogation"] and len(c["forme"]) > 1:
            c.erreur("derogation", "sans objet : les deux formes de passage sont déjà permises")
    return fichier


def lire_pieces(
    dossier: Path,
    rapport: Rapport,
    specialites: Mapping[str, Noeud],
    acquis: Noeud | None,
    categories: Noeud | None,
) -> Noeud | None:
    fichier = lire_toml(dossier, "pieces.toml", rapport)
    if fichier is None:
        return None
    controler_forme(fichier, PIECES)
    codes_uniques(fichier.enfants("groupes"))
    codes_uniques(fichier.enfants("pieces"))
    groupes = fichier.codes("groupes")
    depot = fichier.enfant("depot")
    permis = depot["formats"] if depot else tuple(FormatFichier)
    if depot:
        _controler_formats(depot, "formats_par_defaut", permis)
    for p in fichier.enfants("pieces"):
        _controler_formats(p, "formats", permis)
        if p["groupe"] not in groupes:
            p.erreur("groupe", inconnu(p["groupe"], groupes))
        for document in p.enfants("documents_acceptes"):
            _controler_ages(document)
        if condition := p.enfant("condition"):
            _controler_ages(condition)
            _controler_condition(condition, specialites, acquis, categories)
    officielles = {p["code"] for p in fichier.enfants("pieces") if p["code_officiel"]}
    for code in CODES_OFFICIELS:
        if code not in officielles and code not in _codes_fautifs(fichier):
            fichier.erreur("pieces", f"la pièce {code} du guide manque, ou son code n’est plus dit officiel")
    return fichier


def _controler_formats(n: Noeud, cle: str, permis: Collection[str]) -> None:
    for code in n.get(cle, []):
        if code not in permis:
            n.erreur(cle, f"{code} n’est pas dans les formats de [depot]")


def _controler_ages(n: Noeud) -> None:
    if n.get("age_min", 0) > n.get("age_max", 120):
        n.erreur("age_min", f"{n['age_min']} est plus grand que age_max ({n['age_max']})")


def _controler_condition(
    c: Noeud, specialites: Mapping[str, Noeud], acquis: Noeud | None, categories: Noeud | None
) -> None:
    connus = {
        "categories": categories.codes("categories") if categories else None,
        "familles_acquis": acquis.codes("familles") if acquis else None,
        "acquis": acquis.codes("acquis") if acquis else None,
        "specialites": set(specialites),
    }
    for cle, codes in connus.items():
        for code in c.get(cle, []):
            if codes is not None and code not in codes:
                c.erreur(cle, inconnu(code, codes))
    for nom, valeurs in c.get("choix", {}).items():
        for code in c.get("specialites", []):
            if specialite := specialites.get(code):
                choix = next((x for x in specialite.enfants("choix") if x["code"] == nom), None)
                if choix is None:
                    c.erreur("choix", f"la spécialité {code} ne propose pas le choix {nom}")
                elif absentes := sorted(set(valeurs) - choix.codes("valeurs")):
                    c.erreur("choix", f"{', '.join(absentes)} : valeur absente du choix {nom} de {code}")


def _codes_fautifs(fichier: Noeud) -> set[str]:
    """Pièces écrites mais mal formées : déjà signalées, elles ne manquent pas."""
    return fichier.codes("pieces") - {p["code"] for p in fichier.enfants("pieces")}
