"""Ce que la racine de composition met à la disposition des écrans qui reçoivent ou montrent un fichier."""

from typing import cast

from app.comptes.portail import AnyConnection
from app.pieces.examen.examinateur import Examinateur


def examinateur(connexion: AnyConnection) -> Examinateur:
    return cast(Examinateur, connexion.app.state.examinateur)
