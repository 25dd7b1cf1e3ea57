"""Refait les deux polices à partir de DejaVu 2.37 (paquet Debian fonts-dejavu-extra) :

    python -m app.documents.polices.fabriquer /usr/share/fonts/truetype/dejavu

Les caractères gardés : le latin étendu (langues d'Europe, d'Afrique, viêtnamien), la ponctuation française et les
cases à cocher. Sans table de mise en forme ni indications d'écran : un PDF imprimé ne s'en sert pas.
La licence permet de modifier à condition de renommer sans « Bitstream », « Vera », « Arev » ni « Tavmjong Bah », et de
joindre son texte : il sort de la police elle-même, dans LICENCE.txt.
"""

import sys
from itertools import chain
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # sans types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # sans types

from app.documents.polices import DOSSIER, GRAS, NOM, REGULIER

SOURCES = {
    REGULIER: ("DejaVuSansCondensed.ttf", "Normal"),
    GRAS: ("DejaVuSansCondensed-Bold.ttf", "Gras"),
}
CARACTERES = frozenset(
    chain(
        range(0x0020, 0x007F),
        range(0x00A0, 0x0180),
        map(ord, "ƁƆƊƏƐƘƙƝƠơƯưƳƴǍǎǏǐǑǒǓǔǦǧǨǩȘșȚțɓɔɖɗəɛɣɩɲʋʻʼʽ"),
        map(ord, "ẀẁẂẃẄẅẞ"),
        range(0x1EA0, 0x1EFA),
        map(ord, "‐‑‒–—―‘’‚‛“”„•…\N{NARROW NO-BREAK SPACE}‰′″‹›€№™←→−■□☐☑☒✓"),
    )
)
AVIS, FAMILLE, STYLE, UNIQUE, COMPLET, VERSION, POSTSCRIPT, LICENCE = 0, 1, 2, 3, 4, 5, 6, 13


def fabriquer(dossier: Path, destination: Path = DOSSIER) -> None:
    for cible, (source, style) in SOURCES.items():
        with TTFont(dossier / source, recalcTimestamp=False) as police:
            licence = police["name"].getDebugName(LICENCE)
            _reduire(police)
            _renommer(police, style)
            police.save(destination / cible.name)
            (destination / "LICENCE.txt").write_text(licence.replace("\r\n", "\n").strip() + "\n", encoding="utf-8")


def _reduire(police: TTFont) -> None:
    reduction = Subsetter(
        Options(
            layout_features=[],
            hinting=False,
            notdef_outline=True,
            name_IDs=[AVIS, FAMILLE, STYLE, UNIQUE, COMPLET, VERSION, POSTSCRIPT],
            name_languages=[0x409],
            drop_tables=["FFTM", "GDEF", "GPOS", "GSUB", "gasp", "kern", "MATH", "hdmx"],
        )
    )
    reduction.populate(unicodes=CARACTERES)
    reduction.subset(police)


def _renommer(police: TTFont, style: str) -> None:
    postscript = NOM.replace(" ", "") + ("" if style == "Normal" else f"-{style}")
    noms = {FAMILLE: NOM, STYLE: style, UNIQUE: f"{NOM} {style}", COMPLET: f"{NOM} {style}", POSTSCRIPT: postscript}
    for identifiant, nom in noms.items():
        police["name"].setName(nom, identifiant, 3, 1, 0x409)


if __name__ == "__main__":
    fabriquer(Path(sys.argv[1]))
