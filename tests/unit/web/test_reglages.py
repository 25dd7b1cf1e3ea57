from pathlib import Path

import pytest

from app.settings import ReglageInvalide, Reglages, depuis_environnement


def test_sans_variable_l_instance_est_locale():
    assert depuis_environnement({}) == Reglages()
    assert Reglages().adresse_base == f"sqlite:///{Path('donnees') / 'cyclades.db'}"


def test_chaque_variable_est_lue():
    lus = depuis_environnement(
        {
            "CYCLADES_DONNEES": "/srv/cap",
            "CYCLADES_BASE": "sqlite:////srv/ailleurs.db",
            "CYCLADES_URL_PUBLIQUE": "https://examens.exemple.fr/",
            "CYCLADES_SMTP": "smtps://moi:secret@mail.exemple.fr:465",
            "CYCLADES_EXPEDITEUR": "Examens <examens@exemple.fr>",
            "CYCLADES_CLAMD": "antivirus:3310",
            "CYCLADES_HOTE": "0.0.0.0",  # noqa: S104 — une valeur lue, rien n'écoute
            "CYCLADES_PORT": "8080",
            "CYCLADES_MOT_DE_PASSE_MAX": "128",
            "CYCLADES_RECAPITULATIF": "oui",
        }
    )
    assert lus.donnees == Path("/srv/cap")
    assert lus.adresse_base == "sqlite:////srv/ailleurs.db"
    assert lus.url_publique == "https://examens.exemple.fr"
    assert lus.smtp == "smtps://moi:secret@mail.exemple.fr:465"
    assert (lus.hote, lus.port, lus.mot_de_passe_max) == ("0.0.0.0", 8080, 128)  # noqa: S104 — idem
    assert lus.clamd == "antivirus:3310"
    assert lus.recapitulatif
    assert lus.expediteur == "Examens <examens@exemple.fr>"


@pytest.mark.parametrize("adresse", ["127.0.0.1:3310", "[::1]:3310", "/run/clamav/clamd.ctl"])
def test_l_antivirus_se_joint_par_un_port_ou_par_une_socket(adresse):
    assert depuis_environnement({"CYCLADES_CLAMD": adresse}).clamd == adresse


def test_les_cookies_n_ont_leur_prefixe_que_derriere_https():
    assert (Reglages().cookie_session, Reglages().cookie_visiteur) == ("session", "visiteur")
    derriere = Reglages(url_publique="https://examens.exemple.fr")
    assert (derriere.cookie_session, derriere.cookie_visiteur) == ("__Host-session", "__Host-visiteur")


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("CYCLADES_URL_PUBLIQUE", "examens.exemple.fr"),
        ("CYCLADES_URL_PUBLIQUE", "https://examens.exemple.fr/cap"),
        ("CYCLADES_URL_PUBLIQUE", "https://[::1"),
        ("CYCLADES_URL_PUBLIQUE", "https://exemple.fr:99999"),
        ("CYCLADES_SMTP", "mail.exemple.fr:25"),
        ("CYCLADES_PORT", "huit mille"),
        ("CYCLADES_PORT", "٨٠"),
        ("CYCLADES_PORT", "70000"),
        ("CYCLADES_PORT", "9" * 5000),
        ("CYCLADES_RECAPITULATIF", "1"),
        ("CYCLADES_MOT_DE_PASSE_MAX", "12"),
        ("CYCLADES_MOT_DE_PASSE_MAX", "129"),
        ("CYCLADES_CLAMD", "antivirus"),
        ("CYCLADES_CLAMD", ":3310"),
        ("CYCLADES_CLAMD", "antivirus:33100000"),
        ("CYCLADES_CLAMD", "antivirus:٨٠"),
        ("CYCLADES_BASE", "mysql://moi:secret@hote/base"),
        ("CYCLADES_BASE", "cyclades.db"),
        ("CYCLADES_BASE", "postgresql://"),
        ("CYCLADES_EXPEDITEUR", "personne"),
        ("CYCLADES_EXPEDITEUR", "a@exemple.fr\nBcc: b@exemple.fr"),
    ],
)
def test_un_reglage_faux_s_explique_en_une_phrase(nom, valeur):
    with pytest.raises(ReglageInvalide) as faute:
        depuis_environnement({nom: valeur})
    assert str(faute.value).startswith(nom)
    assert str(faute.value).endswith(".")


def test_une_base_postgresql_se_dit_de_deux_facons():
    for adresse in ("postgres://moi:secret@hote/base", "postgresql://moi:secret@hote/base"):
        lus = depuis_environnement({"CYCLADES_BASE": adresse})
        assert lus.adresse_base == "postgresql://moi:secret@hote/base"


def test_les_sauvegardes_du_portail_sont_celles_de_sqlite():
    with pytest.raises(ReglageInvalide, match="pg_dump"):
        depuis_environnement({"CYCLADES_BASE": "postgresql://hote/base", "CYCLADES_SAUVEGARDES": "/mnt/autre"})


def test_le_secret_du_serveur_de_mail_n_est_pas_repete():
    with pytest.raises(ReglageInvalide) as faute:
        depuis_environnement({"CYCLADES_SMTP": "http://moi:secret@mail.exemple.fr"})
    assert "secret@mail" not in str(faute.value)
