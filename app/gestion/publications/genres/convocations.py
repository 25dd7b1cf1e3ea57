"""Les convocations : une ligne par épreuve et par candidat, un document par candidat."""

from collections.abc import Iterator, Mapping, Sequence

from app.documents.donnees import Convocation, EpreuveConvoquee, en_json, horaire
from app.documents.models import TypeDocument
from app.gestion.publications.attendus import Inscrit, est_passee
from app.gestion.publications.genre import Cadre
from app.gestion.publications.tableau import Colonne, Erreur, Ligne, Tableau
from app.gestion.publications.valeurs import (
    EPREUVE,
    INTITULE,
    QUI,
    Envoi,
    Essai,
    Reconnue,
    avis_des_colonnes,
    heure,
    jour,
    ligne_du_modele,
    minutes,
    par_candidature,
    reconnaitre,
)
from app.web.champs import Champ, TexteLong

slug = "convocations"
type_ = TypeDocument.CONVOCATION
titre = "Convocations aux épreuves"
presentation = (
    "Une ligne par candidat et par épreuve : date, heure, durée, lieu. Chaque candidat reçoit un seul document, "
    "ses épreuves dans l’ordre."
)
JOUR = Colonne("Date")
HEURE = Colonne("Heure", ("heure de début", "début"))
DUREE = Colonne("Durée")
LIEU = Colonne("Lieu", ("centre", "centre d’examen", "établissement"))
ADRESSE = Colonne("Adresse", est_requise=False)
SALLE = Colonne("Salle", est_requise=False)
MATERIEL = Colonne("À apporter", ("matériel",), est_requise=False)
colonnes = (*QUI, EPREUVE, INTITULE, JOUR, HEURE, DUREE, LIEU, ADRESSE, SALLE, MATERIEL)
PAR_LIGNE_MAX = {LIEU: 120, ADRESSE: 200, SALLE: 40, MATERIEL: 300}
A_APPORTER = (
    "Cette convocation, imprimée ou à l’écran.\n"
    "Une pièce d’identité avec photo, en cours de validité.\n"
    "De quoi écrire, et le matériel indiqué pour chaque épreuve."
)
ACCES = (
    "Présentez-vous trente minutes avant l’heure dite : le sujet distribué, plus personne n’entre.\n"
    "Téléphone, montre connectée et tout appareil qui communique : éteints, dans votre sac, à l’endroit désigné par "
    "les surveillants.\n"
    "On ne sort pas avant la fin de la première heure.\n"
    "Si vous ne pouvez pas venir, prévenez aussitôt le service des examens et gardez un justificatif."
)


def champs() -> dict[str, Champ]:
    return {
        "a_apporter": TexteLong(
            "Ce que le candidat apporte",
            sujet="ce que le candidat apporte",
            requis=True,
            longueur=1500,
            default=A_APPORTER,
            aide="Une ligne par point, pour toutes les épreuves ; la colonne « À apporter » complète pour l’une.",
        ),
        "acces": TexteLong(
            "Règles d’accès à la salle",
            sujet="les règles d’accès à la salle",
            requis=True,
            longueur=3000,
            default=ACCES,
            aide="Une ligne par règle.",
        ),
    }


def modele(tous: Sequence[Inscrit]) -> Iterator[list[str]]:
    for inscrit in tous:
        for epreuve in inscrit.a_convoquer:
            yield ligne_du_modele(inscrit, epreuve.code, epreuve.libelle, *[""] * 7)


def essayer(tableau: Tableau, tous: Sequence[Inscrit], options: Mapping[str, str], cadre: Cadre) -> Essai:
    reconnues, erreurs = reconnaitre(tableau, tous)
    groupes = par_candidature(reconnues)
    envois, avis = [], list(avis_des_colonnes(tableau))
    consignes = [tuple(options[nom].splitlines()) for nom in ("a_apporter", "acces")]
    for siennes in groupes.values():
        inscrit = siennes[0].inscrit
        epreuves, fautes = _epreuves(siennes, cadre)
        erreurs += fautes
        if fautes:
            continue
        oubliees = inscrit.manquent([e.code for e in epreuves], inscrit.a_convoquer)
        if oubliees:
            codes = ", ".join(epreuve.code for epreuve in oubliees)
            avis.append(f"{inscrit.reference} : aucune ligne pour {codes}.")
        contenu = Convocation(epreuves, consignes[0], consignes[1], cadre.heure_locale)
        envois.append(Envoi(inscrit.candidature_id, inscrit.version_id, en_json(contenu)))
    manquants = tuple(i for i in tous if i.candidature_id not in groupes and i.a_convoquer)
    return Essai(tuple(envois), (*tableau.erreurs, *sorted(erreurs)), tuple(avis), manquants)


def _epreuves(siennes: Sequence[Reconnue], cadre: Cadre) -> tuple[tuple[EpreuveConvoquee, ...], list[Erreur]]:
    """Celles d'un candidat, dans l'ordre où elles se passent."""
    lues: list[tuple[EpreuveConvoquee, Ligne]] = []
    erreurs: list[Erreur] = []
    for reconnue in siennes:
        resultat = _epreuve(reconnue, cadre)
        if isinstance(resultat, EpreuveConvoquee):
            lues.append((resultat, reconnue.ligne))
        else:
            erreurs += resultat
    lues.sort(key=lambda lue: (lue[0].jour, lue[0].heure, lue[0].code))
    erreurs += _doubles(lues)
    return tuple(epreuve for epreuve, _ in lues), erreurs


def _epreuve(reconnue: Reconnue, cadre: Cadre) -> EpreuveConvoquee | list[Erreur]:
    ligne, inscrit = reconnue.ligne, reconnue.inscrit
    code = ligne[EPREUVE].upper()
    sienne = inscrit.epreuves.get(code)
    passees = ", ".join(e.code for e in inscrit.fiche.epreuves if est_passee(e))
    lu, debut, duree = jour(ligne[JOUR]), heure(ligne[HEURE]), minutes(ligne[DUREE])
    trop_longues = [
        (colonne, longueur) for colonne, longueur in PAR_LIGNE_MAX.items() if len(ligne[colonne]) > longueur
    ]
    fautes = [
        (sienne is None or not est_passee(sienne), EPREUVE, f"une épreuve que ce candidat passe : {passees}"),
        (lu is None, JOUR, "un jour qui existe, jj/mm/aaaa"),
        (lu is not None and lu.year != cadre.annee, JOUR, f"un jour de {cadre.annee}"),
        (debut is None, HEURE, "une heure, par exemple 8 h 30"),
        (duree is None, DUREE, "de 5 min à 12 h, par exemple 1 h 30"),
        (not ligne[LIEU], LIEU, "le nom du lieu"),
    ]
    erreurs = [ligne.erreur(colonne, attendu) for est_faux, colonne, attendu in fautes if est_faux]
    erreurs += [ligne.erreur(colonne, f"{longueur} caractères au plus") for colonne, longueur in trop_longues]
    if erreurs or sienne is None or lu is None or debut is None or duree is None:
        return erreurs
    return EpreuveConvoquee(
        code=code,
        libelle=sienne.libelle,
        jour=lu,
        heure=debut,
        duree=duree,
        lieu=ligne[LIEU],
        adresse=ligne[ADRESSE],
        salle=ligne[SALLE],
        materiel=ligne[MATERIEL],
    )


def _doubles(lues: Sequence[tuple[EpreuveConvoquee, Ligne]]) -> Iterator[Erreur]:
    """La même épreuve deux fois, ou deux épreuves à la fois."""
    vues: dict[str, int] = {}
    precedente: EpreuveConvoquee | None = None
    for epreuve, ligne in lues:
        if epreuve.code in vues:
            yield ligne.erreur(EPREUVE, f"une seule ligne par épreuve, déjà dite ligne {vues[epreuve.code]}")
        elif precedente and epreuve.jour == precedente.jour and epreuve.heure < precedente.heure + precedente.duree:
            fin = horaire(precedente.heure + precedente.duree)
            yield ligne.erreur(HEURE, f"après la fin de {precedente.code}, à {fin}")
        vues[epreuve.code] = ligne.numero
        precedente = epreuve
