"""Ce qu’un onglet montre en plus de ses questions : raisons, conséquences, listes. Le gabarit n’a qu’à l’écrire."""

from collections.abc import Iterator
from typing import Any

from app.candidatures.redaction import rediger
from app.inscription.ecran import Ecran
from app.inscription.onglet import Listes
from app.inscription.onglets import acquis, epreuves, identification, informations, qualification
from app.inscription.vue_acquis import vues_des_familles
from app.regles.choix_epreuves import choix_a_faire
from app.regles.eligibilite import categories_proposees, specialites_proposees
from app.regles.forme_passage import forme_finale
from app.regles.incertitudes import incertitudes
from app.regles.vocabulaire import Evaluation
from app.web.forms import Formulaire

PETITE_ENFANCE = "50033205"
"""code BCN commun au diplôme et à sa variante « agrément »"""


def contexte_d_onglet(ecran: Ecran, rendu: Formulaire, listes: Listes) -> dict[str, Any]:
    cascade = _cascade(ecran)
    contexte: dict[str, Any] = {"cascade": cascade, "a_confirmer": incertitudes(ecran.dossier)}
    match ecran.courant:
        case identification.slug:
            localite = {"hx-vals": '{"intention":"localite"}', "hx-target": "#localite-champ"}
            contexte |= {"cherche_localite": cascade | localite, "deplie": cascade | {"hx-trigger": "deplier"}}
        case informations.slug:
            contexte |= _informations(ecran)
        case qualification.slug:
            contexte |= _qualification(ecran, rendu, listes)
        case acquis.slug:
            contexte |= {"acquis_vus": vues_des_familles(ecran.dossier, rendu)}
        case epreuves.slug:
            contexte |= _epreuves(ecran)
    return contexte


def _cascade(ecran: Ecran) -> dict[str, str]:
    """Une réponse qui change les questions suivantes renvoie le formulaire, et seul le morceau des questions change."""
    return {
        "hx-post": ecran.adresse(ecran.courant),
        "hx-trigger": "change",
        "hx-vals": '{"intention":"actualiser"}',
        "hx-target": "#questions",
        "hx-swap": "outerHTML",
        "hx-sync": "#formulaire-onglet:queue last",
    }


def _informations(ecran: Ecran) -> dict[str, Any]:
    """Les catégories par raison : celles que la liste n'offre pas, puis celles qui sont à confirmer."""
    par_raison: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
    for proposee in categories_proposees(ecran.dossier):
        if proposee.motif:
            par_raison[proposee.est_ouverte].setdefault(proposee.motif, []).append(proposee.categorie.libelle)
    return {"categories_fermees": par_raison[False], "categories_a_confirmer": par_raison[True]}


def _qualification(ecran: Ecran, rendu: Formulaire, listes: Listes) -> dict[str, Any]:
    trouvees = qualification.specialites_trouvees(ecran.dossier, listes.recherche)
    specialite = ecran.dossier.specialite
    return {
        "nombre_trouve": len(trouvees) if listes.recherche else 0,
        "nombre_montre": min(len(trouvees), qualification.TROUVEES),
        "nombre_total": len(specialites_proposees(ecran.dossier)),
        "est_petite_enfance": any(s.code.startswith(PETITE_ENFANCE) for s in trouvees)
        or bool(specialite and specialite.code.startswith(PETITE_ENFANCE)),
        "choix_specialite": [champ.name for champ in rendu if champ.name.startswith("choix-")],
        "finale": forme_finale(ecran.dossier),
    }


def _epreuves(ecran: Ecran) -> dict[str, Any]:
    return {
        "rien_a_choisir": choix_a_faire(ecran.dossier).rien_a_choisir,
        "epreuves_fiche": rediger(ecran.lue, ecran.dossier).epreuves,
        "explication_mode": " ".join(_mode(ecran)),
    }


def _mode(ecran: Ecran) -> Iterator[str]:
    categorie = ecran.dossier.categorie
    if categorie is None:
        return
    yield f"Le mode est déduit de votre catégorie ({categorie.libelle.lower()}) :"
    yield {
        Evaluation.PONCTUEL: "vos épreuves sont ponctuelles, passées en centre d’examen.",
        Evaluation.CCF: "vos épreuves se passent en contrôle en cours de formation (CCF).",
        Evaluation.MIXTE: "quatre épreuves au moins se passent en contrôle en cours de formation (CCF).",
    }[categorie.evaluation]
