"""L'aperçu d'un fichier de candidat : une image redessinée par un sous-processus, ou rien."""

from tests.unit.gestion.test_controle import Bureau, bureau

__all__ = ["bureau"]


def test_l_apercu_est_une_image_redessinee(bureau: Bureau):
    """Jamais le fichier lui-même : ni PDF ni image venue du dehors ne s'ouvre dans une page d'ici."""
    reponse = bureau.regine.client.get(f"/gestion/pieces/{bureau.piece('CINSIG01')}/apercu/1")
    assert reponse.status_code == 200
    assert reponse.headers["content-type"] == "image/jpeg"
    assert reponse.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reponse.content.startswith(b"\xff\xd8\xff")
    assert bureau.regine.client.get(f"/gestion/pieces/{bureau.piece('CINSIG01')}/apercu/2").status_code == 404
    assert bureau.regine.client.get(f"/gestion/pieces/{bureau.piece('HANMED01')}/apercu/1").status_code == 404
