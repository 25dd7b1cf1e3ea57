"""Les relevés de notes : une ligne par épreuve et par candidat, le résultat sur l'une d'elles au moins."""

from collections.abc import Iterator, Mapping, Sequence

from app.candidatures.fiche import EpreuveFiche
from app.documents.donnees import NoteEpreuve, ReleveNotes, en_json
from app.documents.models import TypeDocument
from app.gestion.publications.attendus import Inscrit
from app.gestion.publications.genre import Cadre
from app.gestion.publications.tableau import Colonne, Erreur, Ligne, Tableau, cle
from app.gestion.publications.valeurs import (
    EPREUVE,
    INTITULE,
    QUI,
    Envoi,
    Essai,
    Reconnue,
    avis_des_colonnes,
    ligne_du_modele,
    note,
    note_ecrite,
    par_candidature,
    reconnaitre,
)
from app.regles.vocabulaire import PositionEpreuve
from app.web.champs import Champ, TexteLong

slug = "releves"
type_ = TypeDocument.RELEVE_NOTES
titre = "Relevés de notes"
presentation = (
    "Une ligne par candidat et par épreuve. Note sur 20, AB pour une absence, DI pour une dispense ; une note gardée "
    "d’une autre session est déjà écrite dans le modèle."
)
NOTE = Colonne("Note")
RESULTAT = Colonne("Résultat", ("décision", "décision du jury"))
colonnes = (*QUI, EPREUVE, INTITULE, NOTE, RESULTAT)
MENTIONS = {"ab": "Absent", "abj": "Absence justifiée", "di": "Dispense"}
DISPENSE = "di"
RESULTATS = {
    "admis": "Admis",
    "admise": "Admis",
    "ajourne": "Ajourné",
    "ajournee": "Ajourné",
    "refuse": "Ajourné",
    "refusee": "Ajourné",
    "absent": "Absent",
    "absente": "Absent",
    "en cours": "Forme progressive : épreuves à poursuivre",
}
ATTENDU_RESULTAT = "ADMIS, AJOURNÉ, ABSENT ou EN COURS"
OBSERVATION = (
    "Ce relevé est à conserver. Les notes égales ou supérieures à 10 peuvent être gardées pendant cinq ans : demandez "
    "au service des examens."
)


def champs() -> dict[str, Champ]:
    return {
        "observation": TexteLong(
            "Mention au bas du relevé",
            sujet="la mention au bas du relevé",
            longueur=1000,
            default=OBSERVATION,
            aide="La même pour tous les candidats. Vide : rien n’est ajouté.",
        )
    }


def modele(tous: Sequence[Inscrit]) -> Iterator[list[str]]:
    for inscrit in tous:
        for epreuve in inscrit.a_noter:
            yield ligne_du_modele(inscrit, epreuve.code, epreuve.libelle, _connue(inscrit, epreuve), "")


def essayer(tableau: Tableau, tous: Sequence[Inscrit], options: Mapping[str, str], cadre: Cadre) -> Essai:
    reconnues, erreurs = reconnaitre(tableau, tous)
    groupes = par_candidature(reconnues)
    envois = []
    for siennes in groupes.values():
        notes, fautes = _notes(siennes)
        resultat, autres = _resultat(siennes)
        if fautes or autres:
            erreurs += [*fautes, *autres]
            continue
        inscrit = siennes[0].inscrit
        contenu = ReleveNotes(notes, resultat, options.get("observation", ""))
        envois.append(Envoi(inscrit.candidature_id, inscrit.version_id, en_json(contenu)))
    manquants = tuple(inscrit for inscrit in tous if inscrit.candidature_id not in groupes and inscrit.a_noter)
    return Essai(tuple(envois), (*tableau.erreurs, *sorted(erreurs)), avis_des_colonnes(tableau), manquants)


def _notes(siennes: Sequence[Reconnue]) -> tuple[tuple[NoteEpreuve, ...], list[Erreur]]:
    """Dans l'ordre de la fiche. Un relevé est entier, ou il n'est pas publié."""
    inscrit = siennes[0].inscrit
    lues: dict[str, NoteEpreuve] = {}
    erreurs: list[Erreur] = []
    dites: dict[str, int] = {}
    for reconnue in siennes:
        code = reconnue.ligne[EPREUVE].upper()
        if code in dites:
            attendu = f"une seule ligne par épreuve, déjà dite ligne {dites[code]}"
            erreurs.append(reconnue.ligne.erreur(EPREUVE, attendu))
            continue
        dites[code] = reconnue.ligne.numero
        resultat = _note(reconnue)
        if isinstance(resultat, NoteEpreuve):
            lues[code] = resultat
        else:
            erreurs.append(resultat)
    derniere = siennes[-1].ligne
    erreurs += [
        Erreur(derniere.numero, EPREUVE.nom, "", f"aussi une ligne {epreuve.code} pour {inscrit.reference}")
        for epreuve in inscrit.manquent(list(dites), inscrit.a_noter)
    ]
    return tuple(lues[code] for code in inscrit.epreuves if code in lues), erreurs


def _note(reconnue: Reconnue) -> NoteEpreuve | Erreur:
    ligne, inscrit = reconnue.ligne, reconnue.inscrit
    epreuve = inscrit.epreuves.get(ligne[EPREUVE].upper())
    if epreuve is None or epreuve.position == PositionEpreuve.NON_INSCRIT:
        codes = ", ".join(e.code for e in inscrit.fiche.epreuves if e.position != PositionEpreuve.NON_INSCRIT)
        return ligne.erreur(EPREUVE, f"une épreuve de ce candidat : {codes}")
    connue, dite = _connue(inscrit, epreuve), ligne[NOTE]
    mention, lue = MENTIONS.get(cle(dite), ""), note(dite)
    if epreuve.position == PositionEpreuve.DISPENSE:
        if cle(dite) != DISPENSE:
            return ligne.erreur(NOTE, "DI : ce candidat est dispensé de cette épreuve")
        return _ligne(epreuve, "", mention)
    if epreuve.position == PositionEpreuve.BENEFICE:
        if lue is None or (connue and lue != connue):
            return ligne.erreur(NOTE, f"{connue or 'une note sur 20'} : la note que ce candidat garde")
        return _ligne(epreuve, lue, "Note gardée")
    if lue is None and (not mention or cle(dite) == DISPENSE):
        return ligne.erreur(NOTE, "une note de 0 à 20, par exemple 12,5, ou AB pour une absence")
    return _ligne(epreuve, lue or "", mention)


def _resultat(siennes: Sequence[Reconnue]) -> tuple[str, list[Erreur]]:
    dits: list[tuple[str, Ligne]] = []
    erreurs: list[Erreur] = []
    for reconnue in siennes:
        ecrit = reconnue.ligne[RESULTAT]
        lu = RESULTATS.get(cle(ecrit), "")
        if ecrit and not lu:
            erreurs.append(reconnue.ligne.erreur(RESULTAT, ATTENDU_RESULTAT))
        elif lu and dits and dits[0][0] != lu:
            erreurs.append(reconnue.ligne.erreur(RESULTAT, f"le même résultat qu’à la ligne {dits[0][1].numero}"))
        elif lu:
            dits.append((lu, reconnue.ligne))
    if not dits and not erreurs:
        erreurs.append(siennes[0].ligne.erreur(RESULTAT, f"{ATTENDU_RESULTAT}, sur une ligne au moins du candidat"))
    return (dits[0][0] if dits else ""), erreurs


def _connue(inscrit: Inscrit, epreuve: EpreuveFiche) -> str:
    """Ce que l'inscription dit déjà : une dispense, ou la note que le candidat garde."""
    if epreuve.position == PositionEpreuve.DISPENSE:
        return DISPENSE.upper()
    if epreuve.position == PositionEpreuve.BENEFICE and epreuve.repere in inscrit.notes_gardees:
        return note_ecrite(float(inscrit.notes_gardees[epreuve.repere]))
    return ""


def _ligne(epreuve: EpreuveFiche, note: str, mention: str) -> NoteEpreuve:
    return NoteEpreuve(epreuve.code, epreuve.libelle, epreuve.est_sous_epreuve, note, mention)
