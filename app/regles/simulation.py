"""Une simulation de dispenses, portée par une adresse : aucun nom, aucune date de naissance, aucune note.

L'adresse se partage et se remplit à la main : tout code inconnu, toute année impossible sont écartés sans bruit,
et la simulation se fait sur ce qui reste.

    specialite=50033205&categorie=EX_SCOLAIRE&acquis=CAP_AUTRE&annee_CAP_AUTRE=2020
    matiere_CODE=LV      le titre remplit la condition posée pour cette matière
    epreuve_CODE=EP1     épreuve validée (VAE, attestation de blocs), ou dont la note serait gardée
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from app.regles.acquis import conditions_proposees, est_recevable, reperes_a_dire
from app.regles.dossier import AcquisDeclare, Brouillon, Contexte, Dossier
from app.regles.eligibilite import NATIONALITE_FRANCAISE, motif_de_fermeture
from app.regles.referentiel import Acquis, Identite, Reglement
from app.regles.vocabulaire import EffetAcquis, FormePassage, InscritPar

LONGUEUR_MAX = 4_000
CHAMPS_MAX = 200
PREMIERE_ANNEE = 1950
AGE = 30
# Le report ne dépend d'aucun seuil (D. 337-17) : une note quelconque suffit à montrer l'effet de la garder.
NOTE_SUPPOSEE = 10.0

Parametres = Mapping[str, Sequence[str]]


def dossier_simule(texte: str, reglement: Reglement, contexte: Contexte, *, age: int = AGE) -> Dossier:
    """Le dossier de quelqu'un dont on ne sait que l'adresse (`texte` : ce qui suit « ? »).

    Forme globale, pour que toutes les épreuves paraissent ; nationalité française et âge de convention : ni
    l'une ni l'autre ne changent une dispense.
    """
    parametres = lire_parametres(texte)
    dossier = Dossier(_quelqu_un(contexte, age), Brouillon(nationalite=NATIONALITE_FRANCAISE), reglement, contexte)
    specialite = reglement.specialites.get(_premier(parametres, "specialite"))
    if specialite and not motif_de_fermeture(dossier, specialite):
        dossier = dossier.avec(specialite=specialite.code)
    categorie = reglement.categories.get(_premier(parametres, "categorie"))
    if categorie:
        dossier = dossier.avec(categorie=categorie.code, forme_passage=FormePassage.GLOBALE)
    codes = [code for code in dict.fromkeys(parametres.get("acquis", ())) if code in reglement.acquis]
    familles = {reglement.acquis[code].famille for code in codes}
    return dossier.avec(
        familles=tuple(code for code in reglement.familles if code in familles),
        acquis=tuple(_declare(dossier, reglement.acquis[code], parametres) for code in codes),
    )


def depuis_simulation(texte: str, reglement: Reglement, contexte: Contexte) -> dict[str, object]:
    """Les réponses à donner à `Brouillon.avec(**…)` ; vide si la simulation ne dit rien d'utilisable.

    N'en sont pas : les notes supposées (le candidat tape les siennes), une catégorie qu'un établissement inscrit,
    un acquis qui ne sert à rien dans la spécialité.
    """
    dossier = dossier_simule(texte, reglement, contexte)
    reponses: dict[str, object] = {}
    if dossier.specialite:
        reponses["specialite"] = dossier.specialite.code
    if dossier.categorie and dossier.categorie.inscrit_par is InscritPar.CANDIDAT:
        reponses["categorie"] = dossier.categorie.code
    utiles = [d for d in dossier.brouillon.acquis if est_recevable(dossier, reglement.acquis[d.code])]
    if utiles:
        familles = {reglement.acquis[declare.code].famille for declare in utiles}
        reponses["familles"] = tuple(code for code in dossier.brouillon.familles if code in familles)
        reponses["acquis"] = tuple(replace(declare, notes={}) for declare in utiles)
    return reponses


def adresse_simulation(dossier: Dossier) -> str:
    """Le dossier simulé, remis en forme d'adresse : ce qui a été écarté n'y est plus."""
    paires = [("specialite", dossier.brouillon.specialite), ("categorie", dossier.brouillon.categorie)]
    for declare in dossier.brouillon.acquis:
        paires.append(("acquis", declare.code))
        if declare.annee is not None:
            paires.append((f"annee_{declare.code}", str(declare.annee)))
        paires += [(f"matiere_{declare.code}", matiere) for matiere in declare.matieres_justifiees]
        paires += [(f"epreuve_{declare.code}", repere) for repere in (*declare.notes, *declare.epreuves)]
    return urlencode([(nom, valeur) for nom, valeur in paires if valeur])


def _declare(dossier: Dossier, acquis: Acquis, parametres: Parametres) -> AcquisDeclare:
    coches = parametres.get(f"epreuve_{acquis.code}", ())
    reperes = tuple(repere for repere in reperes_a_dire(dossier, acquis) if repere in coches)
    est_report = acquis.effet is EffetAcquis.REPORT_NOTES
    justifiees = parametres.get(f"matiere_{acquis.code}", ())
    return AcquisDeclare(
        code=acquis.code,
        annee=_annee(_premier(parametres, f"annee_{acquis.code}"), dossier.contexte.annee),
        notes=dict.fromkeys(reperes, NOTE_SUPPOSEE) if est_report else {},
        matieres_justifiees=tuple(m for m in conditions_proposees(dossier, acquis) if m in justifiees),
        epreuves=() if est_report else reperes,
    )


def _annee(texte: str, session: int) -> int | None:
    """Quatre chiffres ordinaires, ni avant les premiers CAP encore détenus, ni après la session visée."""
    if len(texte) != 4 or not (texte.isascii() and texte.isdigit()):
        return None
    return int(texte) if PREMIERE_ANNEE <= int(texte) <= session else None


def _quelqu_un(contexte: Contexte, age: int) -> Identite:
    """Né un 1er janvier : l'âge est le même au jour de l'inscription et, à la session près, à la fin de l'année."""
    naissance = date(contexte.date_inscription.year - age, 1, 1)
    return Identite("", "", "", "", naissance, "", "", "")


def lire_parametres(texte: str) -> Parametres:
    """Ce que l'adresse porte, tel quel ; rien si ce n'est pas une adresse que notre formulaire peut faire."""
    if len(texte) > LONGUEUR_MAX:
        return {}
    try:
        return parse_qs(texte, max_num_fields=CHAMPS_MAX, errors="replace")
    except ValueError:  # trop de champs
        return {}


def _premier(parametres: Parametres, nom: str) -> str:
    return next(iter(parametres.get(nom, ())), "").strip()
