"""Publier des relevés de notes : notes, absences, dispenses, résultat ; un relevé est entier ou ne paraît pas."""

import pytest

from tests.unit.gestion.publications.conftest import Service, dit, erreurs


def test_le_releve_dit_chaque_note_et_le_resultat(service: Service):
    modele = {ligne["Épreuve"]: ligne["Note"] for ligne in service.modele("releves")}
    assert modele["EG2"] == "DI", "la dispense est déjà écrite"
    assert modele["EP1"] == ""
    service.essayer("releves", service.releves(), observation="Relevé à conserver.")
    service.publier()
    (document,) = service.documents("releve_notes")
    page = service.candidat(0).get(f"/documents/{document['id']}/page")
    rangees = {
        " ".join(next(r.tous("th")).texte.split()).partition(" ")[0]: [c.texte for c in r.tous("td")]
        for r in page.arbre.tous("tr")
        if list(r.tous("td"))
    }
    assert rangees["EP1"] == ["-", "Absent"]
    assert rangees["EG2"] == ["-", "Dispense"]
    assert rangees["EG4A"][0].endswith(",5 / 20")
    assert "Résultat : Admis" in dit(page)
    assert "Relevé à conserver." in dit(page)
    pdf = service.candidat(0).get(f"/documents/{document['id']}").reponse
    assert pdf.headers["content-disposition"].endswith('_releve_notes.pdf"')


@pytest.mark.parametrize(
    ("epreuve", "colonne", "valeur", "attendu"),
    [
        ("EP1", "Note", "20,5", "une note de 0 à 20, par exemple 12,5, ou AB pour une absence"),
        ("EP1", "Note", "DI", "une note de 0 à 20, par exemple 12,5, ou AB pour une absence"),
        ("EP1", "Note", "１２", "une note de 0 à 20, par exemple 12,5, ou AB pour une absence"),
        ("EG2", "Note", "12", "DI : ce candidat est dispensé de cette épreuve"),
        ("EP1", "Résultat", "REÇU", "ADMIS, AJOURNÉ, ABSENT ou EN COURS"),
    ],
)
def test_une_note_fausse_se_dit(service: Service, epreuve: str, colonne: str, valeur: str, attendu: str):
    lignes = service.releves()
    next(ligne for ligne in lignes if ligne["Épreuve"] == epreuve)[colonne] = valeur
    page = service.essayer("releves", lignes)
    assert [erreur[1:] for erreur in erreurs(page)] == [[colonne, valeur, attendu]]


def test_deux_resultats_pour_un_candidat_sont_une_erreur(service: Service):
    lignes = service.releves()
    lignes[1]["Résultat"] = "AJOURNÉ"
    assert erreurs(service.essayer("releves", lignes))[0][3] == "le même résultat qu’à la ligne 2"


def test_un_releve_incomplet_ne_parait_pas(service: Service):
    lignes = service.releves()
    numero = lignes[0]["N° candidat"]
    page = service.essayer("releves", lignes[1:])
    assert erreurs(page)[0][3] == f"aussi une ligne EP1 pour {numero} EXEMPLE {lignes[0]['Prénoms']}"


def test_la_note_de_l_epreuve_couvre_ses_sous_epreuves(service: Service):
    lignes = service.releves()
    premier = lignes[0]["N° candidat"]
    sans = [li for li in lignes if not (li["N° candidat"] == premier and li["Épreuve"].startswith("EG4"))]
    sans.append({**lignes[0], "Épreuve": "EG4", "Note": "14"})
    assert "3 documents sont prêts" in dit(service.essayer("releves", sans))


def test_un_resultat_suffit_par_candidat(service: Service):
    lignes = service.releves()
    vus: set[str] = set()
    for ligne in lignes:
        ligne["Résultat"] = "" if ligne["N° candidat"] in vus else "AJOURNÉ"
        vus.add(ligne["N° candidat"])
    assert "3 documents sont prêts" in dit(service.essayer("releves", lignes))
