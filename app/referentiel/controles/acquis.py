"""Acquis déclarables : ce qu'un titre dispense, et ce qui le prouve matière par matière."""

from collections.abc import Collection, Mapping
from pathlib import Path

from app.referentiel.controles.textes import LIBRE, SESSION, TEXTE, codes_uniques, controler_sessions
from app.referentiel.fichiers import lire_toml
from app.referentiel.formes import (
    Forme,
    booleen,
    controler_forme,
    entier,
    inconnu,
    note,
    paires,
    table,
    tables,
    texte,
    textes,
)
from app.referentiel.rapport import Noeud, Rapport
from app.regles.vocabulaire import EffetAcquis, Portee, Preuve

# Les titres de l'écran « Acquis » du guide : un chargement ne peut pas en perdre un en silence.
TITRES_DU_GUIDE = (
    "BAC_PRO", "CAP_AUTRE", "CAPA_CAPM", "BEPA_BEPM", "NIVEAU_4", "BEP_VAP_VAE", "CPJEPS_AAVQ", "ADVF",
    "MC_AIDE_A_DOMICILE", "CAPA_SAPVER", "BEPA_SAP", "BEP_ASSP",
)  # fmt: skip
PREUVES_OFFICIELLES = {Preuve.TEXTE, Preuve.GUIDE}

REGLES: Forme = {
    "duree_report_annees": entier(0, 20),
    "note_minimale_report_globale": note(),
    "note_minimale_report_globale_verifiee": booleen(),
    "note_minimale_report_progressive": note(),
    "note_minimale_report_progressive_verifiee": booleen(),
    "derniere_note_seule_prise_en_compte": booleen(),
    "attestation_bloc_dispense_apres_cinq_ans": booleen(),
    "attestation_bloc_note_minimale": note(),
    "attestation_bloc_premiere_session": entier(2000, 2100),
    "vae_duree_illimitee": booleen(),
    "dispense_totale_possible": booleen(),
    "langue_vivante_si_epreuve_dans_le_titre": booleen(),
    "source": textes(vide=False),
}
FAMILLE: Forme = {
    "code": texte(),
    "ordre": entier(0, 999),
    "libelle": texte(),
    "effet": texte(tuple(EffetAcquis)),
    "type_de_droit": texte(),
}
ACQUIS: Forme = {
    "code": texte(),
    "famille": texte(),
    "diplome": texte(),
    "libelle": texte(),
    "demande": textes(("annee", "academie", "notes", "specialite", "epreuves")),
    "effet": texte(tuple(EffetAcquis)),
    "portee": texte(tuple(Portee), requis=False),
    "matieres": textes(),
    "matieres_sous_condition": textes(requis=False),
    "matieres_incertaines": textes(requis=False),
    "preuves": paires(tuple(Preuve), requis=False),
    "regles": tables(
        {"specialite": texte(), "epreuves": textes(vide=False), "verified": booleen()}, requis=False, vide=True
    ),
    "niveau_cec_minimal": entier(1, 8, requis=False),
    "niveau_francais_minimal": LIBRE,
    "depuis": SESSION,
    "jusqu_a": SESSION,
    "dans_guide": booleen(),
    "verified": booleen(),
    "source": LIBRE,
    "note": LIBRE,
}
FICHIER: Forme = {
    "regles": table(REGLES),
    "textes": tables(TEXTE),
    "familles": tables(FAMILLE),
    "acquis": tables(ACQUIS),
}


def lire_acquis(
    dossier: Path, rapport: Rapport, matieres: Collection[str], specialites: Mapping[str, Noeud]
) -> Noeud | None:
    fichier = lire_toml(dossier, "acquis.toml", rapport)
    if fichier is None:
        return None
    controler_forme(fichier, FICHIER)
    familles = fichier.codes("familles")
    codes_uniques(fichier.enfants("familles"))
    codes_uniques(fichier.enfants("acquis"))
    for a in fichier.enfants("acquis"):
        if a["famille"] not in familles:
            a.erreur("famille", inconnu(a["famille"], familles))
        controler_sessions(a)
        _controler_matieres(a, matieres)
        _controler_regles(a, specialites)
    du_guide = fichier.codes("acquis") - {a["code"] for a in fichier.enfants("acquis") if not a["dans_guide"]}
    for code in TITRES_DU_GUIDE:
        if code not in du_guide:
            fichier.erreur("acquis", f"le titre {code} de l’écran du guide manque")
    return fichier


def _controler_matieres(a: Noeud, matieres: Collection[str]) -> None:
    listes = {cle: a.get(cle, []) for cle in ("matieres", "matieres_sous_condition", "matieres_incertaines")}
    deja: dict[str, str] = {}
    for cle, citees in listes.items():
        for matiere in citees:
            if matieres and matiere not in matieres:
                a.erreur(cle, inconnu(matiere, matieres))
            elif matiere in deja:
                a.erreur(cle, f"{matiere} est déjà dans {deja[matiere]}")
            deja[matiere] = cle
    concernees = {*listes["matieres"], *listes["matieres_sous_condition"]}
    preuves = a.get("preuves", {})
    if manquantes := sorted(concernees - set(preuves)):
        a.erreur("preuves", f"rien ne fonde : {', '.join(manquantes)}")
    if surnumeraires := sorted(set(preuves) - concernees):
        a.erreur("preuves", f"ne sont pas des matières de cet acquis : {', '.join(surnumeraires)}")
    if a["verified"] and not set(preuves.values()) <= PREUVES_OFFICIELLES:
        a.erreur("verified", "un acquis vérifié n’a que des preuves « texte » ou « guide »")


def _controler_regles(a: Noeud, specialites: Mapping[str, Noeud]) -> None:
    for regle in a.enfants("regles"):
        specialite = specialites.get(regle["specialite"])
        if specialite is None:
            regle.erreur("specialite", inconnu(regle["specialite"], specialites))
            continue
        epreuves = specialite.codes("epreuves")
        for code in regle["epreuves"]:
            if code not in epreuves:
                regle.erreur("epreuves", inconnu(code, epreuves))
