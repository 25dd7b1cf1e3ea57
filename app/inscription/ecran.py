"""Ce que montre une page de l'inscription, lu en une fois : la candidature, le dossier, le parcours."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from app.candidatures.queries import CandidatureLue, candidature_de
from app.comptes.portail import AnyRequest, database, instant, visiteur
from app.comptes.valeurs import Visiteur
from app.inscription.nations import Nations
from app.inscription.onglet import Listes
from app.inscription.parcours import Etape, Parcours, parcours
from app.inscription.phrase import Phrase, phrase
from app.inscription.queries import candidature_et_listes
from app.referentiel.reglements import Reglements
from app.regles.dossier import Dossier
from app.regles.vocabulaire import EtatCandidature
from app.web.erreurs import Introuvable


@dataclass(frozen=True)
class Ecran:
    lue: CandidatureLue
    dossier: Dossier
    courant: str
    maintenant: datetime

    @cached_property
    def chemin(self) -> Parcours:
        """Contrôle tout le dossier : un envoi qui ne fait que garder n'en a pas besoin."""
        lue = self.lue
        return parcours(
            self.dossier, courant=self.courant, est_enregistre=lue.est_enregistree, est_a_jour=lue.est_a_jour
        )

    @property
    def est_ouvert(self) -> bool:
        return self.lue.est_ouverte(self.maintenant)

    @property
    def se_consulte(self) -> bool:
        """Le récapitulatif se lit, et « Modifier » rouvre les onglets : rien n'attend d'être enregistré, ou plus rien
        ne peut l'être ; ou la candidature a été préparée pour le candidat, qui ne l'a pas encore complétée."""
        if self.lue.est_enregistree:
            return self.lue.est_a_jour or not self.est_ouvert
        return self.lue.etat is EtatCandidature.A_COMPLETER and not self.chemin.est_accessible("recapitulatif")

    @property
    def phrase(self) -> Phrase:
        return phrase(self.lue, self.chemin, self.maintenant)

    @property
    def revision(self) -> int:
        return self.lue.revision(self.courant)

    @property
    def rang(self) -> int:
        return next(etape.numero for etape in self.chemin.etapes if etape.est_courante)

    @property
    def titre(self) -> str:
        return next(etape.titre for etape in self.chemin.etapes if etape.est_courante)

    @property
    def etapes(self) -> list["EtapeMontree"]:
        return [
            EtapeMontree(e, self.adresse(e.slug) if e.est_accessible and self.se_visite(e.slug) else "")
            for e in self.chemin.etapes
        ]

    def se_visite(self, slug: str) -> bool:
        """Service fermé : on relit le récapitulatif et le numéro, plus rien ne se remplit."""
        return self.est_ouvert or slug in ("recapitulatif", "numero")

    def adresse(self, slug: str) -> str:
        return adresse_onglet(self.lue.id, slug)


@dataclass(frozen=True, slots=True)
class EtapeMontree:
    etape: Etape
    adresse: str

    @property
    def titre(self) -> str:
        return self.etape.titre

    @property
    def est_courante(self) -> bool:
        return self.etape.est_courante

    @property
    def est_remplie(self) -> bool:
        return self.etape.est_remplie


async def lire_ecran(request: AnyRequest, candidature_id: str, courant: str) -> Ecran:
    """404 si la candidature n'est pas à la personne connectée."""
    maintenant = instant(request)
    lue = await database(request).lire(candidature_de, qui(request).compte_id, candidature_id, maintenant=maintenant)
    if lue is None:
        raise Introuvable
    return await _composer(request, lue, courant, maintenant)


async def _composer(request: AnyRequest, lue: CandidatureLue, courant: str, maintenant: datetime) -> Ecran:
    reglement = await reglements(request).de(database(request), lue.version_referentiel_id)
    return Ecran(lue, lue.dossier(reglement), courant, maintenant)


async def lire_onglet(
    request: AnyRequest, candidature_id: str, onglet: str, *, code_postal: str = "", recherche: str = ""
) -> tuple[Ecran, Listes]:
    """L'écran et ce que l'onglet propose, en une lecture. 404 si la candidature n'est pas à la personne connectée."""
    maintenant = instant(request)
    trouvees = await database(request).lire(
        candidature_et_listes,
        cast(Nations, request.app.state.nations),
        qui(request).compte_id,
        candidature_id,
        onglet,
        code_postal=code_postal,
        recherche=recherche,
        maintenant=maintenant,
    )
    if trouvees is None:
        raise Introuvable
    lue, proposees = trouvees
    return await _composer(request, lue, onglet, maintenant), proposees


def adresse_onglet(candidature_id: str, slug: str) -> str:
    return f"/candidatures/{candidature_id}/onglets/{slug}"


def reglements(request: AnyRequest) -> Reglements:
    return cast(Reglements, request.app.state.reglements)


def qui(request: AnyRequest) -> Visiteur:
    """Derrière le gardien `candidat_connecte`, il y a toujours quelqu'un."""
    return cast(Visiteur, visiteur(request))
