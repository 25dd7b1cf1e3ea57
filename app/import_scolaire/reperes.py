"""Le référentiel, sous la forme où un fichier d'élèves s'y contrôle ; et la période où l'établissement inscrit."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.import_scolaire.cases import Commune, Reperes
from app.referentiel.fiches import FichePeriode
from app.referentiel.lieux import cle_de_recherche
from app.referentiel.models import Commune as LigneCommune
from app.referentiel.models import Departement, Etablissement, Pays
from app.referentiel.queries import contexte, periodes
from app.regles.calendrier import EtatService, Periode, etat, session_est_close
from app.regles.dossier import Brouillon, Dossier
from app.regles.eligibilite import motif_de_fermeture
from app.regles.referentiel import Identite, Reglement
from app.regles.vocabulaire import InscritPar


def periode_courante(db: Session, uai: str, *, maintenant: datetime) -> FichePeriode | None:
    """Celle de son académie où s'inscrire : la prochaine à fermer, sinon la dernière fermée d'une session à venir."""
    etablissement = db.get(Etablissement, uai)
    if etablissement is None:
        return None
    siennes = [
        p
        for p in periodes(db, academie=etablissement.academie_code)
        if not session_est_close(p.session.annee, maintenant)
    ]
    a_fermer = [p for p in siennes if maintenant < p.ferme_le]
    return min(a_fermer, key=lambda p: p.ferme_le, default=max(siennes, key=lambda p: p.ferme_le, default=None))


def peut_importer(periode: FichePeriode, maintenant: datetime) -> bool:
    """On prépare avant l'ouverture ; à la clôture et après, c'est au service des examens."""
    return etat(Periode(periode.ouvre_le, periode.ferme_le), maintenant) is not EtatService.FERME


def departements(db: Session) -> dict[str, str]:
    """« 1 », « 01 », « 001 » : un tableur mange les zéros de tête."""
    ecritures: dict[str, str] = {}
    for code, cyclades in db.execute(select(Departement.code, Departement.code_cyclades)):
        for ecriture in (code, cyclades, code.lstrip("0"), cyclades.lstrip("0")):
            ecritures[ecriture.upper()] = code
    return ecritures


def reperes(
    db: Session, uai: str, periode_id: str, reglement: Reglement, cites: Collection[str], *, jour: date
) -> Reperes:
    """`cites` : les départements dont le fichier nomme des communes ; les autres ne sont pas lus."""
    etablissement, cadre = db.get_one(Etablissement, uai), contexte(db, periode_id, jour)
    if cadre is None:
        raise LookupError("an import has its period")
    dossier = Dossier(_personne(jour), Brouillon(), reglement, cadre)
    categories = [c for c in reglement.categories.values() if c.inscrit_par is InscritPar.ETABLISSEMENT]
    return Reperes(
        jour=jour,
        categorie=etablissement.type.categorie,
        categories={cle_de_recherche(texte): c.code for c in categories for texte in (c.code, c.libelle)},
        specialites={
            cle_de_recherche(texte): s.code for s in reglement.specialites.values() for texte in (s.titre_ecran, s.code)
        },
        fermees={s.code: motif for s in reglement.specialites.values() if (motif := motif_de_fermeture(dossier, s))},
        departements=departements(db),
        noms_departements=dict(db.execute(select(Departement.code, Departement.nom)).all()),
        communes=_communes(db, cites),
        pays=_pays(db),
    )


def _communes(db: Session, departements: Collection[str]) -> dict[str, dict[str, tuple[Commune, ...]]]:
    par_nom: dict[str, dict[str, list[Commune]]] = {d: defaultdict(list) for d in departements}
    lignes = db.execute(
        select(
            LigneCommune.departement_code,
            LigneCommune.nom_cle,
            LigneCommune.code_insee,
            LigneCommune.type,
            LigneCommune.nom,
        ).where(LigneCommune.departement_code.in_(departements))
    )
    for departement, cle, code_insee, type_, nom in lignes:
        par_nom[departement][cle].append(Commune(code_insee, type_, nom))
    return {d: {cle: tuple(memes) for cle, memes in communes.items()} for d, communes in par_nom.items()}


def _pays(db: Session) -> dict[str, str]:
    lignes = db.execute(select(Pays.code, Pays.nom).where(Pays.type.in_(("etat", "territoire-dependant"))))
    return {cle_de_recherche(texte): code for code, nom in lignes for texte in (code, nom)}


def _personne(jour: date) -> Identite:
    """Qui ne compte pas : seule la session et l'académie disent si une spécialité se présente."""
    return Identite("", "", "", "", jour, "", "", "")
