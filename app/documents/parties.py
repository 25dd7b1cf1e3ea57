"""Ce que les documents ont en commun : l'en-tête, les rubriques de la fiche, la vérification."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from app.candidatures.fiche import AcquisFiche, EpreuveFiche, Fiche, Ligne, PieceFiche, Rubrique, Service
from app.documents.codes import en_groupes
from app.documents.mise_en_page import DROITE, GAUCHE, GRIS, LARGEUR, PETITE, Cellule, Feuille
from app.regles.vocabulaire import NatureEpreuve
from app.web.gabarits import instant_paris

A_CONFIRMER = "à confirmer par le service des examens"
ENCART = 58.0
LIBELLE, DEMI = 34.0, LARGEUR / 2
COLONNES = (80.0, 20.0, 22.0, 56.0)
NATURES = {NatureEpreuve.OBLIGATOIRE: "Épreuve obligatoire", NatureEpreuve.FACULTATIVE: "Épreuve facultative"}
QR = 24.0
INTERLIGNE_JOINDRE = 4.0  # millimètres, à 8,5 points


def ouvrir(titre: str, fiche: Fiche, numero_inscription: str, version: int, cree_le: datetime, code: str) -> Feuille:
    """La première page jusqu'à l'identité : les trois numéros en haut à droite, comme au guide."""
    identite = f"N° candidat {fiche.numero_candidat} - N° inscription {numero_inscription} - Version {version:02}"
    feuille = Feuille(
        titre=f"{titre} - {fiche.nom} {fiche.prenoms}",
        sujet=f"{fiche.examen}, {fiche.session}, {fiche.specialite}",
        auteur=f"{fiche.academie} - {fiche.service.nom}",
        cree_le=cree_le,
        rappel=f"{titre} - {fiche.nom} {fiche.prenoms} - {identite}",
        pied=f"{identite} - Code de vérification {en_groupes(code)}",
    )
    _encart(
        feuille,
        (("N° candidat", fiche.numero_candidat), ("N° inscription", numero_inscription), ("Version", f"{version:02}")),
    )
    largeur = LARGEUR - ENCART - 6
    feuille.rangee([Cellule(fiche.academie, GAUCHE, largeur, gras=True, taille=11)])
    feuille.rangee([Cellule(f"{fiche.service.nom}\n{fiche.examen}\nSession : {fiche.session}", GAUCHE, largeur)])
    feuille.y = max(feuille.y, 38) + 4
    feuille.paragraphe(titre, gras=True, taille=18)
    feuille.y += 1
    feuille.paragraphe(f"{fiche.nom} {fiche.prenoms}, né(e) le {fiche.date_naissance}", gras=True, taille=11)
    feuille.paragraphe(fiche.specialite, taille=11)
    feuille.y += 1.5
    return feuille


def presentation_publiee(publiee_le: datetime, remplace_version: int | None) -> str:
    """De ce qu'un agent publie : quand, et ce que cela remplace."""
    phrase = f"Document publié le {instant_paris(publiee_le)}."
    return phrase if remplace_version is None else f"{phrase} Il annule et remplace la version {remplace_version:02}."


def rubriques(feuille: Feuille, contenu: Sequence[Rubrique]) -> None:
    for rubrique in contenu:
        feuille.titre(rubrique.titre)
        for lignes in _par_deux(feuille, rubrique.lignes):
            definition(feuille, *lignes)


def definition(feuille: Feuille, *lignes: Ligne) -> None:
    """Une ligne sur toute la largeur, ou deux côte à côte ; les valeurs s'alignent sur deux colonnes."""
    if len(lignes) == 2:
        places = [(GAUCHE, LIBELLE, DEMI), (GAUCHE + DEMI, LIBELLE, DEMI)]
    elif _tient_en_libelle(feuille, lignes[0]):
        places = [(GAUCHE, LIBELLE, LARGEUR)]
    else:
        places = [(GAUCHE, DEMI + LIBELLE, LARGEUR)]
    cellules = []
    for ligne, (x, libelle, total) in zip(lignes, places, strict=True):
        cellules.append(Cellule(ligne.libelle, x, libelle, gris=True))
        cellules.append(Cellule(ligne.valeur or "-", x + libelle + 3, total - libelle - 6))
    feuille.rangee(cellules, marge=0.45)


def acquis(feuille: Feuille, declares: Sequence[AcquisFiche]) -> None:
    feuille.titre("Acquis déclarés")
    if not declares:
        feuille.paragraphe("Aucun acquis déclaré.")
    for rang, droit in enumerate(declares):
        feuille.y += 1.5 if rang else 0
        definition(feuille, Ligne("Titulaire", droit.titulaire))
        definition(feuille, Ligne("Type de droit", droit.type_de_droit))
        if droit.epreuves:
            definition(feuille, Ligne("Épreuves couvertes", ", ".join(droit.epreuves)))
        if droit.repassees:
            definition(feuille, Ligne("Épreuves repassées", f"{', '.join(droit.repassees)}, à la demande du candidat"))


def epreuves(feuille: Feuille, choisies: Sequence[EpreuveFiche]) -> None:
    feuille.titre("Épreuves", suite=20)
    for nature, titre in NATURES.items():
        lignes = [epreuve for epreuve in choisies if epreuve.nature == nature]
        if lignes:
            motif = "Motif" if any(epreuve.motif_affiche for epreuve in lignes) else ""
            _tableau(feuille, (titre, "Position", "Mode", motif), _lignes(lignes))


def pieces(feuille: Feuille, demandees: Sequence[PieceFiche]) -> None:
    feuille.titre("Pièces justificatives demandées")
    if not demandees:
        feuille.paragraphe("Aucune pièce justificative.")
    for piece in demandees:
        feuille.rangee(
            [
                Cellule(piece.code, GAUCHE, 22, gris=True),
                Cellule(piece_en_mots(piece), GAUCHE + 23, LARGEUR - 23 - 45),
                Cellule(piece.mode_libelle, DROITE - 42, 42, gris=True),
            ],
            marge=0.4,
        )


def a_confirmer(feuille: Feuille, points: Sequence[str]) -> None:
    """Ce que le portail ne tient pas de source officielle : dit, jamais affirmé."""
    if points:
        feuille.titre("À confirmer par le service des examens")
        feuille.paragraphe(" ; ".join(points) + ".")


def piece_en_mots(piece: PieceFiche) -> str:
    reserves = [
        mots
        for mots, vaut in (("facultative", not piece.est_obligatoire), (A_CONFIRMER, not piece.est_certaine))
        if vaut
    ]
    return f"{piece.libelle} ({', '.join(reserves)})" if reserves else piece.libelle


def adresse(service: Service, entre: str = "\n") -> str:
    lignes = (*service.adresse.splitlines(), f"{service.code_postal} {service.ville}".strip())
    return entre.join(ligne for ligne in lignes if ligne)


def verification(feuille: Feuille, service: Service, code: str, adresse_verification: str) -> None:
    """Au bas du document : à qui écrire, et le code qu'un employeur vérifie sans compte, pour n'y lire que des
    initiales."""
    milieu = GAUCHE + LARGEUR * 0.42
    mots = (service.nom, adresse(service), service.courriel, service.telephone, service.horaires)
    joindre = Cellule("\n".join(ligne for ligne in mots if ligne), GAUCHE, milieu - GAUCHE - 6, taille=8.5)
    hauteur = max(QR, len(feuille.couper(joindre)) * INTERLIGNE_JOINDRE)
    feuille.titre("Pour tout renseignement, pour vérifier ce document", suite=hauteur + 3)
    feuille.y += 1.5
    haut = feuille.y
    feuille.qr(adresse_verification, DROITE - QR, haut, QR)
    feuille.rangee([joindre])
    bas = feuille.y
    feuille.y, largeur = haut, DROITE - QR - 4 - milieu
    feuille.rangee([Cellule(f"Code : {en_groupes(code)}", milieu, largeur, gras=True, taille=11)])
    feuille.rangee([Cellule(adresse_verification, milieu, largeur, taille=PETITE)], marge=0.8)
    phrase = "Cette adresse dit si le document est valable ou remplacé, sans montrer vos données."
    feuille.rangee([Cellule(phrase, milieu, largeur, gris=True, taille=PETITE)])
    feuille.y = max(bas, haut + QR)


def _encart(feuille: Feuille, numeros: Sequence[tuple[str, str]]) -> None:
    haut, x = feuille.y, DROITE - ENCART
    for libelle, valeur in numeros:
        feuille.rangee(
            [Cellule(libelle, x + 4, 25, gris=True), Cellule(valeur, x + 29, ENCART - 32, gras=True, taille=10)],
            marge=0.9,
        )
    feuille.cadre(x, haut - 1, ENCART, feuille.y - haut + 2, gris=GRIS)
    feuille.y = haut


def _par_deux(feuille: Feuille, lignes: Sequence[Ligne]) -> Iterator[tuple[Ligne, ...]]:
    """Deux lignes courtes partagent une rangée, dans l'ordre de lecture."""
    attente: tuple[Ligne, ...] = ()
    for ligne in lignes:
        courte = _est_courte(feuille, ligne)
        if attente and courte:
            yield (*attente, ligne)
            attente = ()
            continue
        if attente:
            yield attente
        attente = (ligne,) if courte else ()
        if not courte:
            yield (ligne,)
    if attente:
        yield attente


def _est_courte(feuille: Feuille, ligne: Ligne) -> bool:
    valeur = Cellule(ligne.valeur.replace("\n", " "), 0, 2 * (DEMI - LIBELLE - 6))
    return _tient_en_libelle(feuille, ligne) and len(feuille.couper(valeur)) == 1


def _tient_en_libelle(feuille: Feuille, ligne: Ligne) -> bool:
    return len(feuille.couper(Cellule(ligne.libelle, 0, LIBELLE))) <= 2


def _lignes(choisies: Sequence[EpreuveFiche]) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Une sous-épreuve suit son épreuve : le même motif ne se redit pas dessous."""
    motif_de_l_epreuve = ""
    for epreuve in choisies:
        motif = epreuve.motif_affiche
        dit = "" if epreuve.est_sous_epreuve and motif == motif_de_l_epreuve else motif
        if not epreuve.est_sous_epreuve:
            motif_de_l_epreuve = motif
        colonnes = (epreuve.intitule, epreuve.position_libelle, epreuve.evaluation_libelle, dit)
        yield epreuve.est_sous_epreuve, colonnes


def _tableau(feuille: Feuille, entete: Sequence[str], lignes: Iterable[tuple[bool, tuple[str, ...]]]) -> None:
    """L'en-tête est répété quand le tableau passe à la page suivante."""
    _entete(feuille, entete)
    page = feuille.page_no()
    for est_sous_epreuve, valeurs in lignes:
        cellules = _cellules(valeurs, retrait=4.0 if est_sous_epreuve else 0.0)
        feuille.reserver(max(len(feuille.couper(cellule)) for cellule in cellules) * 4.2 + 2)
        if feuille.page_no() != page:
            page = feuille.page_no()
            _entete(feuille, entete)
        feuille.rangee(cellules, marge=0.7, filet=True)


def _entete(feuille: Feuille, entete: Sequence[str]) -> None:
    feuille.y += 1
    feuille.rangee(_cellules(entete, gras=True), marge=0.7)
    feuille.filet()


def _cellules(valeurs: Sequence[str], *, gras: bool = False, retrait: float = 0.0) -> list[Cellule]:
    cellules, x = [], GAUCHE
    for rang, (valeur, largeur) in enumerate(zip(valeurs, COLONNES, strict=True)):
        decalage = retrait if rang == 0 else 0.0
        cellules.append(
            Cellule(valeur, x + decalage, largeur - decalage - 2, gras=gras, gris=rang == 3 and not gras, taille=8.5)
        )
        x += largeur
    return cellules
