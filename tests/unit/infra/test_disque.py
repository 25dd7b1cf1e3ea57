import os
from pathlib import Path

import pytest

from app.infra.disque import ecrire_entier


def test_un_fichier_ecrit_remplace_l_ancien_et_ne_laisse_rien_a_cote(tmp_path: Path):
    fichier = tmp_path / "piece.pdf"
    fichier.write_bytes(b"ancien")
    ecrire_entier(fichier, b"nouveau")
    assert fichier.read_bytes() == b"nouveau"
    assert list(tmp_path.iterdir()) == [fichier]
    assert fichier.stat().st_mode & 0o777 == 0o600


def test_un_disque_qui_refuse_laisse_l_ancien_fichier_et_rien_a_cote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def plein(descripteur: int) -> None:
        raise OSError(28, "No space left on device")

    fichier = tmp_path / "piece.pdf"
    fichier.write_bytes(b"ancien")
    monkeypatch.setattr(os, "fsync", plein)
    with pytest.raises(OSError, match="No space"):
        ecrire_entier(fichier, b"nouveau")
    assert fichier.read_bytes() == b"ancien"
    assert list(tmp_path.iterdir()) == [fichier]


def test_tout_passe_par_le_disque_avant_d_avoir_son_nom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fichier = tmp_path / "piece.pdf"
    deja_nomme: list[bool] = []
    fsync = os.fsync

    def suivi(descripteur: int) -> None:
        deja_nomme.append(fichier.exists())
        fsync(descripteur)

    monkeypatch.setattr(os, "fsync", suivi)
    ecrire_entier(fichier, b"octets")
    assert deja_nomme == [False, True], "le contenu d'abord, puis le dossier une fois renommé"
