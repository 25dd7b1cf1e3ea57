"""Académies, départements, communes et pays."""

from collections.abc import Collection
from pathlib import Path
from zoneinfo import available_timezones

from app.referentiel.controles.colonnes import CODES, LIBRE, OUI_NON, renvoi, uniques
from app.referentiel.fichiers import lire_csv
from app.referentiel.formes import Forme, inconnu, texte
from app.referentiel.lieux import ACTUELLE, ARRONDISSEMENT, ASSOCIEE, DELEGUEE
from app.referentiel.rapport import FichierCsv, Rapport

SANS_ACADEMIE = ("984", "989")  # les Terres australes et Clipperton n'ont pas d'écoles

ACADEMIES: Forme = {
    "code": texte(),
    "nom": texte(),
    "libelle": texte(),
    "type": texte(("academie", "vice-rectorat", "service-education", "centre-etranger")),
    "region_academique": LIBRE,
    "departements": CODES,
    "ville_rectorat": LIBRE,
    "organisateur_examens": LIBRE,
    "adresse_examens": LIBRE,
    "code_postal": texte(motif=r"\d{5}", vide=True),
    "ville": LIBRE,
    "academie_rattachement": LIBRE,
    "fuseau": texte(available_timezones()),
    "verified": OUI_NON,
    "note": LIBRE,
}
DEPARTEMENTS: Forme = {
    "code": texte(motif=r"\d\d|2[AB]|9\d\d"),
    "code_cyclades": texte(motif=r"\d{3}|02[AB]"),
    "nom": texte(),
    "type": texte(("departement", "drom", "com")),
    "region": LIBRE,
    "academie": LIBRE,
}
COMMUNES: Forme = {
    "code_insee": texte(motif=r"(\d\d|2[AB])\d{3}"),
    "nom": texte(),
    "departement": texte(),
    "codes_postaux": texte(motif=r"\d{5}(\|\d{5})*", vide=True),
    "type": texte((ACTUELLE, DELEGUEE, ASSOCIEE, ARRONDISSEMENT)),
    "commune_rattachement": LIBRE,
}
PAYS: Forme = {
    "code": texte(motif=r"[A-Z]{2}"),
    "code_iso3": texte(motif=r"[A-Z]{3}"),
    "code_num": texte(motif=r"\d{3}", vide=True),
    "nom": LIBRE,
    "nationalite": LIBRE,
    "type": texte(("etat", "statut", "territoire-francais", "territoire-dependant")),
    "rattachement": LIBRE,
    "ue": OUI_NON,
    "eee_ou_suisse": OUI_NON,
    "verified": OUI_NON,
}


def lire_academies(dossier: Path, rapport: Rapport) -> tuple[FichierCsv, FichierCsv]:
    """Académies et départements, qui se désignent l'un l'autre et doivent dire la même chose."""
    academies = lire_csv(dossier, "academies.csv", ACADEMIES, rapport)
    departements = lire_csv(dossier, "departements.csv", DEPARTEMENTS, rapport)
    uniques(academies, "code")
    uniques(departements, "code")
    uniques(departements, "code_cyclades")
    codes = academies.codes()
    for a in academies:
        renvoi(a, "academie_rattachement", codes)
        for colonne in ("departements", "ville_rectorat", "region_academique"):
            if a["type"] == "academie" and not a[colonne]:
                a.erreur(colonne, "une académie doit le dire")
    places = _placer(academies, {d["code"]: d["academie"] for d in departements.ecrites})
    for d in departements:
        renvoi(d, "academie", codes)
        if not d["academie"] and d["code"] not in SANS_ACADEMIE:
            d.erreur("academie", f"le département {d['code']} n’a pas d’académie")
        elif d["academie"] in codes and d["code"] not in places and len(academies) == len(academies.ecrites):
            d.erreur("academie", f"academies.csv ne met pas {d['code']} dans l’académie {d['academie']}")
    return academies, departements


def _placer(academies: FichierCsv, academie_de: dict[str, str]) -> dict[str, str]:
    places: dict[str, str] = {}
    for a in academies:
        for code in a.liste("departements"):
            if not academie_de:
                continue
            if code not in academie_de:
                a.erreur("departements", inconnu(code, academie_de))
            elif code in places:
                a.erreur("departements", f"le département {code} est déjà dans l’académie {places[code]}")
            elif academie_de[code] != a["code"]:
                phrase = f"le département {code} y est, mais departements.csv le met dans « {academie_de[code]} »"
                a.erreur("departements", phrase)
            places.setdefault(code, a["code"])
    return places


def lire_communes(dossier: Path, rapport: Rapport, departements: Collection[str]) -> FichierCsv:
    communes = lire_csv(dossier, "communes.csv.gz", COMMUNES, rapport)
    uniques(communes, "code_insee", "type")
    actuelles = {c["code_insee"] for c in communes.ecrites if c["type"] == ACTUELLE}
    for c in communes:
        renvoi(c, "departement", departements)
        if c["type"] == ACTUELLE:
            if c["commune_rattachement"]:
                c.erreur("commune_rattachement", "une commune actuelle n’est rattachée à aucune autre")
        elif not c["commune_rattachement"]:
            c.erreur("commune_rattachement", "ne peut pas être vide")
        else:
            renvoi(c, "commune_rattachement", actuelles)
    return communes


def lire_pays(dossier: Path, rapport: Rapport) -> FichierCsv:
    pays = lire_csv(dossier, "pays.csv", PAYS, rapport)
    uniques(pays, "code")
    uniques([p for p in pays if p["nationalite"]], "nationalite")
    codes = pays.codes()
    for p in pays:
        renvoi(p, "rattachement", codes)
        if p["type"] in ("etat", "statut") and not p["nationalite"]:
            p.erreur("nationalite", "un État ou un statut a une nationalité")
        if p["type"] != "statut" and not p["nom"]:
            p.erreur("nom", "ne peut pas être vide")
    return pays
