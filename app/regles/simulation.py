"""Une simulation de dispenses, portée par une adresse : aucun nom, aucune date de naissance, aucune note.

L'adresse se partage et se remplit à la main : tout code inconnu, toute année impossible sont écartés sans bruit,
et la simulation se fait sur ce qui reste.

    specialite=50033205&categorie=EX_SCOLAIRE&acquis=CAP_AUTRE&annee_CAP_AUTRE=2020
    matiere_CODE=LV      le titre remplit la condition posée pour cette matière
    epreuve_CODE=EP1     épreuve validée (VAE, attestation de blocs), ou dont la note serait gardée
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from app.regles.dossier import AcquisDeclare
from app.regles.referentiel import Acquis, Reglement, Specialite
from app.regles.vocabulaire import EffetAcquis, InscritPar, Portee

LONGUEUR_MAX = 4_000
CHAMPS_MAX = 200
PREMIERE_ANNEE = 1950
# Le report ne dépend d'aucun seuil (D. 337-17) : une note quelconque suffit à montrer l'effet de la garder.
NOTE_SUPPOSEE = 10.0

Parametres = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Simulation:
    specialite: str | None = None
    categorie: str | None = None
    acquis: tuple[AcquisDeclare, ...] = ()


def lire_simulation(texte: str, reglement: Reglement, *, annee: int) -> Simulation:
    """`texte` : la partie d'une adresse après « ? ». `annee` : session visée."""
    parametres = _parametres(texte)
    specialite = reglement.specialites.get(_premier(parametres, "specialite"))
    if specialite and not specialite.est_ouverte_a(annee):
        specialite = None
    categorie = _premier(parametres, "categorie")
    return Simulation(
        specialite=specialite.code if specialite else None,
        categorie=categorie if categorie in reglement.categories else None,
        acquis=tuple(
            _acquis(reglement.acquis[code], parametres, reglement, specialite, annee)
            for code in dict.fromkeys(parametres.get("acquis", ()))
            if code in reglement.acquis
        ),
    )


def depuis_simulation(texte: str, reglement: Reglement, *, annee: int) -> dict[str, object]:
    """Les réponses à donner à `Brouillon.avec(**…)` ; vide si la simulation ne dit rien d'utilisable.

    Les notes supposées n'y sont pas : le candidat tape les siennes. Une catégorie qu'un établissement inscrit
    n'y est pas non plus : elle ne se choisit pas sur le portail.
    """
    simulation = lire_simulation(texte, reglement, annee=annee)
    reponses: dict[str, object] = {}
    if simulation.specialite:
        reponses["specialite"] = simulation.specialite
    categorie = reglement.categories.get(simulation.categorie or "")
    if categorie and categorie.inscrit_par is InscritPar.CANDIDAT:
        reponses["categorie"] = categorie.code
    if simulation.acquis:
        familles = {reglement.acquis[declare.code].famille for declare in simulation.acquis}
        reponses["familles"] = tuple(code for code in reglement.familles if code in familles)
        reponses["acquis"] = tuple(replace(declare, notes={}) for declare in simulation.acquis)
    return reponses


def adresse_simulation(simulation: Simulation) -> str:
    """La même simulation, remise en forme d'adresse : ce qui a été écarté n'y est plus."""
    paires = [("specialite", simulation.specialite), ("categorie", simulation.categorie)]
    for declare in simulation.acquis:
        paires.append(("acquis", declare.code))
        if declare.annee is not None:
            paires.append((f"annee_{declare.code}", str(declare.annee)))
        paires += [(f"matiere_{declare.code}", matiere) for matiere in declare.matieres_justifiees]
        paires += [(f"epreuve_{declare.code}", repere) for repere in (*declare.notes, *declare.epreuves)]
    return urlencode([(nom, valeur) for nom, valeur in paires if valeur])


def reperes_possibles(acquis: Acquis, reglement: Reglement, specialite: Specialite | None) -> tuple[str, ...]:
    """Épreuves que cet acquis peut couvrir, dans l'ordre de la spécialité ; vide tant qu'elle n'est pas choisie."""
    if specialite is None:
        return ()
    generales = tuple(m for m in reglement.modeles.get(specialite.modele, ()) if m in reglement.matieres)
    professionnelles = tuple(epreuve.code for epreuve in specialite.epreuves)
    match acquis.portee:
        case Portee.GENERALES:
            return tuple(m for m in generales if not acquis.matieres or m in acquis.matieres)
        case Portee.PROFESSIONNELLES:
            return professionnelles
        case Portee.TOUTES:
            return professionnelles + generales
    regles = [regle for regle in acquis.regles if regle.specialite == specialite.code]
    return tuple(code for code in professionnelles if any(code in regle.epreuves for regle in regles))


def _acquis(
    acquis: Acquis, parametres: Parametres, reglement: Reglement, specialite: Specialite | None, annee: int
) -> AcquisDeclare:
    coches = parametres.get(f"epreuve_{acquis.code}", ())
    reperes = tuple(r for r in reperes_possibles(acquis, reglement, specialite) if r in coches)
    justifiees = parametres.get(f"matiere_{acquis.code}", ())
    return AcquisDeclare(
        code=acquis.code,
        annee=_annee(_premier(parametres, f"annee_{acquis.code}"), annee),
        notes=dict.fromkeys(reperes, NOTE_SUPPOSEE) if acquis.effet is EffetAcquis.REPORT_NOTES else {},
        matieres_justifiees=tuple(m for m in acquis.matieres_sous_condition if m in justifiees),
        epreuves=reperes if acquis.effet is EffetAcquis.DISPENSE and "epreuves" in acquis.demande else (),
    )


def _annee(texte: str, session: int) -> int | None:
    """Quatre chiffres ordinaires, ni avant les premiers CAP encore détenus, ni après la session visée."""
    if len(texte) != 4 or not (texte.isascii() and texte.isdigit()):
        return None
    return int(texte) if PREMIERE_ANNEE <= int(texte) <= session else None


def _parametres(texte: str) -> Parametres:
    if len(texte) > LONGUEUR_MAX:
        return {}
    try:
        return parse_qs(texte, max_num_fields=CHAMPS_MAX, errors="replace")
    except ValueError:  # trop de champs : ce n'est pas notre formulaire
        return {}


def _premier(parametres: Parametres, nom: str) -> str:
    return next(iter(parametres.get(nom, ())), "").strip()
