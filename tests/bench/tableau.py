"""Ce que le banc imprime : une mesure par ligne, sa visée et son plancher à côté."""

import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import which
from statistics import median
from typing import Literal

from app.infra.clock import maintenant

Sens = Literal["au moins", "au plus"]


@dataclass(frozen=True)
class Ligne:
    quoi: str
    valeur: float
    unite: str
    """« x » pour un rapport, « % », « ms », « s », « Mo », « ko »"""
    vise: float
    plancher: float
    """au-delà, le banc échoue"""
    sens: Sens
    detail: str = ""

    @property
    def tient(self) -> bool:
        return self.valeur >= self.plancher if self.sens == "au moins" else self.valeur <= self.plancher

    @property
    def vise_juste(self) -> bool:
        return self.valeur >= self.vise if self.sens == "au moins" else self.valeur <= self.vise

    def __str__(self) -> str:
        verdict = "visée atteinte" if self.vise_juste else "tient" if self.tient else "SOUS LE PLANCHER"
        bornes = f"{self.sens} {self.vise:g} ({self.plancher:g})"
        return f"{self.quoi:58} {self.valeur:9.2f} {self.unite:3} {bornes:24} {verdict:18} {self.detail}"


@dataclass
class Releve:
    """Tout ce qu'un passage a mesuré, et l'état de la machine autour."""

    lignes: list[Ligne] = field(default_factory=list)
    omises: dict[str, str] = field(default_factory=dict)
    a_cote: dict[str, str] = field(default_factory=dict)
    """ce qui s'est mesuré sans avoir de visée"""
    commence_le: str = field(default_factory=lambda: maintenant().isoformat(timespec="seconds"))
    charge_avant: tuple[float, ...] = field(default_factory=os.getloadavg)

    def noter(self, ligne: Ligne) -> None:
        self.lignes.append(ligne)
        print(ligne, flush=True)  # noqa: T201 — c'est le résultat

    def omettre(self, quoi: str, raison: str) -> None:
        self.omises[quoi] = raison
        print(f"{quoi:58} non mesuré : {raison}", flush=True)  # noqa: T201

    def dire(self, quoi: str, mesure: str) -> None:
        self.a_cote[quoi] = mesure
        print(f"{quoi:58} {mesure}", flush=True)  # noqa: T201

    def manque(self, outil: str, *quoi: str) -> bool:
        """Vrai, et ces mesures sont omises, quand la machine n'a pas cet outil."""
        if which(outil) is not None:
            return False
        for mesure in quoi:
            self.omettre(mesure, f"{outil} n’est pas installé")
        return True

    def conclure(self, fichier: Path) -> int:
        machine = f"{platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}"
        charges = f"charge {self.charge_avant[0]:.2f} avant, {os.getloadavg()[0]:.2f} après"
        print(f"\n{machine} ; {charges}")  # noqa: T201
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_text(
            json.dumps(
                {
                    "machine": machine,
                    "commence_le": self.commence_le,
                    "charges": [self.charge_avant, os.getloadavg()],
                    "lignes": [asdict(ligne) | {"tient": ligne.tient} for ligne in self.lignes],
                    "a_cote": self.a_cote,
                    "omises": self.omises,
                },
                ensure_ascii=False,
                indent=1,
            ),
            "utf-8",
        )
        return 0 if all(ligne.tient for ligne in self.lignes) else 1


def en_alternance(tours: int, **mesures: Callable[[], float]) -> dict[str, list[float]]:
    """Chaque mesure une fois par tour, dans l'ordre puis à rebours : un bruit qui dure touche tout le monde."""
    relevees: dict[str, list[float]] = {nom: [] for nom in mesures}
    for tour in range(tours):
        for nom in _ordre(list(mesures), tour):
            relevees[nom].append(mesures[nom]())
    return relevees


def _ordre(noms: list[str], tour: int) -> Iterator[str]:
    return iter(noms) if tour % 2 == 0 else reversed(noms)


def rapport(haut: list[float], bas: list[float]) -> float:
    """Médiane des rapports de chaque tour, et non rapport de deux moyennes prises à des moments différents."""
    return median(h / b for h, b in zip(haut, bas, strict=True))
