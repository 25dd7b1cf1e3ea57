"""Le simulateur de dispenses : sans compte, et l'adresse porte tous les choix, donc rien de personnel."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from litestar import Response, get
from sqlalchemy.orm import Session

from app.accueil.pieces_simulees import pieces_simulees
from app.accueil.reglement import reglement_actif
from app.accueil.resultat import resultat
from app.comptes.portail import AnyRequest, database, instant
from app.infra.clock import jour_de_paris
from app.referentiel.periodes import session_par_defaut
from app.referentiel.queries import periodes, sessions
from app.regles.dispenses import acquis_proposes, conditions_proposees, familles_proposees, reperes_a_dire
from app.regles.dossier import AcquisDeclare, Contexte, Dossier
from app.regles.eligibilite import specialites_proposees
from app.regles.referentiel import Acquis, FamilleAcquis, Reglement
from app.regles.reperes import LANGUE, codes_affiches, libelles
from app.regles.simulation import Parametres, adresse_simulation, dossier_simule, lire_parametres
from app.regles.vocabulaire import EffetAcquis, InscritPar
from app.web.pages import render

CONDITIONS = {
    LANGUE: "Il comportait une épreuve dans une langue autre que le français",
    "FR_HG_EMC": "Il comportait une épreuve passée en français, ou j’ai le niveau A2 de français",
}


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    nom: str
    valeur: str
    libelle: str
    est_cochee: bool


@dataclass(frozen=True, slots=True)
class Titre:
    """Un titre proposé, et, s'il est coché, ce qu'il faut en dire."""

    case: Case
    diplome: str
    annee: str
    annee_erreur: str
    question_annee: str
    conditions: tuple[Case, ...]
    question_epreuves: str
    epreuves: tuple[Case, ...]


@get("/simulateur", opt={"public": True})
async def simulateur(request: AnyRequest) -> Response[str]:
    maintenant = instant(request)
    annee = await database(request).lire(annee_visee, maintenant)
    reglement = await reglement_actif(request)
    texte = request.scope["query_string"].decode("latin-1")
    return render(request, "accueil/simulateur.html", page(texte, reglement, annee, maintenant))


def annee_visee(db: Session, maintenant: datetime) -> int:
    """La session où l'on peut encore s'inscrire ; sans session connue, l'année prochaine."""
    session = session_par_defaut(sessions(db), periodes(db), maintenant)
    return session.annee if session else jour_de_paris(maintenant).year + 1


def page(texte: str, reglement: Reglement, annee: int, maintenant: datetime) -> dict[str, object]:
    contexte = Contexte(annee=annee, date_inscription=jour_de_paris(maintenant), academie="")
    dossier = dossier_simule(texte, reglement, contexte)
    parametres = lire_parametres(texte)
    adresse = adresse_simulation(dossier)
    return {
        "annee": annee,
        "specialites": [(s.code, s.titre) for s in specialites_proposees(dossier) if s.est_ouverte],
        "specialite": dossier.specialite,
        "categories": _categories(reglement),
        "categorie": dossier.categorie,
        "familles": [(famille, _titres(dossier, famille, parametres)) for famille in familles_proposees(dossier)],
        "resultat": resultat(dossier) if dossier.specialite and dossier.categorie else None,
        "pieces": pieces_simulees(texte, reglement, contexte) if dossier.specialite and dossier.categorie else (),
        "adresse": f"/simulateur?{adresse}",
        "reprise": f"/inscriptions/nouvelle?simulation={quote(adresse, safe='')}",
        "par_etablissement": bool(dossier.categorie and dossier.categorie.inscrit_par is InscritPar.ETABLISSEMENT),
    }


def _categories(reglement: Reglement) -> list[tuple[str, list[tuple[str, str]]]]:
    """En deux groupes : qui s'inscrit soi-même, qui est inscrit par son établissement."""
    return [
        (titre, [(c.code, c.libelle) for c in reglement.categories.values() if c.inscrit_par is inscrit_par])
        for titre, inscrit_par in (
            ("Je m’inscris moi-même", InscritPar.CANDIDAT),
            ("Mon établissement m’inscrit", InscritPar.ETABLISSEMENT),
        )
    ]


def _titres(dossier: Dossier, famille: FamilleAcquis, parametres: Parametres) -> list[Titre]:
    declares = {declare.code: declare for declare in dossier.brouillon.acquis}
    return [
        _titre(dossier, acquis, declares.get(acquis.code), parametres)
        for acquis in acquis_proposes(dossier, famille.code)
    ]


def _titre(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare | None, parametres: Parametres) -> Titre:
    tapee = next(iter(parametres.get(f"annee_{acquis.code}", ())), "").strip()[:20]
    est_faux = bool(declare and tapee and declare.annee is None)
    est_report = acquis.effet is EffetAcquis.REPORT_NOTES
    return Titre(
        case=Case(f"acquis-{acquis.code}", "acquis", acquis.code, acquis.libelle, declare is not None),
        diplome=acquis.diplome,
        annee=tapee,
        annee_erreur=f"Écrivez l’année en quatre chiffres, jusqu’à {dossier.contexte.annee}" if est_faux else "",
        question_annee="Session où les notes ont été obtenues" if est_report else "Année d’obtention",
        conditions=_conditions(dossier, acquis, declare) if declare else (),
        question_epreuves="Épreuves dont je veux garder la note" if est_report else "Épreuves validées",
        epreuves=_epreuves(dossier, acquis, declare) if declare else (),
    )


def _conditions(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> tuple[Case, ...]:
    matieres = dossier.reglement.matieres
    return tuple(
        Case(
            id=f"matiere-{acquis.code}-{matiere}",
            nom=f"matiere_{acquis.code}",
            valeur=matiere,
            libelle=CONDITIONS.get(matiere) or f"Il remplit la condition posée pour « {matieres[matiere].libelle} »",
            est_cochee=matiere in declare.matieres_justifiees,
        )
        for matiere in conditions_proposees(dossier, acquis)
    )


def _epreuves(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> tuple[Case, ...]:
    if dossier.specialite is None:
        return ()
    codes = codes_affiches(dossier.reglement, dossier.specialite)
    noms = libelles(dossier.reglement, dossier.specialite)
    return tuple(
        Case(
            id=f"epreuve-{acquis.code}-{repere}",
            nom=f"epreuve_{acquis.code}",
            valeur=repere,
            libelle=f"{codes[repere]} - {noms[repere]}",
            est_cochee=repere in declare.notes or repere in declare.epreuves,
        )
        for repere in reperes_a_dire(dossier, acquis)
    )
