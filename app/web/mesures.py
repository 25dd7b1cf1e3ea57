"""Ce que ce processus a répondu depuis son démarrage : des nombres, que lit la supervision."""

from collections import Counter

SEUILS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""secondes"""


class Mesures:
    """Remplie par le journal, sur la boucle : aucun verrou."""

    def __init__(self) -> None:
        self.statuts: Counter[str] = Counter()
        self.sous: Counter[float] = Counter()
        self.secondes = 0.0

    def compter(self, statut: int, secondes: float) -> None:
        self.statuts[f"{statut // 100}xx" if statut else "rompue"] += 1
        self.secondes += secondes
        for seuil in SEUILS:
            if secondes <= seuil:
                self.sous[seuil] += 1

    @property
    def reponses(self) -> int:
        return self.statuts.total()
