"""Le parcours se déduit des réponses : aucune « étape courante » n'est enregistrée nulle part.

Ce qui est rempli : voir candidatures/avancement.py. Un onglet est accessible quand tous ceux qui le précèdent le sont.
"""

from dataclasses import dataclass

from app.candidatures.avancement import avancement
from app.inscription.onglets import ONGLETS, numero
from app.regles.controle import Anomalie
from app.regles.dossier import Dossier

SLUGS = tuple(onglet.slug for onglet in ONGLETS)


@dataclass(frozen=True, slots=True)
class Etape:
    numero: int
    slug: str
    titre: str
    est_remplie: bool
    est_accessible: bool
    est_courante: bool

    @property
    def intitule(self) -> str:
        return f"{self.numero} - {self.titre}"


@dataclass(frozen=True, slots=True)
class Parcours:
    etapes: tuple[Etape, ...]
    anomalies: tuple[Anomalie, ...]
    reprise: str
    """onglet où continuer : le premier qui n'est pas rempli"""
    restantes: int
    """étapes à franchir avant d'être enregistré ; le numéro se reçoit, il n'en est pas une"""

    def est_accessible(self, slug: str) -> bool:
        return self.etapes[SLUGS.index(slug)].est_accessible

    def anomalies_de(self, slug: str) -> tuple[Anomalie, ...]:
        return tuple(anomalie for anomalie in self.anomalies if anomalie.onglet == slug)


def parcours(dossier: Dossier, *, courant: str = "", est_enregistre: bool, est_a_jour: bool) -> Parcours:
    """`est_enregistre` : une version existe ; `est_a_jour` : le brouillon ne dit rien de plus qu'elle."""
    ou_j_en_suis = avancement(dossier, est_enregistre=est_enregistre, est_a_jour=est_a_jour)
    remplis = ou_j_en_suis.remplies
    accessibles = [all(remplis[:rang]) for rang in range(len(SLUGS))]
    accessibles[SLUGS.index(numero.slug)] = est_enregistre
    etapes = tuple(
        Etape(rang + 1, onglet.slug, onglet.titre, remplis[rang], accessibles[rang], onglet.slug == courant)
        for rang, onglet in enumerate(ONGLETS)
    )
    return Parcours(etapes, ou_j_en_suis.anomalies, SLUGS[ou_j_en_suis.reprise - 1], ou_j_en_suis.restantes)


def suivant(slug: str) -> str:
    return SLUGS[min(SLUGS.index(slug) + 1, len(SLUGS) - 1)]


def precedent(slug: str) -> str:
    return SLUGS[max(SLUGS.index(slug) - 1, 0)]
