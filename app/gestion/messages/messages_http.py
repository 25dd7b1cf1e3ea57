"""« Messages » : ce que lit tout visiteur de l'accueil, entre deux instants."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.comptes.formulaire_creation import premier, recu_en_listes
from app.comptes.portail import AnyRequest, agent, database, instant
from app.gestion.messages.actes import (
    Annonce,
    FicheMessage,
    annoncer,
    changer_l_annonce,
    le_message,
    messages_a_portee,
    retirer_l_annonce,
)
from app.gestion.moments import Moment, instant_lu, valeurs_du_moment
from app.gestion.page import montrer
from app.gestion.portee import academies_de
from app.referentiel.horaires import nom_academie
from app.referentiel.models import ImportanceMessage
from app.referentiel.queries import academies as toutes_les_academies
from app.web.erreurs import Introuvable
from app.web.forms import Champ, Choix, Formulaire, TexteCourt, TexteLong
from app.web.pages import rediriger

LISTE = "/gestion/messages"
TOUS = "tous"
DEBUT = Moment("debut", "Début", "le début", "du début")
FIN = Moment("fin", "Fin", "la fin", "de la fin")
IMPORTANCES = (
    (ImportanceMessage.INFORMATION, "Information"),
    (ImportanceMessage.ALERTE, "Alerte : en premier, sur fond orangé"),
)
AVIS = {
    "annonce": "Le message est enregistré.",
    "change": "Le message est changé.",
    "retire": "Le message est retiré. Il reste dans la liste.",
}


@get(LISTE)
async def liste(request: AnyRequest) -> Response[Any]:
    lus = await database(request).lire(messages_a_portee, academies_de(agent(request)))
    maintenant = instant(request)
    contexte = {
        "vivants": [m for m in lus if not m.est_fini(maintenant)],
        "finis": [m for m in lus if m.est_fini(maintenant)],
        "avis": AVIS.get(request.query_params.get("avis", ""), ""),
    }
    return montrer(request, "gestion/messages/liste.html", contexte)


@get(f"{LISTE}/nouveau")
async def preparer_l_annonce(request: AnyRequest) -> Response[Any]:
    formulaire = await _formulaire(request, None, valeurs_du_moment(DEBUT, instant(request).replace(second=0)))
    return _page(request, formulaire, None)


@post(f"{LISTE}/nouveau", status_code=200)
async def enregistrer_l_annonce(request: AnyRequest) -> Response[Any]:
    recu = recu_en_listes(await request.form())
    formulaire = await _formulaire(request, recu)
    annonce = _lue(formulaire)
    if annonce is None or premier(recu, "intention") == "apercu":
        return _page(request, formulaire, None, apercu=annonce, statut=422)
    await database(request).ecrire(
        annoncer, annonce, academies_de(agent(request)), agent_id=agent(request).compte_id, maintenant=instant(request)
    )
    return rediriger(f"{LISTE}?avis=annonce")


@get(f"{LISTE}/{{message_id:str}}")
async def relire_l_annonce(request: AnyRequest, message_id: FromPath[str]) -> Response[Any]:
    fiche = await _fiche(request, message_id)
    return _page(request, await _formulaire(request, None, _valeurs(fiche.annonce)), fiche, apercu=fiche.annonce)


@post(f"{LISTE}/{{message_id:str}}", status_code=200)
async def changer(request: AnyRequest, message_id: FromPath[str]) -> Response[Any]:
    fiche, recu = await _fiche(request, message_id), recu_en_listes(await request.form())
    formulaire = await _formulaire(request, recu)
    annonce = _lue(formulaire)
    if annonce is None or premier(recu, "intention") == "apercu":
        return _page(request, formulaire, fiche, apercu=annonce, statut=422)
    fait = await database(request).ecrire(
        changer_l_annonce,
        message_id,
        annonce,
        academies_de(agent(request)),
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    return rediriger(f"{LISTE}?avis=change" if fait else f"{LISTE}/{message_id}")


@post(f"{LISTE}/{{message_id:str}}/retrait", status_code=200)
async def retirer(request: AnyRequest, message_id: FromPath[str]) -> Response[Any]:
    await _fiche(request, message_id)
    await database(request).ecrire(
        retirer_l_annonce,
        message_id,
        academies_de(agent(request)),
        agent_id=agent(request).compte_id,
        maintenant=instant(request),
    )
    return rediriger(f"{LISTE}?avis=retire")


async def _fiche(request: AnyRequest, message_id: str) -> FicheMessage:
    fiche = await database(request).lire(le_message, message_id, academies_de(agent(request)))
    if fiche is None:
        raise Introuvable
    return fiche


def _lue(formulaire: Formulaire) -> Annonce | None:
    debut, fin = instant_lu(formulaire, DEBUT), instant_lu(formulaire, FIN)
    if debut is not None and fin is not None and fin <= debut:
        formulaire.ajouter_erreur("fin_jour", "Placez la fin après le début")
    if debut is None or fin is None or not formulaire.valide():
        return None
    dits = formulaire.valeurs
    return Annonce(
        titre=dits["titre"],
        texte=dits["texte"],
        importance=ImportanceMessage(dits["importance"]),
        academie_code=None if dits["academie"] == TOUS else dits["academie"],
        debute_le=debut,
        finit_le=fin,
    )


async def _formulaire(
    request: AnyRequest, recu: Mapping[str, Any] | None, valeurs: Mapping[str, object] | None = None
) -> Formulaire:
    """Les seules académies de l'agent y sont proposées ; « tous » est à l'administrateur."""
    portee = academies_de(agent(request))
    siennes = [
        (a.code, nom_academie(a))
        for a in await database(request).lire(toutes_les_academies)
        if portee is None or a.code in portee
    ]
    champs: dict[str, Champ] = {
        "titre": TexteCourt("Titre", sujet="le titre", requis=True, longueur=120, largeur=""),
        "texte": TexteLong(
            "Texte", sujet="le texte", requis=True, longueur=1000, aide="Une ligne vide commence un paragraphe."
        ),
        "importance": Choix(
            "Importance",
            sujet="l’importance",
            requis=True,
            radios=True,
            options=[(importance.value, libelle) for importance, libelle in IMPORTANCES],
        ),
        "academie": Choix(
            "Pour qui",
            sujet="à qui il s’adresse",
            requis=True,
            options=[*([(TOUS, "Tous les visiteurs")] if portee is None else []), *siennes],
            aide="Un message d’académie paraît à qui s’y inscrit, et à qui la choisit sur la page des périodes.",
        ),
        **DEBUT.champs(),
        **FIN.champs(),
    }
    defaut = {"importance": ImportanceMessage.INFORMATION.value}
    if portee is not None and len(siennes) == 1:
        defaut["academie"] = siennes[0][0]
    return Formulaire(champs, recu, defaut | dict(valeurs or {}))


def _valeurs(annonce: Annonce) -> dict[str, object]:
    return {
        "titre": annonce.titre,
        "texte": annonce.texte,
        "importance": annonce.importance.value,
        "academie": annonce.academie_code or TOUS,
        **valeurs_du_moment(DEBUT, annonce.debute_le),
        **valeurs_du_moment(FIN, annonce.finit_le),
    }


def _page(
    request: AnyRequest,
    formulaire: Formulaire,
    fiche: FicheMessage | None,
    *,
    apercu: Annonce | None = None,
    statut: int = 200,
) -> Response[Any]:
    contexte = {
        "formulaire": formulaire,
        "fiche": fiche,
        "est_fini": fiche is not None and fiche.est_fini(instant(request)),
        "apercu": apercu,
        "adresse": f"{LISTE}/{fiche.id if fiche else 'nouveau'}",
    }
    return montrer(request, "gestion/messages/message.html", contexte, statut=statut)
