"""Le dossier sur un écran, et deux de ses versions côte à côte. Chaque lecture s'écrit."""

from collections.abc import Mapping
from typing import Any, cast

from litestar import Response, get
from litestar.params import FromPath

from app.candidatures.avancement import ETAPES, Avancement, avancement
from app.candidatures.comparaison import comparer
from app.candidatures.fiche import Fiche
from app.candidatures.redaction import rediger
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dossier import DossierEntier, dossier_entier, fiche_de
from app.gestion.candidatures.jugement import juger
from app.gestion.candidatures.lectures import noter_la_lecture
from app.gestion.candidatures.libelles import libelles
from app.gestion.candidatures.notes import notes
from app.gestion.page import montrer
from app.referentiel.reglements import Reglements
from app.regles.dispenses import droits_a_decider, droits_en_attente
from app.regles.vocabulaire import EtatCandidature
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire, TexteLong

TITRES = dict(
    zip(
        ETAPES,
        (
            "Identification",
            "Infos candidature",
            "Qualification présentée",
            "Acquis",
            "Épreuves",
            "Récapitulatif",
            "N° Inscription",
        ),
        strict=True,
    )
)


AVIS = {
    "ecartee": "La candidature est écartée, et le candidat prévenu par mail s’il a une adresse.",
    "dispenses": "La décision est enregistrée : une version de plus, et une nouvelle confirmation pour le candidat.",
    "derogation": "La dérogation est accordée, et le candidat prévenu par mail s’il a une adresse.",
    "retiree": "La dérogation est retirée, et le candidat prévenu par mail s’il a une adresse.",
    "ferme": "Le service d’inscription est fermé : les onglets ne s’ouvrent plus. Prolongez-le si la règle le permet.",
    "retablie": "La candidature est rétablie dans l’état où elle était, et le candidat prévenu par mail.",
}


@get(LISTE + "/{candidature_id:str}")
async def dossier(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    await noter(request, lu, "dossier")
    return await page(request, candidature_id)


@get(LISTE + "/{candidature_id:str}/versions/{avant:str}/{apres:str}")
async def comparer_deux_versions(
    request: AnyRequest, candidature_id: FromPath[str], avant: FromPath[str], apres: FromPath[str]
) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    dates = {version.numero: version.enregistree_le for version in lu.versions}
    ancienne, nouvelle = _numero(avant), _numero(apres)
    fiches = [await database(request).lire(fiche_de, lu.id, numero) for numero in (ancienne, nouvelle)]
    if None in fiches:
        raise Introuvable
    await noter(request, lu, "versions")
    contexte = {
        "dossier": lu,
        "avant": (ancienne, dates[ancienne]),
        "apres": (nouvelle, dates[nouvelle]),
        "changements": comparer(*cast("list[Fiche]", fiches)),
    }
    return montrer(request, "gestion/versions.html", contexte)


async def le_dossier(request: AnyRequest, candidature_id: str) -> DossierEntier:
    """404 hors de la portée de l'agent : rien ne dit que ce dossier existe."""
    lu = await database(request).lire(
        dossier_entier, candidature_id, academies=agent(request).academies, maintenant=instant(request)
    )
    if lu is None:
        raise Introuvable
    return lu


async def noter(request: AnyRequest, lu: DossierEntier, quoi: str) -> None:
    qui = agent(request)
    await database(request).ecrire(
        noter_la_lecture,
        lu.id,
        agent_id=qui.compte_id,
        par=f"{qui.role.libelle}, académie de {lu.periode.academie.nom}",
        academie=lu.periode.academie.code,
        quoi=quoi,
        maintenant=instant(request),
    )


async def page(
    request: AnyRequest, candidature_id: str, autres: Mapping[str, object] | None = None, *, statut: int = 200
) -> Response[Any]:
    """Relu après l'écriture de la lecture : l'agent s'y voit."""
    lu = await le_dossier(request, candidature_id)
    fiche, ou_en_est = await _fiche(request, lu)
    juge = await juger(request, lu) if lu.etat is EtatCandidature.INSCRIT else None
    contexte = {
        "dossier": lu,
        "fiche": fiche,
        "avancement": ou_en_est,
        "dispenses": len(droits_a_decider(juge.dossier)) if juge else 0,
        "dispenses_en_attente": len(droits_en_attente(juge.dossier)) if juge else 0,
        "titres": TITRES,
        "etapes": ETAPES,
        "libelles": await libelles(request, agent(request).academies),
        "notes": await database(request).lire(notes, lu.id, agent(request).compte_id),
        "note": formulaire_de_note(),
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
        "est_ouvert": lu.periode.ouvre_le <= instant(request) < lu.periode.ferme_le,
    }
    return montrer(request, "gestion/dossier.html", contexte | dict(autres or {}), statut=statut)


def adresse(candidature_id: str) -> str:
    return f"{LISTE}/{candidature_id}"


def formulaire_de_note(recu: Mapping[str, Any] | None = None) -> Formulaire:
    note = TexteLong(
        "Nouvelle note",
        sujet="la note",
        requis="Écrivez la note",
        longueur=2000,
        aide="Entre gestionnaires. Le candidat peut la demander : elle figure dans « Mes données ».",
    )
    return Formulaire({"texte": note}, recu)


async def _fiche(request: AnyRequest, lu: DossierEntier) -> tuple[Fiche | None, Avancement | None]:
    """Celle de la version ; sinon ce que dit le brouillon, et ce qu'il y manque."""
    if lu.brouillon is None:
        return lu.fiche, None
    reglements = cast(Reglements, request.app.state.reglements)
    reglement = await reglements.de(database(request), lu.brouillon.version_referentiel_id)
    en_cours = lu.brouillon.dossier(reglement)
    return rediger(lu.brouillon, en_cours), avancement(en_cours, est_enregistre=False, est_a_jour=False)


def _numero(texte: str) -> int:
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 6):
        raise Introuvable
    return int(texte)
