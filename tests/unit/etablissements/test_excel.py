"""Ce qu'Excel écrit et que les autres tableurs n'écrivent pas : tout se lit, ou se refuse par une phrase."""

import io
import re
import zipfile
from collections.abc import Mapping

import pytest

from app.import_scolaire.erreurs import FichierIllisible
from app.import_scolaire.lecture import Lu, lire
from tests.instance import BERTHE
from tests.unit.client import Navigateur
from tests.unit.etablissements.excel import DATES, Case, Feuille, en_excel, formule, nombre, sur_place
from tests.unit.etablissements.fichiers import TITRES, eleve, en_csv, erreurs_de, essayer
from tests.unit.inscription.conftest import Portail

NAISSANCE, NOM, INE = "Date de naissance", "Nom de famille", "INE"
JOUR = 39711
"""le 20 septembre 2008, compté depuis 1899"""
ECART_DE_1904 = 1462
Changes = Mapping[str, Case | str]
LISTES = Feuille("Listes", [["Code", "Libellé"], ["50033205", "AEPE"]])


def eleves(*changees: Changes) -> Feuille:
    lignes = [[*{**eleve(), **changee}.values()] for changee in changees or ({},)]
    return Feuille("Élèves", [TITRES, *lignes])


def lues(*feuilles: Feuille, **options: bool) -> list[dict[str, str]]:
    return [ligne.cases for ligne in lire(en_excel(*feuilles, **options)).lignes]


def une_case(lu: Lu, code: str) -> str:
    (ligne,) = lu.lignes
    return ligne.cases[code]


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    return portail.navigateur(BERTHE)


def test_des_chaines_partagees_enrichies_ou_sur_place_disent_la_meme_chose():
    sur_places = Feuille("E", [[sur_place(t) for t in TITRES], [sur_place(v) if v else "" for v in eleve().values()]])
    (partagee,) = lues(eleves())
    assert partagee["nom_famille"] == "Accame"
    assert lues(eleves(), enrichies=True) == lues(sur_places) == [partagee]


@pytest.mark.parametrize("depuis_1904", [False, True])
@pytest.mark.parametrize("style", range(1, len(DATES)))
def test_une_date_se_lit_sous_chaque_format_du_menu_d_excel(style: int, depuis_1904: bool):
    jour = JOUR - (ECART_DE_1904 if depuis_1904 else 0)
    for valeur in (jour, jour + 0.5):
        (ligne,) = lues(eleves({NAISSANCE: nombre(valeur, style)}), depuis_1904=depuis_1904)
        assert ligne["date_naissance"] == "20/09/2008"


@pytest.mark.parametrize("depuis_1904", [False, True])
def test_une_date_sans_format_se_compte_depuis_l_annee_du_classeur(
    portail: Portail, berthe: Navigateur, depuis_1904: bool
):
    """Sans cela, l'élève d'un classeur né sur un ancien Mac vieillirait de quatre ans, sans un mot."""
    jour = JOUR - (ECART_DE_1904 if depuis_1904 else 0)
    page = essayer(berthe, en_excel(eleves({NAISSANCE: nombre(jour)}), depuis_1904=depuis_1904), nom="e.xlsx")
    assert erreurs_de(page) == []
    berthe.envoyer({}, bouton="Confirmer l’import")
    requete = "SELECT date_naissance AS d FROM candidat WHERE nom_famille = 'ACCAME'"
    assert portail.lignes(requete) == [{"d": "2008-09-20"}]


def test_des_codes_devenus_nombres_se_retrouvent_et_un_ine_tronque_est_une_erreur(berthe: Navigateur):
    nombres: Changes = {"Département de naissance": nombre(1), "Commune de naissance": "Bourg-en-Bresse"}
    juste = {**nombres, "Code spécialité": nombre("5.0033205E7"), "Division": nombre("3.0")}
    page = essayer(berthe, en_excel(eleves(juste, {INE: nombre(123456789), NOM: "Tronquée"})), nom="e.xlsx")
    ((ligne, colonne, valeur, attendu),) = erreurs_de(page)
    assert (ligne, colonne, valeur) == ("Ligne 3", "INE", "123456789")
    assert attendu.startswith("onze chiffres et lettres")


@pytest.mark.parametrize("etat", ["hidden", "veryHidden"])
def test_une_feuille_cachee_n_est_pas_celle_des_eleves(etat: str):
    cachee = Feuille(LISTES.nom, LISTES.lignes, etat=etat)
    assert len(lues(cachee, eleves())) == 1
    ancienne = Feuille("Ancienne", eleves({NOM: "Cachée"}).lignes, etat=etat)
    assert [ligne["nom_famille"] for ligne in lues(ancienne, eleves())] == ["Accame"]
    with pytest.raises(FichierIllisible, match="aucune feuille visible"):
        lues(cachee)


def test_la_feuille_des_eleves_peut_suivre_d_autres():
    assert len(lues(Feuille("Feuil1", []), LISTES, eleves())) == 1
    vide = Feuille("Modèle", [TITRES])
    assert len(lues(vide, eleves())) == 1
    with pytest.raises(FichierIllisible, match="aucune ligne d’élève"):
        lues(vide)


def test_deux_feuilles_d_eleves_se_refusent_sinon_une_classe_se_perdrait(berthe: Navigateur):
    autre = Feuille("DIV2", eleves({INE: "1111111111B", NOM: "Autre"}).lignes)
    page = essayer(berthe, en_excel(eleves(), autre), nom="e.xlsx", statut=422)
    assert "Plusieurs feuilles portent des élèves (« Élèves », « DIV2 »)" in page.texte.replace("\xa0", " ")


def test_une_formule_donne_sa_derniere_valeur():
    (ligne,) = lues(
        eleves(
            {
                NOM: formule('UPPER("accame")', "ACCAME"),
                NAISSANCE: formule("DATE(2008,9,20)", str(JOUR), "", 1),
                "Nom d’usage": formule('""', ""),
            }
        )
    )
    assert (ligne["nom_famille"], ligne["date_naissance"], ligne["nom_usage"]) == ("ACCAME", "20/09/2008", "")


def test_une_erreur_de_calcul_est_une_erreur_sur_sa_case_jamais_une_case_vide(berthe: Navigateur):
    """Un INE qu'une recherche n'a pas trouvé passerait pour celui d'un élève qui n'en a pas."""
    fautive: Changes = {
        INE: formule("VLOOKUP(1,A:A,1)", "#N/A", "e"),
        "Division": formule("A1", None, ""),
        NOM: "#REF!",
    }
    page = essayer(berthe, en_excel(eleves({}, fautive)), nom="e.xlsx")
    lues = erreurs_de(page)
    assert [e[:3] for e in lues] == [
        ("Ligne 3", "INE", "#N/A"),
        ("Ligne 3", "Nom de famille", "#REF!"),
        ("Ligne 3", "Division", "#NON CALCULÉ"),
    ]
    assert {e[3] for e in lues} == {"une valeur\xa0: la formule de cette case est en erreur, ou n’a pas été calculée"}
    en_texte = essayer(berthe, en_csv([eleve(division="#N/A")]))
    assert [e[1:3] for e in erreurs_de(en_texte)] == [("Division", "#N/A")]


def test_une_feuille_mise_en_forme_jusqu_en_bas_n_est_pas_trop_grande():
    large = Feuille("E", eleves().lignes, etendue="A1:XFD1048576")
    assert len(lues(large)) == 1
    derniere = '<row r="1048576"><c r="M1048576" s="1"/></row></sheetData>'
    assert len(lire(recrire(en_excel(eleves()), "</sheetData>", derniere)).lignes) == 1


def test_un_classeur_strict_et_ses_dates_iso_se_lisent():
    """« Classeur Open XML strict » : d'autres espaces de noms, et des dates écrites en clair."""
    octets = en_excel(eleves({NAISSANCE: Case("<v>2008-09-20T00:00:00</v>", "d")}))
    strict = recrire(
        recrire(
            octets,
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    assert une_case(lire(strict), "date_naissance") == "20/09/2008"


@pytest.mark.parametrize("abime", [('Target="worksheets/', 'Target="perdu/'), ('r:id="rId1"', 'r:id="rId9"')])
def test_un_classeur_abime_dit_quoi_faire(berthe: Navigateur, abime: tuple[str, str]):
    page = essayer(berthe, recrire(en_excel(eleves()), *abime), nom="e.xlsx", statut=422)
    assert re.search("enregistrez-le de nouveau|aucune feuille visible|Il manque les colonnes", page.texte)


def test_un_csv_d_excel_peut_commencer_par_son_separateur():
    octets = b"\xef\xbb\xbfsep=;\r\n" + en_csv([eleve()])
    assert une_case(lire(octets), "nom_famille") == "Accame"


def recrire(octets: bytes, avant: str, apres: str) -> bytes:
    """Le même classeur, un texte changé partout."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as lu, zipfile.ZipFile(sortie, "w") as ecrit:
        for nom in lu.namelist():
            ecrit.writestr(nom, lu.read(nom).decode().replace(avant, apres))
    return sortie.getvalue()
