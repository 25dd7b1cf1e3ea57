from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.referentiel import lieux


def noms(db: Session, departement: str, recherche: str, limite: int = 20) -> list[str]:
    return [commune.libelle for commune in lieux.communes(db, departement, recherche, limite)]


def test_may_sur_orne_se_trouve_et_dit_sa_commune_nouvelle(db: Session):
    """L'exemple du guide : la commune a fusionné depuis."""
    [commune] = lieux.communes(db, "14", "may-sur-orne")
    assert commune.libelle == "MAY-SUR-ORNE (commune déléguée de SAINT-MARTIN-DE-MAY)"
    assert commune.nom_affiche == "MAY-SUR-ORNE"
    assert commune.cle == "14408-commune-deleguee"
    assert lieux.commune(db, commune.cle) == commune


def test_les_noms_qui_commencent_ainsi_viennent_d_abord(db: Session):
    assert noms(db, "14", "may") == [
        "MAY-SUR-ORNE (commune déléguée de SAINT-MARTIN-DE-MAY)",
        "SAINT-MARTIN-DE-MAY",
    ]


@pytest.mark.parametrize(
    ("departement", "recherche", "premier"),
    [
        ("31", "toulouse", "TOULOUSE"),
        ("31", "  Toulouse ", "TOULOUSE"),
        ("33", "saint emilion", "SAINT-ÉMILION"),
        ("33", "ST ÉMILION", "SAINT-ÉMILION"),
        ("33", "st-emilion", "SAINT-ÉMILION"),
        ("13", "stes maries", "SAINTES-MARIES-DE-LA-MER"),
        ("29", "ste sève", "SAINTE-SÈVE"),
        ("94", "l’hay les roses", "L'HAŸ-LES-ROSES"),
        ("94", "l'haÿ", "L'HAŸ-LES-ROSES"),
        ("94", "hay roses", "L'HAŸ-LES-ROSES"),
        ("76", "havre", "LE HAVRE"),
        ("97", "zzz", None),
        ("972", "schoelcher", "SCHŒLCHER"),
        ("2A", "ajaccio", "AJACCIO"),
        ("75", "paris", "PARIS"),
        ("75", "10e", "PARIS 10E ARRONDISSEMENT"),
        ("75", "10", "PARIS 10E ARRONDISSEMENT"),
        ("67", "st", "SAINT-BLAISE-LA-ROCHE"),
    ],
)
def test_accents_tirets_et_abreviations_sont_indifferents(
    db: Session, departement: str, recherche: str, premier: str | None
):
    assert next(iter(noms(db, departement, recherche)), None) == premier


def test_st_est_aussi_le_debut_d_un_nom(db: Session):
    trouves = noms(db, "67", "st", limite=200)
    assert any(nom.startswith("SAINT-") for nom in trouves)
    assert any(nom.startswith("STRASBOURG") for nom in trouves)


@pytest.mark.parametrize("recherche", ["", "  ", "-", "'", "%", "_", "％", "\0", "\ud800", "漢字"])
def test_rien_de_lisible_ne_trouve_rien(db: Session, recherche: str):
    assert lieux.communes(db, "14", recherche) == ()


def test_les_jokers_de_sql_ne_veulent_rien_dire(db: Session):
    assert noms(db, "14", "m%y") == noms(db, "14", "m y")
    assert noms(db, "14", "ma_") == noms(db, "14", "ma")


def test_une_recherche_se_limite(db: Session):
    assert len(lieux.communes(db, "62", "a", limite=5)) == 5
    assert len(lieux.communes(db, "62", "a")) == 20


def test_un_nom_exact_passe_devant_ceux_qui_le_contiennent(db: Session):
    assert noms(db, "01", "chatenay") == ["CHÂTENAY", "CHANOZ-CHÂTENAY"]


def test_on_ne_cherche_que_dans_le_departement(db: Session):
    assert noms(db, "31", "may-sur-orne") == []
    assert {c.departement for c in lieux.communes(db, "14", "saint")} == {"14"}


def test_une_commune_deleguee_homonyme_ne_parait_qu_une_fois(db: Session):
    """Le chef-lieu d'une commune nouvelle garde souvent son nom : ce serait deux fois le même choix."""
    assert lieux.commune(db, "08053-commune-associee") or lieux.commune(db, "08053-commune-deleguee")
    assert noms(db, "08", "bazeilles") == ["BAZEILLES"]


@pytest.mark.parametrize("cle", ["", "14408", "14408-", "-", "14408-autre", "99999-commune-actuelle", "\0", "\ud800-x"])
def test_une_cle_inconnue_ne_designe_rien(db: Session, cle: str):
    assert lieux.commune(db, cle) is None


def localites(db: Session, code: str) -> list[str]:
    return [commune.libelle for commune in lieux.localites(db, code)]


@pytest.mark.parametrize(
    ("code", "attendues"),
    [
        ("31000", ["TOULOUSE"]),
        ("31500", ["TOULOUSE"]),
        ("75010", ["PARIS"]),
        ("75116", ["PARIS"]),
        ("69003", ["LYON"]),
        ("13016", ["MARSEILLE"]),
        ("97400", ["SAINT-DENIS"]),
        ("98800", ["NOUMÉA"]),
        ("97133", ["SAINT-BARTHÉLEMY"]),
        ("00000", []),
        ("3100", []),
        ("", []),
        ("abcde", []),
        ("\ud800", []),
    ],
)
def test_un_code_postal_donne_ses_localites(db: Session, code: str, attendues: list[str]):
    assert localites(db, code) == attendues


def test_plusieurs_communes_se_partagent_un_code_postal(db: Session):
    trouvees = localites(db, "14320")
    assert len(trouvees) > 3
    assert trouvees.index("SAINT-MARTIN-DE-MAY") < trouvees.index(
        "MAY-SUR-ORNE (commune déléguée de SAINT-MARTIN-DE-MAY)"
    )


def test_tout_code_postal_d_arrondissement_donne_sa_ville(db: Session):
    for ville, codes in (("PARIS", range(75001, 75021)), ("LYON", range(69001, 69010))):
        assert {tuple(localites(db, str(code))) for code in codes} == {(ville,)}


def test_la_france_vient_en_tete_des_pays(db: Session):
    tous = lieux.pays(db)
    assert (tous[0].libelle, tous[0].libelle_naissance) == ("FRANCE", "FRANCE (DONT OUTRE-MER)")
    assert [p.nom for p in tous[1:4]] == ["Afghanistan", "Afrique du Sud", "Åland"]
    assert not {"Guadeloupe", "Apatride"} & {p.nom for p in tous}


def test_la_nationalite_francaise_vient_en_tete(db: Session):
    toutes = [n.nationalite for n in lieux.nationalites(db)]
    assert toutes[:3] == ["Français", "Afghan", "Albanais"]
    assert "Apatride" in toutes
    assert len(toutes) == len(set(toutes)) == 200


def test_un_pays_se_lit_par_son_code(db: Session):
    maroc = lieux.un_pays(db, "MA")
    assert maroc is not None
    assert (maroc.nom, maroc.nationalite) == ("Maroc", "Marocain")
    assert lieux.un_pays(db, "ZZ") is None


def test_les_departements_se_lisent_comme_au_guide(db: Session):
    libelles = [d.libelle for d in lieux.departements(db)]
    assert libelles[13] == "014 - Calvados"
    assert "02A - Corse-du-Sud" in libelles
    assert "974 - La Réunion" in libelles
    assert len(libelles) == 109
    assert lieux.departement(db, "2A") is not None
    assert lieux.departement(db, "20") is None


@pytest.mark.parametrize(
    "lecture",
    [
        lambda db: lieux.communes(db, "14", "may"),
        lambda db: lieux.communes(db, "14", "st"),
        lambda db: lieux.localites(db, "14320"),
        lambda db: lieux.commune(db, "14408-commune-deleguee"),
    ],
    ids=["communes", "communes abrégées", "localités", "commune"],
)
def test_aucune_recherche_ne_parcourt_toutes_les_communes(db: Session, lecture: Callable[[Session], Any]):
    """Le plan de SQLite plutôt qu'un chronomètre : une machine chargée ne fait pas échouer le test."""
    vues: list[tuple[str, Any]] = []
    event.listen(
        db.get_bind(), "before_cursor_execute", lambda _c, _k, requete, valeurs, *_: vues.append((requete, valeurs))
    )
    lecture(db)
    assert vues
    for requete, valeurs in list(vues):
        plan = [ligne[3] for ligne in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {requete}", valeurs)]
        assert plan
        assert not [etape for etape in plan if etape.startswith("SCAN commune")], plan
