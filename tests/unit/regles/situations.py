"""Une situation d'un fichier TOML (`cas/*.toml`) → le dossier qu'elle décrit. Aucun résultat n'est lu ici."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.regles.dossier import AcquisDeclare, Brouillon, Contexte, Dossier
from app.regles.referentiel import Identite, Reglement
from app.regles.vocabulaire import FormePassage, InscritPar, PositionEpreuve
from tests.unit.regles.distribution import contexte, le_reglement

CAS = Path(__file__).parent / "cas"
EPS = {"Inscrit": PositionEpreuve.INSCRIT, "Dispense": PositionEpreuve.DISPENSE}

CONNUES = {
    "categorie", "specialite", "age", "majeur", "nationalite", "handicap", "derogation", "derogation_accordee",
    "amenagement_duree", "forme", "choix", "eps", "justificatif", "acquis", "precision",
    # clés de nos cas et de precisions.toml
    "naissance", "date_inscription", "inscrit_par", "autres_specialites", "derogation_specialite",
    "contrat_plusieurs_employeurs", "pieces_refusees", "epreuves_presentees", "langue", "options", "facultatives",
    "langue_facultative", "activite_eps", "non_organisees", "familles", "etablissement",
}  # fmt: skip


def lire_cas(nom: str) -> list[dict[str, Any]]:
    cas: list[dict[str, Any]] = tomllib.loads((CAS / nom).read_text(encoding="utf-8"))["cas"]
    return cas


def precisions() -> dict[str, dict[str, Any]]:
    """Les faits que situations.toml ne dit qu'en phrase, mis en clés. Aucun attendu."""
    return tomllib.loads((CAS / "precisions.toml").read_text(encoding="utf-8"))


def dossier(session: int, situation: Mapping[str, Any], plus: Mapping[str, Any] | None = None) -> Dossier:
    s = {**situation, **(plus or {})}
    assert set(s) <= CONNUES, f"clés inconnues : {set(s) - CONNUES}"
    reglement = le_reglement()
    lieu = _contexte(session, s)
    return Dossier(_identite(session, s, lieu.date_inscription), _brouillon(s, reglement), reglement, lieu)


def _contexte(session: int, s: Mapping[str, Any]) -> Contexte:
    """Par défaut l'inscription est en mars de l'année de l'examen : c'est la seule époque où l'on peut avoir 17 ans
    et être encore mineur au 31 décembre, ce que plusieurs situations supposent."""
    return contexte(
        annee=session,
        date_inscription=s.get("date_inscription", date(session, 3, 15)),
        derogation_forme_accordee=s.get("derogation_accordee", False),
        inscrit_par=InscritPar(s.get("inscrit_par", "candidat")),
        autres_specialites=tuple(s.get("autres_specialites", ())),
        derogation_specialite_accordee=s.get("derogation_specialite", False),
        contrat_plusieurs_employeurs=s.get("contrat_plusieurs_employeurs", False),
        pieces_refusees=frozenset(s.get("pieces_refusees", ())),
        specialites_non_organisees=frozenset(s.get("non_organisees", ())),
    )


def _identite(session: int, s: Mapping[str, Any], inscription: date) -> Identite:
    return Identite("M", "ACCRALL", "", "Dack", s.get("naissance") or _naissance(session, s, inscription), "", "", "")


def _naissance(session: int, s: Mapping[str, Any], inscription: date) -> date:
    """Une date de naissance qui donne l'âge révolu à l'inscription et la majorité au 31 décembre."""
    age, majeur = s.get("age", 30), s.get("majeur", True)
    for annee in (inscription.year - age, inscription.year - age - 1):
        for mois in range(1, 13):
            naissance = date(annee, mois, 1)
            revolu = inscription.year - annee - ((inscription.month, inscription.day) < (mois, 1))
            if revolu == age and (session - annee >= 18) is majeur:
                return naissance
    raise AssertionError(f"aucune naissance ne donne {age} ans et majeur = {majeur}")


def _brouillon(s: Mapping[str, Any], reglement: Reglement) -> Brouillon:
    declares = tuple(_declare(ligne, reglement) for ligne in s.get("acquis", ()))
    familles = dict.fromkeys(reglement.acquis[declare.code].famille for declare in declares)
    presentees = s.get("epreuves_presentees")
    return Brouillon(
        nationalite={"francaise": "FR", "etrangere": "IT"}[s.get("nationalite", "francaise")],
        categorie=s["categorie"],
        etablissement=s.get("etablissement"),
        amenagement_duree=s.get("amenagement_duree", False),
        amenagement_epreuves=s.get("handicap", False),
        specialite=s["specialite"],
        choix=s.get("choix", {}),
        forme_passage=FormePassage(s.get("forme", "globale")),
        derogation="derogation" in s,
        motif_derogation=s.get("derogation"),
        familles=tuple(s.get("familles", familles)),
        acquis=declares,
        options=s.get("options", {}),
        langue=s.get("langue"),
        eps=EPS.get(s.get("eps", "")),
        activite_eps=s.get("activite_eps"),
        epreuves_presentees=None if presentees is None else tuple(presentees),
        facultatives=tuple(s.get("facultatives", ())),
        langue_facultative=s.get("langue_facultative"),
    )


def _declare(ligne: Mapping[str, Any], reglement: Reglement) -> AcquisDeclare:
    """situations.toml écrit la langue du titre par un drapeau, et la condition d'un titre européen par `epreuves`."""
    sous_condition = reglement.acquis[ligne["code"]].matieres_sous_condition
    justifiees = {matiere for matiere in ligne.get("epreuves", ()) if matiere in sous_condition}
    if ligne.get("langue_dans_le_titre"):
        justifiees.add("LV")
    return AcquisDeclare(
        code=ligne["code"],
        annee=ligne.get("annee"),
        academie=ligne.get("academie", "16"),
        specialite=ligne.get("specialite"),
        notes={repere: float(note) for repere, note in ligne.get("notes", {}).items()},
        annees_notes=ligne.get("annees_notes", {}),
        matieres_justifiees=tuple(sorted(justifiees)),
        epreuves=tuple(ligne.get("epreuves", ())),
        repasse=tuple(ligne.get("repasse", ())),
        est_coche=ligne.get("est_coche", True),
    )
