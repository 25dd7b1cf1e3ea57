"""Spécialités : épreuves, coefficients, drapeaux de vérification et sources."""

from collections.abc import Collection
from pathlib import Path

from app.referentiel.controles.generales import OPTION
from app.referentiel.controles.textes import LIBRE, codes_uniques
from app.referentiel.fichiers import lire_toml
from app.referentiel.formes import (
    Forme,
    booleen,
    coefficient,
    controler_forme,
    entier,
    inconnu,
    jour,
    table,
    tables,
    texte,
    textes,
)
from app.referentiel.rapport import Noeud, Rapport
from app.regles.vocabulaire import PlaceLangue

SOURCES = ("officiel", "secondaire")
ANNEE = entier(1950, 2100)
SOURCE = texte(SOURCES, requis=False)
SANS_EPREUVE_GENERALE = "aucun"

SOUS_EPREUVE: Forme = {
    "code": texte(),
    "titre": texte(),
    "choix": texte(("option",), requis=False),
    "options": tables(OPTION, requis=False),
}
EPREUVE: Forme = {
    "code": texte(motif=r"[A-Z]+\d+"),
    "titre": texte(),
    "coefficient": coefficient(requis=False),
    "titre_verifie": booleen(),
    "coefficient_verifie": booleen(),
    "source": LIBRE,
    "source_type": SOURCE,
    "source_type_titre": SOURCE,
    "source_type_coefficient": SOURCE,
    "sous_epreuves": tables(SOUS_EPREUVE, requis=False),
}
CHOIX: Forme = {
    "code": texte(),
    "libelle": texte(),
    "obligatoire": booleen(),
    "verified": booleen(),
    "valeurs": tables(OPTION),
    "note": LIBRE,
}
SPECIALITE: Forme = {
    "code": texte(motif=r"\d{8}(-[A-Z]+)?"),
    "code_bcn": texte(motif=r"\d{8}", requis=False),
    "titre": texte(),
    "titre_ecran": LIBRE,
    "secteur": texte(),
    "rncp": texte(motif=r"RNCP\d+", requis=False),
    "premiere_session": ANNEE,
    "derniere_session": entier(1950, 2100, requis=False),
    "delivre_diplome": booleen(),
    "experience_14_semaines": booleen(requis=False),
    "verified": booleen(),
    "note": LIBRE,
    "source": textes(vide=False),
    "arrete": table({"date": jour(), "nor": LIBRE, "jorf": LIBRE}, requis=False),
    "generales": table(
        {
            "modele": texte(),
            "langue_vivante": texte(tuple(PlaceLangue)),
            "langue_vivante_verifiee": booleen(),
            "facultatives": textes(),
            "facultatives_verifiees": booleen(),
        }
    ),
    "choix": tables(CHOIX, requis=False),
    "epreuves": tables(EPREUVE),
}


def lire_specialites(dossier: Path, rapport: Rapport, generales: Noeud | None) -> list[Noeud]:
    lues: list[Noeud] = []
    deja: dict[str, str] = {}
    for chemin in sorted((dossier / "specialites").glob("*.toml")):
        s = lire_toml(dossier, f"specialites/{chemin.name}", rapport)
        if s is None:
            continue
        controler_forme(s, SPECIALITE)
        lues.append(s)
        code = s.get("code")
        if isinstance(code, str) and code in deja:
            s.erreur("code", f"« {code} » est déjà le code de {deja[code]}")
        deja[str(code)] = s.fichier.nom
        _controler_epreuves(s)
        for choix in s.enfants("choix"):
            codes_uniques(choix.enfants("valeurs"))
        if generales:
            _controler_generales(s, generales)
    if not lues:
        rapport.signaler("specialites", 0, "", "le dossier ne contient aucune spécialité")
    return lues


def controler_codes_bcn(specialites: list[Noeud], catalogue: Collection[str]) -> None:
    for s in specialites:
        champ = "code_bcn" if "code_bcn" in s.valeur else "code"
        if catalogue and isinstance(s.get(champ), str) and s[champ] not in catalogue:
            s.erreur(champ, f"« {s[champ]} » n’est pas dans specialites_catalogue.csv")


def _controler_epreuves(s: Noeud) -> None:
    epreuves = s.enfants("epreuves")
    for e in epreuves:
        for quoi in ("titre", "coefficient"):
            _controler_source(e, quoi)
        if not (e["titre_verifie"] or e["coefficient_verifie"]):
            for cle in ("source_type", "source_type_titre", "source_type_coefficient"):
                if cle in e.valeur:
                    e.erreur(cle, "rien n’est vérifié : la nature de la source est de trop")
        if e["coefficient_verifie"] and e.get("coefficient") is None:
            e.erreur("coefficient_verifie", "le coefficient est absent, il ne peut pas être vérifié")
        for sous in e.enfants("sous_epreuves"):
            if not sous["code"].startswith(e["code"]) or sous["code"] == e["code"]:
                sous.erreur("code", f"« {sous['code']} » doit commencer par {e['code']} et ajouter une lettre")
            codes_uniques(sous.enfants("options"))
    tout_verifie = all(e["titre_verifie"] and e["coefficient_verifie"] for e in epreuves)
    if len(epreuves) == len(s.get("epreuves", ())) and s.get("verified") not in (tout_verifie, None):
        s.erreur("verified", "doit être vrai quand toutes les épreuves sont vérifiées, et seulement alors")


def _controler_source(e: Noeud, quoi: str) -> None:
    """`source_type` vaut pour l'intitulé et le coefficient ; `source_type_titre`… l'emportent s'ils diffèrent."""
    if not e[f"{quoi}_verifie"]:
        return
    if not (e.get(f"source_type_{quoi}") or e.get("source_type")):
        e.erreur("source_type", f"{quoi} vérifié : dites si la source est officielle ou secondaire")
    if not e.get("source"):
        e.erreur("source", f"{quoi} vérifié : dites où il a été lu")


def _controler_generales(s: Noeud, generales: Noeud) -> None:
    choisies = s.enfant("generales")
    if choisies is None:
        return
    modeles = {*generales.codes("modeles"), SANS_EPREUVE_GENERALE}
    if choisies["modele"] not in modeles:
        choisies.erreur("modele", inconnu(choisies["modele"], modeles))
    facultatives = generales.enfant("facultatives")
    connues = facultatives.codes("epreuves") if facultatives else set()
    for cle in choisies["facultatives"]:
        if facultatives and cle not in connues:
            choisies.erreur("facultatives", inconnu(cle, connues))
    deja = _codes_generaux(choisies, generales)
    for e in s.enfants("epreuves"):
        for n in (e, *e.enfants("sous_epreuves")):
            if n["code"] in deja:
                n.erreur("code", f"« {n['code']} » est déjà le code d’une autre épreuve")
            deja.add(n["code"])


def _codes_generaux(choisies: Noeud, generales: Noeud) -> set[str]:
    """Codes que la spécialité a déjà par ses épreuves générales (EG1…) et facultatives (EF1…)."""
    modele = next((m for m in generales.enfants("modeles") if m.chemin[-1] == choisies["modele"]), None)
    matieres = [
        m
        for m in (modele["ordre"] if modele else ())
        if m != "LV" or choisies["langue_vivante"] == PlaceLangue.OBLIGATOIRE
    ]
    facultatives = generales.enfant("facultatives")
    epreuves = facultatives.enfants("epreuves") if facultatives else []
    return {f"EG{rang}" for rang in range(1, len(matieres) + 1)} | {
        f["code"] for f in epreuves if f.chemin[-1] in choisies["facultatives"]
    }
