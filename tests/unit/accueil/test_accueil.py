"""La page d'accueil : l'état des inscriptions, les deux chemins, les messages du moment."""


from tests.unit.accueil.conftest import Portail


def test_l_accueil_montre_les_deux_chemins_du_guide(portail: Portail) -> None:
    page = portail.lire("/")
    assert "Je ne suis pas scolarisé" in page
    assert "papillon de connexion" in page
    assert 'href="/compte/creation">Créer mon compte' in page
    assert 'href="/connexion">Me connecter' in page
