from app.web.menu import menu

PAGES = (
    ("", (("/gestion", "Accueil"),)),
    ("Session", (("/gestion/services", "Services"), ("/gestion/tableau", "Tableau"))),
    ("Documents", (("/gestion/publications", "Publications"),)),
    ("Vide", ()),
)


def ici(ou: str) -> list[str]:
    return [lien.libelle for groupe in menu(PAGES, ou) for lien in groupe.liens if lien.est_ici]


def test_un_groupe_de_plusieurs_pages_se_deplie_un_seul_lien_se_montre():
    groupes = menu(PAGES, "/gestion")
    assert [(groupe.libelle, groupe.se_deplie) for groupe in groupes] == [
        ("", False),
        ("Session", True),
        ("Documents", False),
    ]


def test_la_page_lue_marque_son_lien_et_son_groupe():
    assert ici("/gestion/services") == ["Services"]
    assert ici("/gestion/services/p1/modification") == ["Services"]
    assert [groupe.libelle for groupe in menu(PAGES, "/gestion/tableau") if groupe.est_ici] == ["Session"]


def test_l_accueil_n_est_marque_que_pour_lui_meme():
    assert ici("/gestion") == ["Accueil"]
    assert ici("/gestion/compte") == []
    assert ici("/gestion/servicesautres") == []
