"""Les deux derniers onglets : relire, enregistrer, recevoir son numéro. Et l'aperçu à imprimer."""

from typing import Any

from jinja2 import Environment
from litestar import Response, get, post
from litestar.params import FromPath

from app.candidatures.actions import CandidatureAbsente, ServiceFerme
from app.candidatures.fiche import Fiche
from app.candidatures.queries import version_de
from app.candidatures.redaction import rediger
from app.comptes.portail import AnyRequest, database, gabarits, reglages
from app.documents.queries import documents_de
from app.inscription.actions import Composer, Courrier, Incomplete, RecapitulatifDepasse, enregistrer
from app.inscription.ecran import Ecran, lire_ecran, qui, reglements
from app.inscription.onglets import identification, numero, recapitulatif
from app.regles.anomalie import Anomalie
from app.web.erreurs import Introuvable
from app.web.pages import rediriger, render


@get("/candidatures/{candidature_id:str}/onglets/recapitulatif")
async def relire(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    ecran = await lire_ecran(request, candidature_id, recapitulatif.slug)
    if ecran.se_consulte:
        return await _consultation(request, ecran)
    if ecran.est_ouvert and not ecran.chemin.est_accessible(recapitulatif.slug):
        return rediriger(ecran.adresse(ecran.chemin.reprise))
    return _recapitulatif(request, ecran)


@post("/candidatures/{candidature_id:str}/enregistrement", status_code=200)
async def valider(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Le même envoi deux fois n'enregistre qu'une fois et mène au même numéro."""
    ecran = await lire_ecran(request, candidature_id, recapitulatif.slug)
    recu = await request.form()
    reglement = await reglements(request).de(database(request), ecran.lue.version_referentiel_id)
    try:
        await database(request).ecrire(
            enregistrer,
            qui(request).compte_id,
            candidature_id,
            version_lue=_version_lue(recu.get("version"), ecran.lue.version),
            reglement=reglement,
            version_referentiel_id=ecran.lue.version_referentiel_id,
            composer=compositeur(gabarits(request), reglages(request).url_publique),
            agent_id=qui(request).agent_id,
            maintenant=ecran.maintenant,
        )
    except Incomplete as refus:
        return _recapitulatif(request, ecran, refus.anomalies, statut=422)
    except (ServiceFerme, RecapitulatifDepasse):
        return rediriger(ecran.adresse(recapitulatif.slug))
    except CandidatureAbsente:
        raise Introuvable from None
    return rediriger(ecran.adresse(numero.slug))


@get("/candidatures/{candidature_id:str}/onglets/numero")
async def recevoir_le_numero(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    ecran = await lire_ecran(request, candidature_id, numero.slug)
    compte_id = qui(request).compte_id
    version = await database(request).lire(version_de, compte_id, candidature_id)
    if version is None:
        return rediriger(ecran.adresse(ecran.chemin.reprise))
    documents = await database(request).lire(documents_de, compte_id, candidature_id)
    contexte = {"ecran": ecran, "version": version, "documents": documents, "avec_htmx": True}
    return render(request, "inscription/numero.html", contexte, bloc="contenu", aussi=("dossier",))


@get("/candidatures/{candidature_id:str}/apercu")
async def apercevoir(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    """Ce qui est rempli jusqu'ici, à imprimer ; ne vaut pas confirmation."""
    ecran = await lire_ecran(request, candidature_id, recapitulatif.slug)
    contexte = {"ecran": ecran, "fiche": rediger(ecran.lue, ecran.dossier)}
    return render(request, "inscription/apercu.html", contexte)


def compositeur(environnement: Environment, url_publique: str) -> Composer:
    """Le mail d'un enregistrement ; ses liens viennent de l'adresse publique de l'instance."""

    def composer(fiche: Fiche, numero_inscription: str, version: int, maintenant: Any) -> Courrier:
        contexte = {
            "fiche": fiche,
            "numero_inscription": numero_inscription,
            "version": version,
            "enregistree_le": maintenant,
            "lien": f"{url_publique}/inscriptions",
        }
        sujet = f"[CYCLADES] Votre inscription {numero_inscription} est enregistrée"
        if version > 1:
            sujet = f"[CYCLADES] Votre inscription {numero_inscription} est modifiée (version {version})"
        return Courrier(
            sujet,
            environnement.get_template("courriels/enregistrement.txt").render(contexte),
            environnement.get_template("courriels/enregistrement.html").render(contexte | {"sujet": sujet}),
        )

    return composer


async def _consultation(request: AnyRequest, ecran: Ecran) -> Response[str]:
    """Ce qui est enregistré, tel que figé : un règlement publié depuis n'y change rien."""
    version = await database(request).lire(version_de, qui(request).compte_id, ecran.lue.id)
    contexte = {
        "ecran": ecran,
        "version": version,
        "fiche": version.fiche if version else rediger(ecran.lue, ecran.dossier),
        "adresse_modifier": ecran.adresse(identification.slug) if ecran.est_ouvert else "",
        "avec_htmx": True,
    }
    return render(request, "inscription/consultation.html", contexte, bloc="contenu")


def _recapitulatif(
    request: AnyRequest, ecran: Ecran, anomalies: tuple[Anomalie, ...] = (), *, statut: int = 200
) -> Response[str]:
    contexte = {
        "ecran": ecran,
        "fiche": rediger(ecran.lue, ecran.dossier),
        "anomalies": anomalies,
        "adresses_modifier": _adresses_modifier(ecran),
        "avec_htmx": True,
        "en_erreur": bool(anomalies),
    }
    return render(request, "inscription/recapitulatif.html", contexte, bloc="contenu", statut=statut)


def _adresses_modifier(ecran: Ecran) -> dict[str, str]:
    if not ecran.est_ouvert:
        return {}
    return {etape.slug: ecran.adresse(etape.slug) for etape in ecran.chemin.etapes if etape.est_accessible}


def _version_lue(recu: object, actuelle: int) -> int:
    """Sans numéro de version lisible dans l'envoi, on suppose la page à jour."""
    if not isinstance(recu, str):
        return actuelle
    if not (recu.isascii() and recu.isdecimal() and len(recu) < 6):
        raise Introuvable
    return int(recu)
