"""Une archive de référence : mêmes fichiers, mêmes octets ; et rien d'hostile n'en sort."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.referentiel.archive import ARCHIVE_MAX, ArchiveRefusee, archiver, deballer
from app.referentiel.chargement import lire_dossier


def en_zip(fichiers: dict[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


def test_un_dossier_archive_puis_deballe_se_relit_le_meme(dossier: Path, tmp_path: Path):
    octets = archiver(dossier)
    assert archiver(dossier) == octets
    (tmp_path / "ici").mkdir()
    deballer(octets, tmp_path / "ici")
    relu = lire_dossier(tmp_path / "ici")
    assert relu.empreinte == lire_dossier(dossier).empreinte
    assert relu.archive == octets


def test_le_dossier_de_tete_et_les_fichiers_du_systeme_sont_otes(tmp_path: Path):
    deballer(en_zip({"juin/acquis.toml": b"a", "juin/.DS_Store": b"x", "__MACOSX/juin/._a.toml": b"x"}), tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["acquis.toml"]


def bombe() -> bytes:
    return en_zip({"acquis.toml": b"#" * 40_000_000})


def menteuse() -> bytes:
    """Annonce un octet, en déplie quarante millions."""
    octets = bytearray(bombe())
    for marque, decalage in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        ici = octets.index(marque) + decalage
        octets[ici : ici + 4] = (1).to_bytes(4, "little")
    return bytes(octets)


def lien() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        info = zipfile.ZipInfo("acquis.toml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return sortie.getvalue()


def double() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("acquis.toml", "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("acquis.toml", "b")
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("fabriquer", "phrase"),
    [
        (bombe, "se déplie en plus de 30 Mo"),
        (menteuse, "ne s’ouvre pas"),
        (lien, "n’est pas un fichier du référentiel"),
        (double, "est deux fois"),
        (lambda: en_zip({"../../etc/cron.toml": b"a"}), "n’est pas un fichier du référentiel"),
        (lambda: en_zip({"/etc/cron.toml": b"a"}), "n’est pas un fichier du référentiel"),
        (lambda: en_zip({"C:\\cron.toml": b"a"}), "n’est pas un fichier du référentiel"),
        (lambda: en_zip({"specialites/../a.toml": b"a"}), "n’est pas un fichier du référentiel"),
        (lambda: en_zip({"virus.exe": b"a"}), "n’est pas un fichier du référentiel"),
        (lambda: en_zip({f"a{rang}.toml": b"" for rang in range(501)}), "plus de 500 fichiers"),
        (lambda: en_zip({}), "Cette archive est vide"),
        (lambda: b"PK\x03\x04" + b"\x00" * 40, "ne s’ouvre pas"),
        (lambda: b"x" * (ARCHIVE_MAX + 1), "dépasse 8 Mo"),
        (lambda: b"", "ne s’ouvre pas"),
    ],
    ids=range(14),
)
def test_une_archive_hostile_est_refusee_par_une_phrase(fabriquer: Callable[[], bytes], phrase: str, tmp_path: Path):
    with pytest.raises(ArchiveRefusee, match=phrase):
        deballer(fabriquer(), tmp_path)
