from app.comptes.demonstration import comptes_de_demonstration
from app.comptes.models import Compte
from tests.unit.client import Navigateur
from tests.unit.comptes.conftest import MOT_DE_PASSE, Portail, connecter


def test_dack_se_montre_comme_au_guide(portail: Portail, navigateur: Navigateur) -> None:
    mots = portail.app.state.mots_de_passe
    hache = portail.garde.client.blocking_portal.call(mots.hacher, MOT_DE_PASSE)
    comptes = portail.agir(comptes_de_demonstration, hache, portail.instant)
    assert comptes == portail.agir(comptes_de_demonstration, hache, portail.instant)
    assert len(portail.lignes(Compte)) == 2
    assert connecter(navigateur, identifiant=comptes["candidat"]).adresse == "/inscriptions"
    page = navigateur.get("/compte")
    for mots_du_guide in ("02146028333", "ACCRALL", "28/11/2004", "014 - Calvados", "MAY-SUR-ORNE", "Monsieur"):
        assert mots_du_guide in page.html
    ailleurs = portail.navigateur()
    connecter(ailleurs, identifiant=comptes["candidat_neuf"])
    assert "Ville de naissance" in ailleurs.get("/compte").texte
