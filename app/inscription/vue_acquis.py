"""La cascade des acquis telle qu’elle se montre : familles, titres, puis les épreuves de chacun et leurs raisons."""

from dataclasses import dataclass

from app.regles.acquis import acquis_coches, acquis_proposes, familles_proposees
from app.regles.dispenses import Droit, RefusDeDroit, droits_de, refus_de_droit
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.referentiel import Acquis, Texte
from app.regles.reperes import codes_affiches, libelles
from app.regles.vocabulaire import EffetAcquis, PositionEpreuve
from app.web.forms import Formulaire, Option

COURTES = ("annee", "academie")


@dataclass(frozen=True, slots=True)
class DroitVu:
    repere: str
    code: str
    libelle: str
    est_demande: bool
    est_certain: bool
    motif: str
    textes: tuple[Texte, ...]
    concerne_aussi: str
    """sous-épreuves qui suivent : « EG1A, EG1B et EG1C »"""
    preuves: tuple[str, ...]
    ce_qui_revient: str


@dataclass(frozen=True, slots=True)
class RefusVu:
    code: str
    libelle: str
    motif: str


@dataclass(frozen=True, slots=True)
class AcquisVu:
    code: str
    courtes: tuple[str, ...]
    decisives: tuple[str, ...]
    """celles dont dépendent les droits : l'année, pas l'académie"""
    longues: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    droits: tuple[DroitVu, ...]
    refus: tuple[RefusVu, ...]
    titre_droits: str

    @property
    def champ_dispenses(self) -> str:
        return f"dispenses-{self.code}"

    @property
    def champ_proposees(self) -> str:
        return f"proposees-{self.code}"


@dataclass(frozen=True, slots=True)
class TitreVu:
    option: Option
    declare: AcquisVu | None


@dataclass(frozen=True, slots=True)
class FamilleVue:
    option: Option
    est_cochee: bool
    champ_titres: str
    titres: tuple[TitreVu, ...]


def vues_des_familles(dossier: Dossier, rendu: Formulaire) -> tuple[FamilleVue, ...]:
    declares = {declare.code: (acquis, declare) for acquis, declare in acquis_coches(dossier)}
    vues = []
    for famille in familles_proposees(dossier):
        champ = f"titres-{famille.code}"
        vues.append(
            FamilleVue(
                Option(famille.code, famille.libelle),
                famille.code in dossier.brouillon.familles,
                champ if champ in rendu else "",
                tuple(
                    TitreVu(
                        Option(acquis.code, acquis.diplome, precision=acquis.libelle),
                        _acquis(dossier, rendu, *declares[acquis.code]) if acquis.code in declares else None,
                    )
                    for acquis in acquis_proposes(dossier, famille.code)
                ),
            )
        )
    return tuple(vues)


def _acquis(dossier: Dossier, rendu: Formulaire, acquis: Acquis, declare: AcquisDeclare) -> AcquisVu:
    noms = [champ.name for champ in rendu if champ.name.partition("-")[2].partition("-")[0] == acquis.code]
    notes = [nom for nom in noms if nom.startswith("note-")]
    return AcquisVu(
        code=acquis.code,
        courtes=tuple(nom for nom in noms if nom.partition("-")[0] in COURTES),
        decisives=tuple(nom for nom in noms if nom.startswith("annee-")),
        longues=tuple(nom for nom in noms if nom.partition("-")[0] in ("specialite", "condition", "epreuves")),
        notes=tuple((nom, f"annee_{nom}") for nom in notes),
        droits=tuple(_droit(dossier, droit) for droit in droits_de(dossier, declare)),
        refus=tuple(_refus(dossier, r) for r in refus_de_droit(dossier) if r.code_acquis == acquis.code),
        titre_droits=(
            "Vous garderez votre note aux épreuves suivantes"
            if acquis.effet is EffetAcquis.REPORT_NOTES
            else "Vous serez dispensé de passer les épreuves suivantes"
        ),
    )


def _droit(dossier: Dossier, droit: Droit) -> DroitVu:
    code, libelle = _nom(dossier, droit.repere)
    return DroitVu(
        repere=droit.repere,
        code=code,
        libelle=libelle,
        est_demande=droit.est_demande,
        est_certain=droit.est_certain,
        motif=droit.motif,
        textes=droit.textes,
        concerne_aussi=_sous_epreuves(dossier, droit.repere, code),
        preuves=tuple(dossier.reglement.pieces[p].libelle for p in droit.pieces if p in dossier.reglement.pieces),
        ce_qui_revient="la note" if droit.position is PositionEpreuve.BENEFICE else "la dispense",
    )


def _refus(dossier: Dossier, refus: RefusDeDroit) -> RefusVu:
    code, libelle = _nom(dossier, refus.repere) if refus.repere else ("", "")
    return RefusVu(code, libelle, refus.motif)


def _nom(dossier: Dossier, repere: str) -> tuple[str, str]:
    if dossier.specialite is None:
        return repere, ""
    codes, noms = codes_affiches(dossier.reglement, dossier.specialite), libelles(dossier.reglement, dossier.specialite)
    return codes.get(repere, repere), noms.get(repere, "")


def _sous_epreuves(dossier: Dossier, repere: str, code: str) -> str:
    matiere = dossier.reglement.matieres.get(repere)
    suites = [f"{code}{sous.code}" for sous in matiere.sous_epreuves] if matiere else []
    return " et ".join((", ".join(suites[:-1]), suites[-1])) if len(suites) > 1 else "".join(suites)
