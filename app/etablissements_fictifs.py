"""Un établissement d'essai, celui du guide (chapitre 8) : son secrétariat, et quelques élèves importés pour de vrai."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.comptes.agents import NouvelAgent
from app.comptes.creation import compte_actif
from app.comptes.demonstration import creer_un_agent
from app.comptes.models import Compte, RoleCompte
from app.import_scolaire.application import appliquer_un_lot, confirmer
from app.import_scolaire.colonnes import COLONNES
from app.import_scolaire.essai import essayer, ouvrir_l_essai, ranger
from app.import_scolaire.lecture import Ligne, Lu
from app.import_scolaire.models import Eleve
from app.import_scolaire.reperes import periode_courante
from app.infra.clock import jour_de_paris
from app.referentiel.models import Etablissement, TypeEtablissement
from app.regles.referentiel import Reglement

UAI = "0310038Y"
SECRETARIAT = NouvelAgent("bellevue@exemple.fr", "EXEMPLE", "Berthe", RoleCompte.ETABLISSEMENT, etablissements=(UAI,))
ELEVE = "acculi.accame"
CONNECTE = "driss.exemple"
"""a choisi son mot de passe, et n'a pas fini : l'établissement peut le relancer"""
ELEVES = (
    ("0123456789A", "MME", "ACCAME", "Acculi", "20/09/2008", "DIV1", "50033205"),
    ("0123456790B", "M", "EXEMPLE", "Bilal", "12/03/2009", "DIV1", "50033205"),
    ("0123456791C", "MME", "EXEMPLE", "Chloé", "30/06/2009", "DIV1", "50033205"),
    ("0123456792D", "M", "EXEMPLE", "Driss", "02/11/2008", "DIV2", "50022146"),
    ("0123456793E", "MME", "EXEMPLE", "Elsa", "17/01/2009", "DIV2", "50022146"),
)
CHAMPS = ("ine", "civilite", "nom_famille", "prenoms", "date_naissance", "division", "specialite")


def etablissement_de_demonstration(
    db: Session, reglement: Reglement, *, cle: bytes, agent: str, eleve: str, maintenant: datetime
) -> dict[str, tuple[str, str]]:
    """`agent` et `eleve` : empreintes de leurs mots de passe. Rôle → identifiant et secret TOTP (vide pour l'élève).

    L'élève du guide garde un mot de passe de papillon : à la première connexion, elle choisit le sien.
    """
    if db.get(Etablissement, UAI) is None:
        db.add(
            Etablissement(
                uai=UAI,
                type=TypeEtablissement.LYCEE,
                nom="LYC BELLEVUE",
                adresse="135 ROUTE DE NARBONNE",
                code_postal="31031",
                ville="TOULOUSE",
                telephone="+33562173000",
                academie_code="16",
                cree_le=maintenant,
            )
        )
        db.flush()
    totp = creer_un_agent(db, SECRETARIAT, cle, agent, maintenant)
    db.flush()
    if db.scalar(select(Eleve.candidature_id).where(Eleve.uai == UAI).limit(1)) is None:
        _importer(db, reglement, maintenant)
        db.execute(
            update(Compte).where(Compte.identifiant == ELEVE, Compte.mot_de_passe_provisoire).values(mot_de_passe=eleve)
        )
        db.execute(
            update(Compte)
            .where(Compte.identifiant == CONNECTE)
            .values(
                mot_de_passe=eleve,
                mot_de_passe_provisoire=False,
                mot_de_passe_change_le=maintenant,
                courriel="driss@exemple.fr",
            )
        )
    return {"etablissement": (SECRETARIAT.courriel, totp), "eleve": (ELEVE, "")}


def _importer(db: Session, reglement: Reglement, maintenant: datetime) -> None:
    periode, auteur = periode_courante(db, UAI, maintenant=maintenant), compte_actif(db, SECRETARIAT.courriel)
    if periode is None or auteur is None:
        return
    connues = set(reglement.specialites)
    lignes = tuple(Ligne(rang, _cases(eleve)) for rang, eleve in enumerate(ELEVES, start=2) if eleve[-1] in connues)
    essai = essayer(db, UAI, periode.id, Lu(lignes, ()), reglement, jour=jour_de_paris(maintenant))
    import_id = ouvrir_l_essai(
        db, UAI, periode.id, essai, fichier="eleves.csv", auteur=auteur.id, maintenant=maintenant
    )
    ranger(db, import_id, essai.lignes)
    confirmer(db, UAI, import_id, retirer_les_absents=False, maintenant=maintenant)
    while appliquer_un_lot(db, import_id, maintenant=maintenant):
        pass


def _cases(eleve: tuple[str, ...]) -> dict[str, str]:
    vides = {colonne.code: "" for colonne in COLONNES}
    return vides | dict(zip(CHAMPS, eleve, strict=True)) | {"departement": "31", "commune": "Toulouse"}
