from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.infra.clock import PARIS
from app.referentiel import queries
from app.referentiel.demonstration import services_de_demonstration
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import (
    Academie,
    ImportanceMessage,
    MessageAccueil,
    PeriodeInscription,
    RegimeConfirmation,
)
from app.regles.vocabulaire import EtatService, StatutCandidat
from tests.unit.referentiel.conftest import MAINTENANT

SESSION = "cap-2027-06"


@pytest.fixture
def ouverts(db: Session) -> Session:
    services_de_demonstration(db, MAINTENANT)
    db.commit()
    return db


def service(db: Session, academie: str) -> FichePeriode:
    [trouve] = queries.periodes(db, session_id=SESSION, academie=academie)
    return trouve


def test_la_session_est_celle_de_juin_prochain(ouverts: Session):
    [session] = queries.sessions(ouverts)
    assert (session.id, session.examen, session.domaine, session.libelle) == (SESSION, "CAP", "examens", "Juin 2027")
    assert queries.session_examen(ouverts, SESSION) == session
    assert queries.session_examen(ouverts, "cap-1999-06") is None
    assert queries.sessions(ouverts, examen="BEP") == ()
    assert queries.sessions(ouverts, domaine="concours") == ()


@pytest.mark.parametrize(
    ("academie", "etat"),
    [
        ("16", EtatService.OUVERT),
        ("24", EtatService.OUVERT),
        ("28", EtatService.OUVERT),
        ("33", EtatService.OUVERT),
        ("E-MA", EtatService.OUVERT),
        ("12", EtatService.FERME),
        ("06", EtatService.A_VENIR),
    ],
)
def test_chaque_service_de_demonstration_a_son_etat(ouverts: Session, academie: str, etat: EtatService):
    assert service(ouverts, academie).etat(MAINTENANT) is etat
    assert service(ouverts, academie).est_ouverte(MAINTENANT) == (etat is EtatService.OUVERT)


def test_un_service_ferme_a_l_instant_dit(ouverts: Session):
    toulouse = service(ouverts, "16")
    assert toulouse.ferme_le.astimezone(PARIS).strftime("%H:%M") == "18:00"
    assert toulouse.est_ouverte(toulouse.ferme_le - timedelta(microseconds=1))
    assert not toulouse.est_ouverte(toulouse.ferme_le)
    assert toulouse.est_ouverte(toulouse.ouvre_le)
    assert toulouse.depot.ferme_le > toulouse.ferme_le


def test_un_service_de_demonstration_ferme_a_18_heures_apres_le_changement_d_heure(db: Session):
    services_de_demonstration(db, datetime(2027, 3, 20, 9, 0, tzinfo=UTC))
    heures = {p.ferme_le.astimezone(PARIS).hour for p in queries.periodes(db)}
    assert heures == {18}
    assert len({p.ferme_le.hour for p in queries.periodes(db)}) == 2


def test_relancer_la_demonstration_ne_double_rien(ouverts: Session):
    avant = queries.periodes(ouverts)
    ids = services_de_demonstration(ouverts, MAINTENANT + timedelta(days=3))
    assert queries.periodes(ouverts) == avant
    assert set(ids) == {p.id for p in avant}
    assert len(queries.messages(ouverts, MAINTENANT)) == 1


def test_les_periodes_se_filtrent_et_se_rangent(ouverts: Session):
    assert [p.academie.nom for p in queries.periodes(ouverts)] == [
        "Clermont-Ferrand",
        "Créteil",
        "Guyane",
        "La Réunion",
        "Nancy-Metz",
        "Toulouse",
        "Maroc",
    ]
    assert queries.periodes(ouverts, domaine="concours") == ()
    assert queries.periodes(ouverts, session_id="autre") == ()
    assert len(queries.periodes(ouverts, domaine="examens", academie="16")) == 1


def test_une_periode_se_lit_par_son_id(ouverts: Session):
    toulouse = service(ouverts, "16")
    assert queries.periode(ouverts, toulouse.id) == toulouse
    assert queries.periode(ouverts, "inconnue") is None
    assert toulouse.regime_confirmation is RegimeConfirmation.PAPIER
    assert toulouse.service.courriel.endswith("exemple.fr")
    assert toulouse.ouvre_le.tzinfo is not None


def test_la_prochaine_ouverture_est_la_plus_proche_a_venir(ouverts: Session):
    prochaine = queries.prochaine_ouverture(ouverts, MAINTENANT)
    assert prochaine is not None
    assert prochaine.academie.nom == "Clermont-Ferrand"
    assert queries.prochaine_ouverture(ouverts, MAINTENANT, academie="16") is None
    assert queries.prochaine_ouverture(ouverts, prochaine.ouvre_le) is None


def test_les_academies_d_une_session_sont_celles_qui_ont_un_service(ouverts: Session):
    assert [a.code for a in queries.academies(ouverts, session_id=SESSION)] == [
        "06",
        "24",
        "33",
        "28",
        "12",
        "16",
        "E-MA",
    ]


def test_les_centres_a_l_etranger_viennent_apres_les_academies(db: Session):
    academies = queries.academies(db)
    assert len(academies) == 38
    assert [a.nom for a in academies[:2]] == ["Aix-Marseille", "Amiens"]
    assert [a.nom for a in academies if a.est_centre_etranger] == ["Allemagne", "Espagne", "Maroc", "Royaume-Uni"]
    assert all(a.est_centre_etranger for a in academies[-4:])


def test_chaque_academie_a_un_fuseau_qui_existe(db: Session):
    fuseaux = {a.nom: a.fuseau for a in queries.academies(db)}
    assert all(ZoneInfo(fuseau) for fuseau in fuseaux.values())
    assert fuseaux["Guadeloupe"] == "America/Guadeloupe"
    assert fuseaux["Guyane"] == "America/Cayenne"
    assert fuseaux["Toulouse"] == "Europe/Paris"
    metropole = [nom for nom, fuseau in fuseaux.items() if fuseau == "Europe/Paris"]
    assert len(metropole) == 25


def test_l_outre_mer_lit_aussi_son_heure(ouverts: Session):
    assert service(ouverts, "28").heure_locale_differe
    assert service(ouverts, "E-MA").heure_locale_differe is False, "en novembre le Maroc est à l'heure de Paris"
    assert not service(ouverts, "16").heure_locale_differe


def test_les_etablissements_de_l_academie_puis_ceux_de_partout(db: Session):
    toulouse = queries.etablissements(db, "16")
    assert [e.libelle_complet for e in toulouse] == [
        "INDIV TOULOUSE (03100003)",
        "CNED",
        "Autre organisme d’enseignement à distance",
        "Organisme de formation privé",
    ]
    assert toulouse[0].statuts == (StatutCandidat.INDIVIDUEL,)
    assert next(e.libelle_complet for e in queries.etablissements(db, "E-MA")) == "INDIV MAROC"


def test_le_contexte_d_un_dossier_vient_du_service(ouverts: Session):
    toulouse = service(ouverts, "16")
    contexte = queries.contexte(ouverts, toulouse.id, date(2026, 11, 24))
    assert contexte is not None
    assert (contexte.annee, contexte.academie, contexte.date_inscription) == (2027, "16", date(2026, 11, 24))
    assert contexte.etablissements == queries.etablissements(ouverts, "16")
    assert contexte.specialites_non_organisees == {"50023443"}
    assert queries.contexte(ouverts, "inconnue", date(2026, 11, 24)) is None


def test_les_messages_sont_ceux_du_moment_et_de_l_academie(db: Session):
    debut, fin = MAINTENANT, MAINTENANT + timedelta(hours=1)
    for titre, academie, importance in (
        ("pour tous", None, ImportanceMessage.INFORMATION),
        ("alerte", None, ImportanceMessage.ALERTE),
        ("Toulouse", "16", ImportanceMessage.INFORMATION),
    ):
        db.add(
            MessageAccueil(
                titre=titre, texte="…", academie_code=academie, debute_le=debut, finit_le=fin, importance=importance
            )
        )
    db.commit()

    def titres(instant: datetime, academie: str | None = None) -> list[str]:
        return [m.titre for m in queries.messages(db, instant, academie=academie)]

    assert titres(debut) == ["alerte", "pour tous"]
    assert sorted(titres(debut, "16")) == ["Toulouse", "alerte", "pour tous"]
    assert titres(debut, "16")[0] == "alerte"
    assert sorted(titres(debut, "24")) == ["alerte", "pour tous"]
    assert titres(debut - timedelta(microseconds=1)) == []
    assert titres(fin) == []


def test_une_academie_n_a_qu_un_service_par_session(ouverts: Session):
    with pytest.raises(IntegrityError, match="UNIQUE"):
        ouverts.execute(update(PeriodeInscription).values(academie_code="16"))


def test_un_service_ferme_apres_avoir_ouvert(ouverts: Session):
    with pytest.raises(IntegrityError, match="ferme_apres_avoir_ouvert"):
        ouverts.execute(update(PeriodeInscription).values(ferme_le=PeriodeInscription.ouvre_le))


def test_une_lecture_rend_des_valeurs_jamais_des_lignes(ouverts: Session):
    for valeur in (*queries.periodes(ouverts), *queries.academies(ouverts), *queries.messages(ouverts, MAINTENANT)):
        assert not hasattr(valeur, "_sa_instance_state")
    assert ouverts.scalar(select(Academie.nom).where(Academie.code == "16")) == "Toulouse"
