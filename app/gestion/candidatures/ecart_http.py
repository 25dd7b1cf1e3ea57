"""Écarter et rétablir, chacun derrière une page qui dit ce que cela entraîne."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, gabarits, instant, reglages
from app.comptes.valeurs import Message
from app.gestion.candidatures.criteres import LISTE
from app.gestion.candidatures.dossier import DossierEntier
from app.gestion.candidatures.dossier_http import adresse, le_dossier
from app.gestion.candidatures.ecart import AutreEnCours, Ecart, MotifEcart, SansDerogation, ecarter, retablir
from app.gestion.page import montrer
from app.regles.vocabulaire import EtatCandidature
from app.web.forms import Choix, Formulaire, TexteLong
from app.web.pages import rediriger

DEPASSE = "Rien n’a été fait : l’état de cette candidature a changé depuis que vous l’avez lue. Relisez-la d’abord."
RETIREE = (
    "La dérogation qui permettait cette seconde candidature est retirée : accordez-en une autre, et le candidat "
    "recommencera."
)
DOUBLE = "Ce candidat a commencé une autre candidature à cette session : une seule peut compter. Écartez-la d’abord."


@get(LISTE + "/{candidature_id:str}/ecart")
async def confirmer_l_ecart(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    return _page_ecart(request, lu, _formulaire()) if lu.est_en_cours else rediriger(adresse(lu.id))


@post(LISTE + "/{candidature_id:str}/ecart", status_code=200)
async def ecarter_la_candidature(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    recu = recu_en_listes(await request.form())
    formulaire = _formulaire(recu)
    if not _juger(formulaire):
        return _page_ecart(request, lu, formulaire, statut=422)
    ecart = Ecart(MotifEcart(formulaire.valeurs["motif"]), formulaire.valeurs["precision"] or "")
    attendu = premier(recu, "attendu")
    fait = attendu in tuple(EtatCandidature) and await database(request).ecrire(
        ecarter,
        lu.id,
        ecart,
        attendu=EtatCandidature(attendu),
        academies=agent(request).academies,
        agent_id=agent(request).compte_id,
        courrier=_courrier(request, lu, "ecartee", "Votre inscription est écartée", {"ecart": ecart}),
        maintenant=instant(request),
    )
    if not fait:
        return _page_ecart(request, await le_dossier(request, lu.id), formulaire, refus=DEPASSE, statut=422)
    return rediriger(f"{adresse(lu.id)}?avis=ecartee")


@get(LISTE + "/{candidature_id:str}/retablissement")
async def confirmer_le_retablissement(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu = await le_dossier(request, candidature_id)
    if lu.etat is not EtatCandidature.ECARTE:
        return rediriger(adresse(lu.id))
    return montrer(request, "gestion/retablissement.html", {"dossier": lu, "refus": ""})


@post(LISTE + "/{candidature_id:str}/retablissement", status_code=200)
async def retablir_la_candidature(request: AnyRequest, candidature_id: FromPath[str]) -> Response[Any]:
    lu, refus = await le_dossier(request, candidature_id), DEPASSE
    try:
        fait = await database(request).ecrire(
            retablir,
            lu.id,
            academies=agent(request).academies,
            agent_id=agent(request).compte_id,
            courrier=_courrier(request, lu, "retablie", "Votre inscription est rétablie", {}),
            maintenant=instant(request),
        )
    except AutreEnCours:
        fait, refus = False, DOUBLE
    except SansDerogation:
        fait, refus = False, RETIREE
    if not fait:
        return montrer(request, "gestion/retablissement.html", {"dossier": lu, "refus": refus}, statut=422)
    return rediriger(f"{adresse(lu.id)}?avis=retablie")


def _formulaire(recu: Mapping[str, Any] | None = None) -> Formulaire:
    return Formulaire(
        {
            "motif": Choix(
                "Motif",
                sujet="le motif",
                requis=True,
                radios=True,
                options=[(motif.value, motif.libelle) for motif in MotifEcart if motif is not MotifEcart.DEROGATION],
            ),
            "precision": TexteLong(
                "Message au candidat",
                sujet="le message au candidat",
                longueur=600,
                aide="Il le lira après le motif, dans le mail et dans son histoire.",
            ),
        },
        recu,
    )


def _juger(formulaire: Formulaire) -> bool:
    formulaire.valide()
    if formulaire.valeurs["motif"] == MotifEcart.AUTRE and not formulaire.valeurs["precision"]:
        formulaire.ajouter_erreur("precision", "Écrivez le motif au candidat")
    return formulaire.valide()


def _page_ecart(
    request: AnyRequest, lu: DossierEntier, formulaire: Formulaire, *, refus: str = "", statut: int = 200
) -> Response[Any]:
    contexte = {"dossier": lu, "formulaire": formulaire, "refus": refus}
    return montrer(request, "gestion/ecart.html", contexte, statut=statut)


def _courrier(request: AnyRequest, lu: DossierEntier, nom: str, objet: str, autres: Mapping[str, object]) -> Message:
    sujet = f"[CYCLADES] {objet}"
    contexte = {
        "sujet": sujet,
        "dossier": lu,
        "le": instant(request),
        "service": lu.periode.service,
        "lien": f"{reglages(request).url_publique}/inscriptions",
    } | dict(autres)
    texte = gabarits(request).get_template(f"courriels/{nom}.txt").render(contexte)
    return Message(
        sujet, texte.strip() + "\n", gabarits(request).get_template(f"courriels/{nom}.html").render(contexte)
    )
