"""Dire à la personne, et au navigateur, quand recommencer. Rien n'est bloqué : on attend, puis on recommence."""

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Patience:
    secondes: int

    @property
    def duree(self) -> str:
        if self.secondes <= 90:
            return f"{self.secondes} seconde{'s' if self.secondes > 1 else ''}"
        return f"{math.ceil(self.secondes / 60)} minutes"

    @property
    def entetes(self) -> dict[str, str]:
        return {"Retry-After": str(self.secondes)}


def patience(trop_tot: datetime, maintenant: datetime) -> Patience:
    return Patience(max(1, math.ceil((trop_tot - maintenant).total_seconds())))
