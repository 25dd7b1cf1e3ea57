"""Les polices des documents : un DejaVu Sans Condensed réduit au latin et renommé (voir fabriquer.py).

Les polices de base du PDF ne savent pas écrire « Œ », « ’ » ni « Ł » ; DejaVu entier coûte 40 ms de plus par document.
"""

from pathlib import Path

NOM = "Portail Sans"
DOSSIER = Path(__file__).parent
REGULIER = DOSSIER / "PortailSans.ttf"
GRAS = DOSSIER / "PortailSans-Gras.ttf"
