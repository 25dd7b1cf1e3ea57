"""Onglet 4, la cascade du guide : familles → titres → année, académie, notes → épreuves dispensées, toutes cochées.

Le candidat déclare ; les dispenses se déduisent (regles.dispenses). Seul ce qu'il décoche est une réponse.
Noms des questions : `annee-CAP_AUTRE`, `note-MEME_CAP_AJOURNE-EP1`, `dispenses-CAP_AUTRE`…
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.inscription.onglet import Listes
from app.regles.acquis import acquis_coches, acquis_proposes, conditions_proposees, familles_proposees, reperes_a_dire
from app.regles.dispenses import droits_de
from app.regles.dossier import AcquisDeclare, Brouillon, Dossier
from app.regles.eligibilite import sans_accents
from app.regles.referentiel import Acquis
from app.regles.reperes import LANGUE, codes_affiches, libelles, reperes
from app.web.forms import CasesACocher, Champ, Choix, Entier, NoteSur20, Option, OuiNon

slug = "acquis"
titre = "Acquis"
champs = ("familles", "acquis")
PREMIERE_ANNEE = 1950


def questions(dossier: Dossier, listes: Listes) -> dict[str, Champ]:
    posees: dict[str, Champ] = {
        "familles": CasesACocher(
            "Que souhaitez-vous déclarer ?",
            aide="Cochez tout ce qui vous concerne.",
            options=[(famille.code, famille.libelle) for famille in familles_proposees(dossier)],
        )
    }
    for famille in familles_proposees(dossier):
        proposes = acquis_proposes(dossier, famille.code)
        if famille.code in dossier.brouillon.familles and len(proposes) > 1:
            posees[f"titres-{famille.code}"] = CasesACocher(
                INTITULES_TITRES.get(famille.code, "Précisez"),
                options=[Option(acquis.code, acquis.diplome, precision=acquis.libelle) for acquis in proposes],
            )
    for acquis, declare in acquis_coches(dossier):
        posees |= _questions_d_un_acquis(dossier, listes, acquis, declare)
    return posees


INTITULES_TITRES = {
    "MEME_CAP": "Que gardez-vous de cette présentation ?",
    "AUTRE_SPECIALITE": "À quel diplôme vous êtes-vous présenté(e) ?",
    "AUTRE_DIPLOME": "Quel diplôme avez-vous obtenu ?",
}


def valeurs(dossier: Dossier) -> Mapping[str, object]:
    connues: dict[str, object] = {"familles": dossier.brouillon.familles}
    for famille in familles_proposees(dossier):
        codes = {acquis.code for acquis in acquis_proposes(dossier, famille.code)}
        connues[f"titres-{famille.code}"] = [
            declare.code for declare in dossier.brouillon.acquis if declare.est_coche and declare.code in codes
        ]
    for _, declare in acquis_coches(dossier):
        code = declare.code
        connues |= {f"{nom}-{code}": getattr(declare, nom) for nom in ("annee", "academie", "specialite", "epreuves")}
        connues |= {f"note-{code}-{repere}": note for repere, note in declare.notes.items()}
        connues |= {f"annee_note-{code}-{repere}": annee for repere, annee in declare.annees_notes.items()}
        connues |= {f"condition-{code}-{matiere}": True for matiere in declare.matieres_justifiees}
        connues |= {f"condition-{code}-{matiere}": False for matiere in declare.matieres_ecartees}
        lignes = droits_de(dossier, declare)
        connues[f"proposees-{code}"] = [droit.repere for droit in lignes]
        connues[f"dispenses-{code}"] = [droit.repere for droit in lignes if droit.est_demande]
    return connues


def reporter(lues: Mapping[str, Any], dossier: Dossier) -> Brouillon:
    familles = tuple(lues.get("familles", dossier.brouillon.familles))
    avec_familles = dossier.avec(familles=familles)
    declares = {declare.code: declare for declare in dossier.brouillon.acquis}
    for code, est_coche in _coches(lues, avec_familles):
        declares[code] = replace(declares.get(code, AcquisDeclare(code)), est_coche=est_coche)
    utiles = (d for d in declares.values() if d.est_coche or d != AcquisDeclare(d.code, est_coche=False))
    return dossier.brouillon.avec(familles=familles, acquis=tuple(_reporter_un(lues, declare) for declare in utiles))


def _coches(lues: Mapping[str, Any], dossier: Dossier) -> Iterator[tuple[str, bool]]:
    """Le seul titre d'une famille se coche avec elle : la question ne se pose pas."""
    for famille in familles_proposees(dossier):
        codes = [acquis.code for acquis in acquis_proposes(dossier, famille.code)]
        if len(codes) == 1 and famille.code in dossier.brouillon.familles:
            yield codes[0], True
        elif f"titres-{famille.code}" in lues:
            yield from ((code, code in lues[f"titres-{famille.code}"]) for code in codes)


def _reporter_un(lues: Mapping[str, Any], declare: AcquisDeclare) -> AcquisDeclare:
    code = declare.code
    notes = {r: None if n is None else float(n) for r, n in _par_repere(lues, f"note-{code}-").items()}
    conditions = _par_repere(lues, f"condition-{code}-")
    proposees = lues.get(f"proposees-{code}", [])
    gardees = lues.get(f"dispenses-{code}", [])
    return replace(
        declare,
        annee=lues.get(f"annee-{code}", declare.annee),
        academie=lues.get(f"academie-{code}", declare.academie),
        specialite=lues.get(f"specialite-{code}", declare.specialite),
        epreuves=tuple(lues.get(f"epreuves-{code}", declare.epreuves)),
        notes=_sans_vide(dict(declare.notes) | notes),
        annees_notes=_sans_vide(dict(declare.annees_notes) | _par_repere(lues, f"annee_note-{code}-")),
        matieres_justifiees=_bascule(declare.matieres_justifiees, conditions, oui=True),
        matieres_ecartees=_bascule(declare.matieres_ecartees, conditions, oui=False),
        repasse=tuple(repere for repere in declare.repasse if repere not in proposees)
        + tuple(repere for repere in proposees if repere not in gardees),
    )


def _questions_d_un_acquis(
    dossier: Dossier, listes: Listes, acquis: Acquis, declare: AcquisDeclare
) -> dict[str, Champ]:
    code, session = acquis.code, dossier.contexte.annee
    titres = _intitules(dossier)
    posees: dict[str, Champ] = {}
    if "annee" in acquis.demande:
        posees[f"annee-{code}"] = Entier(
            "Année",
            sujet="l’année d’obtention" if acquis.effet == "dispense" else "l’année de la session",
            minimum=PREMIERE_ANNEE,
            maximum=session,
            exemple="2020",
            requis=True,
        )
    if "academie" in acquis.demande:
        posees[f"academie-{code}"] = Choix("Académie", sujet="l’académie", options=listes.academies, requis=True)
    if "specialite" in acquis.demande:
        posees[f"specialite-{code}"] = Choix(
            "Spécialité", sujet="la spécialité présentée alors", options=_specialites(dossier), requis=True
        )
    for matiere in conditions_proposees(dossier, acquis):
        posees[f"condition-{code}-{matiere}"] = OuiNon(CONDITIONS.get(matiere, titres[matiere]))
    a_dire = reperes_a_dire(dossier, acquis)
    if "epreuves" in acquis.demande:
        posees[f"epreuves-{code}"] = CasesACocher(
            "Épreuves validées",
            aide="Cochez celles que votre attestation mentionne.",
            options=[(repere, titres[repere]) for repere in a_dire],
            requis=True,
        )
    if "notes" in acquis.demande:
        for repere in a_dire:
            posees[f"note-{code}-{repere}"] = NoteSur20(titres[repere], sujet=f"la note de « {titres[repere]} »")
            posees[f"annee_note-{code}-{repere}"] = Entier(
                "Session de cette note",
                sujet="la session de cette note",
                aide="Si elle n’est pas celle de l’année ci-dessus.",
                minimum=PREMIERE_ANNEE,
                maximum=session,
            )
    lignes = droits_de(dossier, declare)
    tous = [(repere, titres[repere]) for repere in titres]
    posees[f"proposees-{code}"] = CasesACocher("Épreuves proposées", options=tous)
    posees[f"dispenses-{code}"] = CasesACocher(
        "Vous serez dispensé de passer les épreuves suivantes",
        aide="Si vous souhaitez repasser une épreuve, décochez les épreuves que vous souhaitez repasser.",
        options=[(droit.repere, titres[droit.repere]) for droit in lignes],
    )
    return posees


CONDITIONS = {
    LANGUE: "Ce titre comportait-il une épreuve dans une langue autre que le français ?",
    "FR_HG_EMC": "Avez-vous passé une épreuve en français pour ce titre, ou justifiez-vous du niveau A2 de français ?",
}


def _intitules(dossier: Dossier) -> dict[str, str]:
    """Repère → « EG1 : Français, histoire-géographie… », comme à l'écran du guide."""
    specialite = dossier.specialite
    if specialite is None:
        return {}
    codes, noms = codes_affiches(dossier.reglement, specialite), libelles(dossier.reglement, specialite)
    return {repere: f"{codes[repere]} : {noms[repere]}" for repere in reperes(dossier.reglement, specialite)}


def _specialites(dossier: Dossier) -> list[tuple[str, str]]:
    """La liste nationale, sans celle que l'on présente : c'est à une autre qu'on s'est présenté."""
    noms = {fiche.code: fiche.libelle for fiche in dossier.reglement.catalogue}
    noms |= {s.code: s.titre for s in dossier.reglement.specialites.values()}
    noms.pop(dossier.brouillon.specialite or "", None)
    return sorted(noms.items(), key=lambda ligne: sans_accents(ligne[1]))


def _par_repere(lues: Mapping[str, Any], prefixe: str) -> dict[str, Any]:
    return {nom.removeprefix(prefixe): valeur for nom, valeur in lues.items() if nom.startswith(prefixe)}


def _sans_vide(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    return {repere: valeur for repere, valeur in valeurs.items() if valeur is not None}


def _bascule(connues: tuple[str, ...], reponses: Mapping[str, bool | None], *, oui: bool) -> tuple[str, ...]:
    """Les matières dont la réponse est `oui` ; une matière sans réponse dans l'envoi garde la sienne."""
    restent = tuple(matiere for matiere in connues if reponses.get(matiere) is None or reponses[matiere] is oui)
    return restent + tuple(m for m, reponse in reponses.items() if reponse is oui and m not in restent)
