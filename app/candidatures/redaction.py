"""Rédige la fiche d'un dossier : une fonction de valeurs, appelée pour le récapitulatif et à l'enregistrement."""

from collections.abc import Iterator
from dataclasses import replace

from app.candidatures.fiche import AcquisFiche, EpreuveFiche, Fiche, Ligne, PieceFiche, Rubrique, Service
from app.candidatures.identite import lignes_d_identite
from app.candidatures.queries import CandidatureLue
from app.regles.acquis import acquis_declares
from app.regles.dispenses import droits_de
from app.regles.dossier import AcquisDeclare, Dossier
from app.regles.epreuves import EpreuveDossier, epreuves
from app.regles.forme_passage import derogation_demandee, derogation_possible, forme_finale
from app.regles.incertitudes import incertitudes
from app.regles.pieces import PieceDemandee, pieces_demandees
from app.regles.referentiel import Acquis
from app.regles.reperes import codes_affiches
from app.regles.vocabulaire import EffetAcquis
from app.web.coordonnees import telephone_lisible
from app.web.gabarits import date_fr, derniere_minute, heure_fr, jour_fr

FORME_FINALE = "Forme de passage finale"
EXAMENS = {"CAP": "CERTIFICAT D’APTITUDE PROFESSIONNELLE"}


def rediger(lue: CandidatureLue, dossier: Dossier) -> Fiche:
    specialite, finale = dossier.specialite, forme_finale(dossier)
    service, depot = lue.periode.service, derniere_minute(lue.periode.depot_ferme_le)
    return Fiche(
        examen=EXAMENS.get(lue.periode.session.examen, lue.periode.session.examen),
        session=lue.periode.session.libelle,
        academie=lue.periode.academie.libelle,
        specialite=specialite.titre_ecran if specialite else "",
        numero_candidat=lue.numero_candidat,
        nom=dossier.identite.nom_famille,
        prenoms=dossier.identite.prenoms,
        date_naissance=date_fr(dossier.identite.date_naissance),
        forme_finale=finale.forme.libelle if finale else "",
        rubriques=(_qualification(dossier), _identification(lue, dossier), _informations(dossier)),
        acquis=tuple(_acquis(dossier, acquis, declare) for acquis, declare in acquis_declares(dossier)),
        epreuves=tuple(_epreuve(epreuve) for epreuve in epreuves(dossier)),
        pieces=pieces_de_la_fiche(dossier),
        service=Service(
            academie=lue.periode.academie.libelle,
            nom=service.nom,
            adresse=service.adresse,
            code_postal=service.code_postal,
            ville=service.ville,
            courriel=service.courriel,
            telephone=service.telephone,
            horaires=service.horaires,
        ),
        regime=lue.periode.regime_confirmation.value,
        a_confirmer=incertitudes(dossier),
        retour_avant=f"{jour_fr(depot)} à {heure_fr(depot)} (heure de Paris)",
    )


def rejuger(fiche: Fiche, dossier: Dossier) -> Fiche:
    """La fiche d'une version, ce que le règlement en déduit refait : forme finale, acquis, épreuves, pièces. Les
    réponses, le service et la date de retour restent ceux du jour de l'enregistrement."""
    finale = forme_finale(dossier)
    forme = finale.forme.libelle if finale else ""
    return replace(
        fiche,
        forme_finale=forme,
        rubriques=tuple(
            replace(rubrique, lignes=tuple(_avec_la_forme(ligne, forme) for ligne in rubrique.lignes))
            for rubrique in fiche.rubriques
        ),
        acquis=tuple(_acquis(dossier, acquis, declare) for acquis, declare in acquis_declares(dossier)),
        epreuves=tuple(_epreuve(epreuve) for epreuve in epreuves(dossier)),
        pieces=pieces_de_la_fiche(dossier),
    )


def _avec_la_forme(ligne: Ligne, forme: str) -> Ligne:
    return replace(ligne, valeur=forme) if ligne.libelle == FORME_FINALE else ligne


def pieces_de_la_fiche(dossier: Dossier) -> tuple[PieceFiche, ...]:
    return tuple(_piece(dossier, piece) for piece in pieces_demandees(dossier))


def _qualification(dossier: Dossier) -> Rubrique:
    specialite = dossier.specialite
    lignes = [Ligne("Spécialité", specialite.titre_ecran if specialite else "")]
    enseignements = list(_enseignements(dossier))
    return Rubrique(
        "Qualification présentée", "qualification", (*lignes, *(enseignements or [Ligne("Enseignement", "")]))
    )


def _enseignements(dossier: Dossier) -> Iterator[Ligne]:
    for choix in dossier.specialite.choix if dossier.specialite else ():
        code = dossier.brouillon.choix.get(choix.code)
        libelle = next((valeur.libelle for valeur in choix.valeurs if valeur.code == code), "")
        yield Ligne(choix.libelle, libelle)


def _identification(lue: CandidatureLue, dossier: Dossier) -> Rubrique:
    reponses = dossier.brouillon
    adresse = (
        reponses.voie,
        reponses.complement_1,
        reponses.complement_2,
        reponses.complement_3,
        f"{reponses.code_postal} {reponses.localite}".strip(),
        lue.pays_adresse,
    )
    return Rubrique(
        "Identification du candidat",
        "identification",
        (
            *lignes_d_identite(dossier.identite),
            Ligne("Nationalité", lue.nationalite),
            Ligne("Adresse", "\n".join(ligne for ligne in adresse if ligne)),
            Ligne("Téléphone mobile", telephone_lisible(reponses.telephone_mobile)),
            Ligne("Téléphone fixe", telephone_lisible(reponses.telephone_fixe)),
            Ligne("Adresse mail", reponses.courriel),
        ),
    )


def _informations(dossier: Dossier) -> Rubrique:
    reponses, finale = dossier.brouillon, forme_finale(dossier)
    etablissement = next((e for e in dossier.contexte.etablissements if e.code == reponses.etablissement), None)
    situation = dossier.reglement.situations.get(reponses.situation or "")
    a_une_vae = any(acquis.famille == "VAE" for acquis, _ in acquis_declares(dossier))
    derogation = dossier.reglement.derogations.get(reponses.motif_derogation or "")
    lignes = [
        Ligne("Situation à l’inscription", situation.libelle if situation else ""),
        Ligne("Catégorie du candidat", dossier.categorie.libelle if dossier.categorie else ""),
        Ligne("Votre établissement", etablissement.libelle_complet if etablissement else ""),
        Ligne("Aménagement durée de formation", oui_non(reponses.amenagement_duree)),
        Ligne("Demande d’aménagement(s) d’épreuves au titre du handicap", oui_non(reponses.amenagement_epreuves)),
        Ligne("Valorisation des acquis de l’expérience", "VAE" if a_une_vae else "Non VAE"),
        Ligne("Forme de passage", reponses.forme_passage.libelle if reponses.forme_passage else ""),
        Ligne("Dérogation forme de passage", oui_non(derogation_demandee(dossier))),
    ]
    if derogation and derogation_possible(dossier) and derogation_demandee(dossier):
        lignes.append(Ligne("Motif de la dérogation", derogation.libelle))
    lignes += [
        Ligne(FORME_FINALE, finale.forme.libelle if finale else ""),
        Ligne(
            "Communication des résultats d’examen en vue d’une publication par la presse ou sur les sites internet de "
            "sociétés de droit privé",
            oui_non(reponses.accord_presse),
        ),
        Ligne(
            "Communication des résultats, de mon nom et de mon adresse aux collectivités territoriales en vue "
            "d’éventuelles félicitations",
            oui_non(reponses.accord_collectivites),
        ),
    ]
    return Rubrique("Informations candidature", "informations", tuple(lignes))


def _acquis(dossier: Dossier, acquis: Acquis, declare: AcquisDeclare) -> AcquisFiche:
    """Les mots du guide : « épreuves dispensées dans la spécialité présentée - Année : 2020 Académie : TOULOUSE »."""
    famille = dossier.reglement.familles[acquis.famille]
    ou_et_quand = ""
    if declare.annee:
        ou_et_quand = f" - Année : {declare.annee}"
    academie = dossier.contexte.noms_academies.get(declare.academie or "", "")
    if academie:
        ou_et_quand += f" Académie : {academie.upper()}"
    codes = codes_affiches(dossier.reglement, dossier.specialite) if dossier.specialite else {}
    lignes = droits_de(dossier, declare)
    notes = {
        droit.repere: f" ({str(droit.note).replace('.', ',')}/20)"
        for droit in lignes
        if acquis.effet is EffetAcquis.REPORT_NOTES
    }
    return AcquisFiche(
        titulaire=f"{acquis.diplome} {acquis.libelle}".strip(),
        type_de_droit=f"{famille.type_de_droit}{ou_et_quand}",
        epreuves=tuple(codes[d.repere] + notes.get(d.repere, "") for d in lignes if d.est_demande),
        repassees=tuple(codes[d.repere] for d in lignes if not d.est_demande),
    )


def _epreuve(epreuve: EpreuveDossier) -> EpreuveFiche:
    return EpreuveFiche(
        code=epreuve.code,
        repere=epreuve.repere,
        libelle=epreuve.libelle,
        nature=epreuve.nature.value,
        est_sous_epreuve=epreuve.mere is not None,
        position=epreuve.position.value,
        position_libelle=epreuve.position.libelle,
        evaluation=epreuve.evaluation.value if epreuve.evaluation else "",
        evaluation_libelle=epreuve.evaluation.libelle if epreuve.evaluation else "",
        motif=epreuve.motif,
        est_certaine=epreuve.est_certaine,
        intitule_est_certain=epreuve.intitule_est_certain,
    )


def _piece(dossier: Dossier, demandee: PieceDemandee) -> PieceFiche:
    piece = demandee.piece
    return PieceFiche(
        code=piece.code,
        libelle=piece.libelle,
        groupe=piece.groupe,
        groupe_libelle=dossier.reglement.groupes_pieces.get(piece.groupe, ""),
        mode=piece.mode.value,
        mode_libelle=piece.mode.libelle,
        est_obligatoire=piece.est_obligatoire,
        documents_acceptes=tuple(document.libelle for document in demandee.documents_acceptes),
        est_certaine=piece.est_verifiee,
    )


def oui_non(reponse: bool | None) -> str:
    return "" if reponse is None else ("Oui" if reponse else "Non")
