"""Un canari : une chaîne à lui dans chaque colonne et chaque fichier qu'un dossier peut remplir.

Les lignes se déduisent du schéma : une table ou une colonne nouvelle est plantée sans qu'on y pense, et cherchée.
"""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, String, Table, insert, select
from sqlalchemy.orm import Session

import app.tables
from app.documents.models import TypeDocument
from app.infra.database import Base, Instant
from app.infra.transports import DossierEml
from app.regles.vocabulaire import EtatCandidature
from tests.instance import BELLEVUE, DEBUT, REGINE

assert app.tables
CANARI = "zqcanarizq"
D_AGENT = {"agent", "agent_academie", "agent_etablissement", "code_secours", "relance_en_nombre"}
"""rien d'un candidat n'y entre"""
PAR_UN_AGENT = {"agent_id", "auteur", "retablie_par", "acteur"}
LONGUEUR_MIN = 8
"""une colonne plus courte ne porte qu'un code (département, numéro d'inscription)"""
POSEES: Mapping[tuple[str, str], Any] = {
    ("compte", "active_le"): DEBUT,
    ("compte", "vu_le"): DEBUT,
    ("candidature", "etat"): EtatCandidature.INSCRIT,
    ("candidature", "version"): 1,
    ("document", "type"): TypeDocument.LIBRE,
    ("document", "donnees"): {"cle": "zqlibrezq.pdf", "octets": 9, "empreinte": "zqempreintezq"},
    ("publication", "type"): TypeDocument.CONVOCATION,
    ("eleve", "uai"): BELLEVUE,
    ("import_eleves", "uai"): BELLEVUE,
    ("impression", "uai"): BELLEVUE,
    ("abonnement_agenda", "compte_id"): CANARI,
}
PROVISOIRES = {
    ("compte", "mot_de_passe_change_le"), ("candidature", "desinscrite_le"), ("courriel", "abandonne_le"),
    ("document", "remplace_le"), ("fichier_depose", "retire_le"), ("piece_demandee", "retiree_le"),
    ("eleve", "parti_le"),
}  # fmt: skip
"""instants laissés nuls : la ligne vaut encore"""


def tables_d_un_compte() -> set[str]:
    """Celles qu'une clé étrangère mène, de proche en proche, à un compte ou à une candidature ; et la boîte d'envoi."""
    trouvees = {"compte", "courriel"}
    while True:
        suivantes = {
            table.name
            for table in Base.metadata.sorted_tables
            if any(cle.column.table.name in trouvees for cle in table.foreign_keys)
        }
        if suivantes <= trouvees:
            return trouvees
        trouvees |= suivantes


def tables_plantees(*, avec_candidature: bool = True) -> list[Table]:
    voulues = tables_d_un_compte() | {"publication"}
    if not avec_candidature:
        voulues -= dependances({"candidature", "publication", "import_eleves", "preparation", "impression"})
    return [t for t in Base.metadata.sorted_tables if t.name in voulues - D_AGENT]


def dependances(noms: Collection[str]) -> set[str]:
    """Ces tables, et celles dont une clé étrangère obligatoire y mène."""
    trouvees = set(noms)
    while True:
        suivantes = {
            cle.parent.table.name
            for table in Base.metadata.sorted_tables
            for cle in table.foreign_keys
            if cle.column.table.name in trouvees and not cle.parent.nullable
        }
        if suivantes <= trouvees:
            return trouvees
        trouvees |= suivantes


def planter(db: Session, donnees: Path, tables: list[Table]) -> list[str]:
    """Rend les plumes : une par colonne de texte et par fichier."""
    plumes: list[str] = []
    posees: dict[str, dict[str, Any]] = {}
    for table in tables:
        ligne = _ligne(db, table, posees, plumes)
        cles = db.execute(insert(table).values(ligne).returning(*table.primary_key.columns)).one()._asdict()
        posees[table.name] = ligne | cles
    plumes += planter_les_fichiers(donnees, posees)
    return plumes


def planter_les_fichiers(donnees: Path, posees: Mapping[str, Mapping[str, Any]]) -> list[str]:
    chemins = {"courriels": f"20261110T130200Z-{posees['courriel']['id']}.eml"}
    if "demande_correction" in posees:
        chemins["preuves"] = f"{CANARI}/{posees['demande_correction']['preuve_fichier']}"
    if "document" in posees:
        chemins["pieces"] = posees["fichier_depose"]["cle"]
        chemins["envois"] = posees["envoi_morcele"]["id"]
        chemins["documents"] = posees["document"]["donnees"]["cle"]
    for dossier, nom in chemins.items():
        fichier = donnees / dossier / nom
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_bytes(f"To: zqfichier{dossier}zq".encode())
    assert DossierEml(donnees / "courriels").deposes()
    return [f"zqfichier{dossier}zq" for dossier in chemins]


def _ligne(db: Session, table: Table, posees: Mapping[str, Mapping[str, Any]], plumes: list[str]) -> dict[str, Any]:
    ligne: dict[str, Any] = {}
    for colonne in table.columns:
        if (table.name, colonne.name) in POSEES:
            ligne[colonne.name] = POSEES[table.name, colonne.name]
        elif (table.name, colonne.name) in PROVISOIRES or _est_automatique(colonne):
            continue
        elif colonne.foreign_keys or colonne.name in ("compte_id", "candidature_id"):
            ligne[colonne.name] = _reference(db, colonne, posees)
        else:
            ligne[colonne.name] = _valeur(colonne, plumes)
    return ligne


def _est_automatique(colonne: Column[Any]) -> bool:
    return colonne.primary_key and isinstance(colonne.type, Integer) and len(colonne.table.primary_key.columns) == 1


def _reference(db: Session, colonne: Column[Any], posees: Mapping[str, Mapping[str, Any]]) -> Any:
    vise = {cle.column.table.name: cle.column for cle in colonne.foreign_keys}
    if colonne.name in PAR_UN_AGENT or "agent" in vise:
        return REGINE.id
    if not vise:
        nom = colonne.name.removesuffix("_id")
        return posees[nom]["id"] if nom in posees else None
    ((nom, cle),) = vise.items()
    if nom in posees:
        return posees[nom][cle.name]
    if colonne.nullable:
        return None
    return db.scalar(select(cle).limit(1))


def _valeur(colonne: Column[Any], plumes: list[str]) -> Any:
    type_: Any = colonne.type
    if enumeres := getattr(type_, "enum_class", None):
        return next(iter(enumeres))
    if isinstance(type_, Boolean):
        return False
    if isinstance(type_, Integer | Float):
        return 1
    if isinstance(type_, Instant):
        return DEBUT
    if isinstance(type_, Date):
        return date(2026, 11, 10)
    if isinstance(type_, String) and (type_.length or LONGUEUR_MIN) < LONGUEUR_MIN:
        return "z"
    if colonne.table.name == "compte" and colonne.name == "id":
        plumes.append(CANARI)
        return CANARI
    plume = f"zq{len(plumes):03}zq"
    plumes.append(plume)
    if isinstance(type_, LargeBinary):
        return plume.encode()
    if isinstance(type_, JSON):
        return {"plume": plume}
    return plume


def traces(donnees: Path, plumes: Collection[str]) -> dict[str, list[str]]:
    """Plume → les fichiers du dossier des données qui la portent, dans leur nom ou dans leurs octets."""
    contenus = {
        str(fichier.relative_to(donnees)): (str(fichier.relative_to(donnees)).encode() + fichier.read_bytes()).lower()
        for fichier in sorted(donnees.rglob("*"))
        if fichier.is_file()
    }
    restes = {plume: [nom for nom, octets in contenus.items() if plume.encode() in octets] for plume in plumes}
    return {plume: noms for plume, noms in restes.items() if noms}
