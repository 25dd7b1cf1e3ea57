"""Les notifications d'aménagements d'épreuves : une ligne par mesure, la décision et le motif d'un refus."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.documents.donnees import Amenagement, Amenagements, en_json
from app.documents.models import TypeDocument
from app.gestion.publications.attendus import Inscrit
from app.gestion.publications.genre import Cadre
from app.gestion.publications.tableau import Colonne, Erreur, Tableau, cle
from app.gestion.publications.valeurs import (
    EPREUVE,
    QUI,
    Envoi,
    Essai,
    Reconnue,
    avis_des_colonnes,
    ligne_du_modele,
    par_candidature,
    reconnaitre,
)
from app.web.champs import Champ, TexteLong
from app.web.nombres import DateFR

slug = "amenagements"
type_ = TypeDocument.AMENAGEMENTS
titre = "Notifications d’aménagements"
presentation = (
    "Une ligne par candidat et par mesure : ce qui est accordé, ce qui est refusé et pourquoi. Ces données de santé "
    "sont scellées : seuls le candidat et votre fonction les lisent. Le modèle cite les candidats qui l’ont demandé."
)
EPREUVES = Colonne(EPREUVE.nom, EPREUVE.autres, est_requise=False)
MESURE = Colonne("Mesure", ("aménagement",))
DECISION = Colonne("Décision")
MOTIF = Colonne("Motif", ("motif du refus",), est_requise=False)
colonnes = (*QUI, EPREUVES, MESURE, DECISION, MOTIF)
TOUTES = "Toutes les épreuves"
DECISIONS = {"accorde": "Accordé", "accordee": "Accordé", "refuse": "Refusé", "refusee": "Refusé"}
REFUSE = "Refusé"
LONGUEURS = {MESURE: 300, MOTIF: 500}
RECOURS = (
    "Pour demander un nouvel examen de cette décision, écrivez au service des examens, dont l’adresse est plus bas, en "
    "joignant cette notification."
)


def champs() -> dict[str, Champ]:
    return {
        "decidee_le": DateFR(
            "Date de la décision",
            sujet="la date de la décision",
            requis=True,
            exemple="01/03/2027",
            aide="jj/mm/aaaa, la même pour tout le fichier.",
        ),
        "recours": TexteLong(
            "Contester la décision",
            sujet="la façon de contester",
            requis=True,
            longueur=1500,
            default=RECOURS,
            aide="Les voies et délais de recours, tels que votre service les écrit.",
        ),
    }


def modele(tous: Sequence[Inscrit]) -> Iterator[list[str]]:
    for inscrit in tous:
        if inscrit.demande_des_amenagements:
            yield ligne_du_modele(inscrit, *[""] * 4)


def essayer(tableau: Tableau, tous: Sequence[Inscrit], options: Mapping[str, str], cadre: Cadre) -> Essai:
    reconnues, erreurs = reconnaitre(tableau, tous)
    groupes = par_candidature(reconnues)
    envois, avis = [], list(avis_des_colonnes(tableau))
    for siennes in groupes.values():
        inscrit = siennes[0].inscrit
        lues = [_mesure(reconnue) for reconnue in siennes]
        fautes = [lue for lue in lues if isinstance(lue, Erreur)]
        erreurs += fautes
        if not inscrit.demande_des_amenagements:
            avis.append(f"{inscrit.reference} n’a pas coché de demande d’aménagements à l’inscription.")
        if not fautes:
            mesures = tuple(lue for lue in lues if isinstance(lue, Amenagement))
            contenu = Amenagements(mesures, date.fromisoformat(options["decidee_le"]), options["recours"])
            envois.append(Envoi(inscrit.candidature_id, inscrit.version_id, en_json(contenu)))
    manquants = tuple(i for i in tous if i.demande_des_amenagements and i.candidature_id not in groupes)
    return Essai(tuple(envois), (*tableau.erreurs, *sorted(erreurs)), tuple(avis), manquants)


def _mesure(reconnue: Reconnue) -> Amenagement | Erreur:
    ligne, inscrit = reconnue.ligne, reconnue.inscrit
    epreuve = inscrit.epreuves.get(ligne[EPREUVES].upper())
    decision = DECISIONS.get(cle(ligne[DECISION]), "")
    if ligne[EPREUVES] and epreuve is None:
        codes = ", ".join(inscrit.epreuves)
        return ligne.erreur(EPREUVES, f"vide pour toutes les épreuves, ou l’une de : {codes}")
    if not ligne[MESURE]:
        return ligne.erreur(MESURE, "la mesure demandée, par exemple « un tiers de temps en plus »")
    if not decision:
        return ligne.erreur(DECISION, "ACCORDÉ ou REFUSÉ")
    if decision == REFUSE and not ligne[MOTIF]:
        return ligne.erreur(MOTIF, "le motif du refus")
    for colonne, longueur in LONGUEURS.items():
        if len(ligne[colonne]) > longueur:
            return ligne.erreur(colonne, f"{longueur} caractères au plus")
    return Amenagement(epreuve.intitule if epreuve else TOUTES, ligne[MESURE], decision, ligne[MOTIF])
