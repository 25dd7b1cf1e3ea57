"""Les élèves déjà inscrits à une session, et à qui chaque ligne d'un fichier se rapporte."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.candidatures.models import EN_COURS_ETATS, Candidature
from app.comptes.models import Candidat
from app.import_scolaire.eleve import RETOUR, Changement, Eleve, changements
from app.import_scolaire.models import Eleve as LigneEleve

AILLEURS = "un élève de votre établissement : celui-ci est déjà inscrit par un autre à cette session"
SEUL = "un élève que vous inscrivez : celui-ci s’est inscrit lui-même à cette session, voyez le service des examens"
FIGE = "le même état civil : cet élève a enregistré son inscription, seul le service des examens peut le corriger"
LOT = 400


@dataclass(frozen=True, slots=True)
class Existant:
    candidature_id: str
    compte_id: str
    uai: str
    eleve: Eleve
    est_enregistre: bool
    est_parti: bool
    est_inscrit_seul: bool = False
    """parti, son compte porte déjà une autre inscription de cette session : il n'en a qu'une (D. 337-21)"""


class Registre:
    """Les élèves d'une période qui peuvent répondre à ces lignes, cherchés par INE puis par personne."""

    def __init__(self, uai: str, existants: Iterable[Existant]) -> None:
        self._uai = uai
        self._par_ine: dict[str, Existant] = {}
        self._par_cle: dict[str, list[Existant]] = {}
        for existant in existants:
            if existant.eleve.ine:
                self._par_ine[existant.eleve.ine] = existant
            self._par_cle.setdefault(existant.eleve.cle, []).append(existant)

    def trouver(self, eleve: Eleve) -> Existant | None:
        """Par l'INE ; sans INE d'un côté ou de l'autre, par la personne : la sienne d'abord."""
        if eleve.ine and eleve.ine in self._par_ine:
            return self._par_ine[eleve.ine]
        memes = [e for e in self._par_cle.get(eleve.cle, ()) if not (e.eleve.ine and eleve.ine)]
        return next((e for e in memes if e.uai == self._uai), None) or next(
            (e for e in memes if e.eleve.lieu_naissance == eleve.lieu_naissance), None
        )


def confronter(eleve: Eleve, existant: Existant | None, uai: str) -> tuple[str, tuple[Changement, ...]]:
    """(ce qu'on attendait, si c'est une erreur ; les changements). Un élève d'ailleurs n'est jamais mis à jour."""
    if existant is None:
        return "", ()
    if existant.uai != uai:
        return AILLEURS, ()
    if existant.est_inscrit_seul:
        return SEUL, ()
    changes = changements(existant.eleve, eleve)
    if existant.est_parti:
        changes = (*changes, Changement(RETOUR, "parti", "de retour"))
    if existant.est_enregistre and any(c.est_d_identite for c in changes):
        return FIGE, ()
    return "", changes


def existants_pour(db: Session, uai: str, periode_id: str, eleves: Collection[Eleve]) -> Registre:
    lus = list(_lus(db, uai, periode_id, eleves))
    seuls = ont_une_autre_inscription(db, [lu.candidature_id for lu in lus if lu.est_parti])
    return Registre(uai, (replace(lu, est_inscrit_seul=True) if lu.candidature_id in seuls else lu for lu in lus))


def existants_de(db: Session, uai: str, periode_id: str) -> tuple[Existant, ...]:
    """Ceux que cet établissement inscrit encore."""
    lignes = db.execute(
        _requete().where(LigneEleve.uai == uai, LigneEleve.periode_id == periode_id, LigneEleve.parti_le.is_(None))
    )
    return tuple(_existant(*ligne) for ligne in lignes)


def ont_une_autre_inscription(db: Session, candidatures: Collection[str]) -> frozenset[str]:
    """Parmi ces candidatures, celles dont le compte en a une autre en cours à la même session, hors dérogation."""
    sienne, autre = aliased(Candidature), aliased(Candidature)
    trouvees: set[str] = set()
    liste = sorted(candidatures)
    for debut in range(0, len(liste), LOT):
        trouvees.update(
            db.scalars(
                select(sienne.id)
                .join(autre, autre.compte_id == sienne.compte_id)
                .where(
                    sienne.id.in_(liste[debut : debut + LOT]),
                    autre.id != sienne.id,
                    autre.session_examen_id == sienne.session_examen_id,
                    autre.derogation_specialite == "",
                    autre.etat.in_(EN_COURS_ETATS),
                )
            )
        )
    return frozenset(trouvees)


def _lus(db: Session, uai: str, periode_id: str, eleves: Collection[Eleve]) -> Iterable[Existant]:
    """Qui est parti d'un autre établissement peut être inscrit ici ; un inscrit passe avant un parti."""
    vus: set[str] = set()
    liste = list(eleves)
    for debut in range(0, len(liste), LOT):
        lot = liste[debut : debut + LOT]
        lignes = db.execute(
            _requete()
            .where(
                LigneEleve.periode_id == periode_id,
                or_(LigneEleve.parti_le.is_(None), LigneEleve.uai == uai),
                or_(LigneEleve.ine.in_([e.ine for e in lot if e.ine]), LigneEleve.cle.in_([e.cle for e in lot])),
            )
            .order_by(LigneEleve.parti_le.is_(None), LigneEleve.candidature_id)
        )
        for ligne in lignes:
            existant = _existant(*ligne)
            if existant.candidature_id not in vus:
                vus.add(existant.candidature_id)
                yield existant


def _requete() -> Any:
    return (
        select(LigneEleve, Candidature, Candidat)
        .join(Candidature, Candidature.id == LigneEleve.candidature_id)
        .join(Candidat, Candidat.compte_id == Candidature.compte_id)
    )


def _existant(ligne: LigneEleve, candidature: Candidature, candidat: Candidat) -> Existant:
    eleve = Eleve(
        ine=ligne.ine,
        civilite=candidat.civilite,
        nom_famille=candidat.nom_famille,
        nom_usage=candidat.nom_usage,
        prenoms=candidat.prenoms,
        date_naissance=candidat.date_naissance,
        pays_naissance=candidat.pays_naissance,
        departement_naissance=candidat.departement_naissance,
        commune_naissance=candidat.commune_naissance,
        commune_naissance_type=candidat.commune_naissance_type,
        lieu_naissance=candidat.lieu_naissance,
        division=ligne.division,
        categorie=candidature.brouillon.get("categorie") or "",
        specialite=candidature.brouillon.get("specialite") or "",
    )
    return Existant(
        candidature.id, candidature.compte_id, ligne.uai, eleve, candidature.version > 0, ligne.parti_le is not None
    )
