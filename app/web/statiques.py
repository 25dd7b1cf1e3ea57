"""Les fichiers servis tels quels : réduits et compressés une fois, à des adresses qui ne changent jamais de contenu.

L'adresse porte l'empreinte du contenu réduit : le navigateur garde le fichier un an et ne le redemande pas.
gzip est fait au démarrage. brotli (un sixième de moins), au niveau qu'ils méritent, prendrait une seconde : ses
fichiers sont livrés dans static/brotli, nommés d'après la même empreinte. Une source modifiée n'est donc jamais
servie dans une vieille compression : elle l'est en gzip jusqu'à `python -m app.web.statiques`.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.web.entetes import accepte
from app.web.reduction import reduire_css, reduire_js

DOSSIER = Path(__file__).resolve().parents[2] / "static"
PREFIXE = "/statique/"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
SOURCES = ("css", "js", "img")
HTMX = "js/htmx-2.0.11.min.js"
PRECEDES = {"js/portail.js": HTMX}
"""Servis d'un seul tenant : l'un sans l'autre laisserait la page à moitié vivante, et c'est une requête de moins."""


@dataclass(frozen=True)
class Ressource:
    nom: str
    media: str
    octets: bytes
    gzip: bytes | None
    brotli: bytes | None

    @property
    def etag(self) -> str:
        return f'"{self.nom}"'


class Statiques:
    """Toutes les ressources en mémoire (moins de 200 ko), par chemin de source et par adresse publique."""

    def __init__(self, dossier: Path = DOSSIER) -> None:
        self._adresses: dict[str, str] = {}
        self._ressources: dict[str, Ressource] = {}
        for source in sorted(fichier for nom in SOURCES for fichier in (dossier / nom).glob("*.*")):
            if source.suffix in TYPES and source.relative_to(dossier).as_posix() not in PRECEDES.values():
                self._ajouter(source, dossier)

    def adresse(self, chemin: str) -> str:
        """`css/portail.css` → `/statique/portail-4f1c….css`. Un fichier absent est une faute de gabarit."""
        return PREFIXE + self._adresses[chemin]

    def trouver(self, nom: str) -> Ressource | None:
        return self._ressources.get(nom)

    def toutes(self) -> list[Ressource]:
        return list(self._ressources.values())

    def _ajouter(self, source: Path, dossier: Path) -> None:
        chemin = source.relative_to(dossier).as_posix()
        octets = reduire(source)
        if chemin in PRECEDES:
            octets = (dossier / PRECEDES[chemin]).read_bytes() + b"\n" + octets
        nom = f"{source.stem}-{hashlib.sha256(octets).hexdigest()[:8]}{source.suffix}"
        comprime = None if source.suffix == ".png" else gzip.compress(octets, 9, mtime=0)
        br = dossier / "brotli" / f"{nom}.br"
        self._adresses[chemin] = nom
        self._ressources[nom] = Ressource(
            nom, TYPES[source.suffix], octets, comprime, br.read_bytes() if br.is_file() else None
        )


def reduire(source: Path) -> bytes:
    reducteurs: dict[str, Callable[[str], str]] = {".css": reduire_css}
    if not source.stem.endswith(".min"):
        reducteurs[".js"] = reduire_js
    reducteur = reducteurs.get(source.suffix)
    return reducteur(source.read_text("utf-8")).encode() if reducteur else source.read_bytes()


@get(PREFIXE + "{nom:str}", opt={"public": True})
async def ressource_statique(request: Request[Any, Any, Any], nom: FromPath[str]) -> Response[bytes]:
    statiques: Statiques = request.app.state.statiques
    ressource = statiques.trouver(nom)
    if ressource is None:
        raise NotFoundException
    entetes = {
        "ETag": ressource.etag,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
    }
    if _deja_la(request.headers.get("if-none-match", ""), ressource.etag):
        return Response(b"", status_code=304, headers=entetes)
    demande = request.headers.get("accept-encoding", "")
    octets = ressource.octets
    if ressource.brotli and accepte(demande, "br"):
        octets, entetes["Content-Encoding"] = ressource.brotli, "br"
    elif ressource.gzip and accepte(demande, "gzip"):
        octets, entetes["Content-Encoding"] = ressource.gzip, "gzip"
    return Response(octets, headers=entetes, media_type=ressource.media)


def _deja_la(entete: str, etag: str) -> bool:
    return any(un.strip().removeprefix("W/") in {etag, "*"} for un in entete.split(","))


def ecrire_brotli(dossier: Path = DOSSIER) -> list[str]:
    """Refait static/brotli : un .br par ressource, et rien d'autre. Rend les noms écrits."""
    cible = dossier / "brotli"
    cible.mkdir(exist_ok=True)
    for ancien in cible.glob("*.br"):
        ancien.unlink()
    comprimees = [ressource for ressource in Statiques(dossier).toutes() if ressource.gzip]
    for ressource in comprimees:
        (cible / f"{ressource.nom}.br").write_bytes(brotli.compress(ressource.octets, quality=11))
    return [ressource.nom for ressource in comprimees]


if __name__ == "__main__":
    ecrire_brotli()
