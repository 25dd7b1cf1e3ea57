"""Langues, liste nationale des CAP, établissements proposés à qui s'inscrit lui-même."""

from collections.abc import Collection
from pathlib import Path

from app.referentiel.controles.colonnes import CODES, LIBRE, OUI_NON, renvoi, uniques
from app.referentiel.fichiers import lire_csv
from app.referentiel.formes import Forme, inconnu, texte
from app.referentiel.rapport import FichierCsv, Rapport
from app.regles.vocabulaire import StatutCandidat

ANNEE = texte(motif=r"(19|20)\d\d", vide=True)
STATUTS = frozenset(StatutCandidat)

LANGUES: Forme = {
    "code": texte(motif=r"[A-Z]{3}"),
    "libelle": texte(),
    "famille": texte(("etrangere", "regionale")),
    "obligatoire": OUI_NON,
    "facultative": OUI_NON,
    "verified": OUI_NON,
}
CATALOGUE: Forme = {
    "code": texte(motif=r"\d{8}"),
    "libelle_bcn": texte(),
    "intitule_rncp": LIBRE,
    "rncp": texte(motif=r"RNCP\d+", vide=True),
    "arrete_creation": texte(motif=r"\d{4}-\d\d-\d\d", vide=True),
    "premiere_session": ANNEE,
    "derniere_session": ANNEE,
    "groupe_specialite": LIBRE,
    "fichier": LIBRE,
}
ETABLISSEMENTS: Forme = {
    "code": texte(motif=r"[A-Z0-9-]+"),
    "uai": texte(motif=r"\d{7}[0-9A-Z]", vide=True),
    "libelle": texte(),
    "academie": LIBRE,
    "statuts": CODES,
    "verified": OUI_NON,
    "note": LIBRE,
}


def lire_langues(dossier: Path, rapport: Rapport) -> FichierCsv:
    langues = lire_csv(dossier, "langues.csv", LANGUES, rapport)
    uniques(langues, "code")
    return langues


def lire_catalogue(dossier: Path, rapport: Rapport, specialites: Collection[str]) -> FichierCsv:
    """`specialites` : noms des fichiers de détail, sans l'extension."""
    catalogue = lire_csv(dossier, "specialites_catalogue.csv", CATALOGUE, rapport)
    uniques(catalogue, "code")
    for c in catalogue:
        if c["fichier"] and c["fichier"] not in specialites:
            c.erreur("fichier", f"le fichier specialites/{c['fichier']}.toml n’existe pas")
        if c["premiere_session"] and c["derniere_session"] and c["premiere_session"] > c["derniere_session"]:
            c.erreur("derniere_session", "vient avant la première session")
    return catalogue


def lire_etablissements(
    dossier: Path, rapport: Rapport, academies: Collection[str], a_proposer: Collection[str]
) -> FichierCsv:
    """`a_proposer` : statuts qui s'inscrivent eux-mêmes ; chacun trouve un établissement dans chaque académie."""
    etablissements = lire_csv(dossier, "etablissements.csv", ETABLISSEMENTS, rapport)
    uniques(etablissements, "code")
    couverts: set[tuple[str, str]] = set()
    for e in etablissements:
        renvoi(e, "academie", academies)
        for statut in e.liste("statuts"):
            if statut not in STATUTS:
                e.erreur("statuts", inconnu(statut, STATUTS))
        ou = [e["academie"]] if e["academie"] else list(academies)
        couverts |= {(academie, statut) for academie in ou for statut in e.liste("statuts") or STATUTS}
    if len(etablissements) < len(etablissements.ecrites) or not etablissements.ecrites:
        return etablissements  # une ligne fausse couvrait peut-être ce qui semble manquer
    for academie in sorted(academies):
        if manquants := sorted(set(a_proposer) - {s for a, s in couverts if a == academie}):
            phrase = f"aucun établissement de l’académie {academie} pour : {', '.join(manquants)}"
            rapport.signaler("etablissements.csv", 0, "statuts", phrase)
    return etablissements
