import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.infra.database import Base, Database
from app.infra.facteur import Facteur, Transport
from app.infra.outbox import ABANDON, DELAI_MAXIMAL, PREMIER_DELAI, Courriel, delai, poster
from app.infra.transports import DossierEml, Smtp
from tests.bases import adresse

MIDI = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
EXPEDITEUR = "CYCLADES <ne-pas-repondre@example.org>"


class Montre:
    """L'heure donnée au facteur, avancée à la main."""

    def __init__(self) -> None:
        self.instant = MIDI

    def __call__(self) -> datetime:
        return self.instant

    def avancer(self, duree: timedelta) -> None:
        self.instant += duree


class Boite:
    """Un serveur SMTP réel, dont on choisit les réponses ; il garde ce qu'il a pris en charge."""

    def __init__(self, *, rcpt: list[str] | None = None, data: list[str] | None = None) -> None:
        self.recus: list[EmailMessage] = []
        self.a_coupe = False
        self._rcpt, self._data = rcpt or [], data or []
        self.retenir: asyncio.Event | None = None
        self.couper = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 — nom voulu par aiosmtpd
        if self._rcpt:
            return self._rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 — idem
        if self.retenir is not None:
            await self.retenir.wait()
        if self._data:
            return self._data.pop(0)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.recus.append(message)
        if self.couper:
            self.couper = False
            server.transport.abort()
        return "250 OK"


@asynccontextmanager
async def serveur(boite: Boite) -> AsyncIterator[str]:
    boucle = asyncio.get_running_loop()
    ecoute = await boucle.create_server(lambda: SMTP(boite, hostname="essai", loop=boucle), "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{ecoute.sockets[0].getsockname()[1]}"
    finally:
        if boite.retenir is not None:
            boite.retenir.set()
        ecoute.close()
        await ecoute.wait_closed()


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[Database]:
    base = Database(adresse(tmp_path / "base.sqlite3"))
    await base.ecrire(lambda db: Base.metadata.tables["courriel"].create(db.connection()))
    yield base
    await base.fermer()


@pytest.fixture
def montre() -> Montre:
    return Montre()


def facteur(base: Database, transport: Transport, montre: Montre) -> Facteur:
    return Facteur(base, transport=transport, expediteur=EXPEDITEUR, horloge=montre)


def activation(
    db: Session,
    *,
    destinataire: str = "dack@example.org",
    sujet: str = "[CYCLADES] Activer mon compte",
    texte: str = "Bonjour Dack, voici votre code : 123 456\n",
    html: str | None = None,
    maintenant: datetime = MIDI,
    secret: bool = False,
) -> str:
    return poster(
        db,
        destinataire=destinataire,
        sujet=sujet,
        texte=texte,
        html=html,
        nature="activation",
        maintenant=maintenant,
        secret=secret,
    )


def seul(db: Session) -> Courriel:
    return db.scalars(select(Courriel)).one()


async def test_un_courriel_poste_est_distribue_une_fois(base: Database, montre: Montre):
    boite = Boite()
    await base.ecrire(activation, html="<p>Bonjour <b>Dack</b></p>")
    async with serveur(boite) as url:
        agent = facteur(base, Smtp(url), montre)
        assert await agent.distribuer() == 1
        montre.avancer(DELAI_MAXIMAL)
        assert await agent.distribuer() == 0
    (recu,) = boite.recus
    assert recu["To"] == "dack@example.org"
    assert recu["From"] == EXPEDITEUR
    assert recu["Subject"] == "[CYCLADES] Activer mon compte"
    assert recu["Date"] == "Tue, 24 Nov 2026 12:00:00 +0100"
    assert recu["Auto-Submitted"] == "auto-generated"
    texte, html = recu.get_body(("plain",)), recu.get_body(("html",))
    assert texte is not None
    assert html is not None
    assert texte.get_content().strip() == "Bonjour Dack, voici votre code : 123 456"
    assert "<b>Dack</b>" in html.get_content()
    courriel = await base.lire(seul)
    assert (courriel.envoye_le, courriel.tentatives, courriel.abandonne_le) == (MIDI, 1, None)


async def test_un_acte_defait_n_envoie_rien(base: Database, montre: Montre, tmp_path: Path):
    def poster_puis_refuser(db: Session) -> None:
        activation(db)
        raise KeyError

    with pytest.raises(KeyError):
        await base.ecrire(poster_puis_refuser)
    assert await facteur(base, DossierEml(tmp_path / "courriels"), montre).distribuer() == 0


async def test_un_courriel_remis_a_plus_tard_attend_son_heure(base: Database, montre: Montre, tmp_path: Path):
    await base.ecrire(activation, maintenant=MIDI + timedelta(hours=1))
    agent = facteur(base, DossierEml(tmp_path / "courriels"), montre)
    assert await agent.distribuer() == 0
    montre.avancer(timedelta(hours=1))
    assert await agent.distribuer() == 1


@pytest.mark.parametrize("refus", [{"rcpt": ["550 inconnu : dack@example.org"]}, {"data": ["554 refus"]}])
async def test_un_refus_definitif_abandonne_sans_citer_l_adresse(
    base: Database, montre: Montre, refus: dict[str, list[str]], caplog: pytest.LogCaptureFixture
):
    await base.ecrire(activation)
    boite = Boite(**refus)
    async with serveur(boite) as url:
        agent = facteur(base, Smtp(url), montre)
        assert await agent.distribuer() == 0
        montre.avancer(DELAI_MAXIMAL)
        assert await agent.distribuer() == 0
    courriel = await base.lire(seul)
    assert courriel.abandonne_le == MIDI
    assert courriel.derniere_erreur in ("SMTPRecipientRefused 550", "SMTPDataError 554")
    assert "dack" not in caplog.text
    assert boite.recus == []


async def test_un_refus_passager_est_reessaye_plus_tard(base: Database, montre: Montre):
    await base.ecrire(activation)
    boite = Boite(rcpt=["450 revenez"], data=["451 plus tard"])
    async with serveur(boite) as url:
        agent = facteur(base, Smtp(url), montre)
        assert await agent.distribuer() == 0
        assert (await base.lire(seul)).derniere_erreur == "SMTPRecipientRefused 450"
        assert await agent.distribuer() == 0, "pas avant le délai"
        montre.avancer(PREMIER_DELAI)
        assert await agent.distribuer() == 0
        assert (await base.lire(seul)).derniere_erreur == "SMTPDataError 451"
        montre.avancer(2 * PREMIER_DELAI)
        assert await agent.distribuer() == 1
    courriel = await base.lire(seul)
    assert (courriel.tentatives, courriel.derniere_erreur) == (3, None)
    assert len(boite.recus) == 1


async def test_une_coupure_apres_le_message_le_renvoie_sous_le_meme_identifiant(base: Database, montre: Montre):
    await base.ecrire(activation)
    boite = Boite()
    boite.couper = True
    async with serveur(boite) as url:
        agent = facteur(base, Smtp(url), montre)
        assert await agent.distribuer() == 0
        montre.avancer(PREMIER_DELAI)
        assert await agent.distribuer() == 1
    premier, second = boite.recus
    assert premier["Message-ID"] == second["Message-ID"]
    assert premier.as_bytes() == second.as_bytes()


async def test_un_serveur_lent_est_borne_et_ne_bloque_aucun_acte(base: Database, montre: Montre):
    await base.ecrire(activation)
    boite = Boite()
    boite.retenir = asyncio.Event()
    async with serveur(boite) as url:
        tournee = asyncio.create_task(facteur(base, Smtp(url, delai=0.5), montre).distribuer())
        await base.ecrire(activation)
        assert not tournee.done(), "l'acte n'a pas attendu le facteur"
        assert await tournee == 0
    erreurs = await base.lire(lambda db: {c.derniere_erreur for c in db.scalars(select(Courriel))})
    assert erreurs <= {"TimeoutError", "SMTPReadTimeoutError", "SMTPTimeoutError", None}
    assert erreurs != {None}


async def test_un_serveur_absent_laisse_la_lettre_en_attente(base: Database, montre: Montre):
    async with serveur(Boite()) as url:
        pass
    await base.ecrire(activation)
    assert await facteur(base, Smtp(url), montre).distribuer() == 0
    courriel = await base.lire(seul)
    assert (courriel.envoye_le, courriel.abandonne_le, courriel.tentatives) == (None, None, 1)
    assert courriel.a_envoyer_le == MIDI + PREMIER_DELAI


async def test_le_delai_court_a_partir_de_l_echec_pas_de_la_reservation(base: Database, montre: Montre):
    class Tarde:
        async def envoyer(self, message: EmailMessage) -> None:
            montre.avancer(timedelta(minutes=5))
            raise ConnectionError

    await base.ecrire(activation)
    assert await facteur(base, Tarde(), montre).distribuer() == 0
    assert (await base.lire(seul)).a_envoyer_le == MIDI + timedelta(minutes=5) + PREMIER_DELAI


async def test_on_n_insiste_pas_plus_de_cinq_jours(base: Database, montre: Montre):
    async with serveur(Boite()) as url:
        pass
    await base.ecrire(activation)
    montre.avancer(ABANDON)
    assert await facteur(base, Smtp(url), montre).distribuer() == 0
    assert (await base.lire(seul)).abandonne_le == montre.instant


def test_les_reessais_s_espacent_jusqu_a_un_plafond():
    delais = [delai(n) for n in range(12)]
    assert delais == sorted(delais)
    assert delais[:3] == [PREMIER_DELAI, 2 * PREMIER_DELAI, 4 * PREMIER_DELAI]
    assert delais[-1] == delai(10_000) == DELAI_MAXIMAL


async def test_mort_apres_l_envoi_le_facteur_ne_renvoie_pas_en_rafale(base: Database, montre: Montre):
    """La tentative est réservée avant l'envoi : si la noter échoue, la suivante attend son délai."""
    boite = Boite()

    async with serveur(boite) as url:

        class PuisMeurt(Smtp):
            async def envoyer(self, message: EmailMessage) -> None:
                await super().envoyer(message)
                raise asyncio.CancelledError

        await base.ecrire(activation)
        with pytest.raises(asyncio.CancelledError):
            await facteur(base, PuisMeurt(url), montre).distribuer()
        agent = facteur(base, Smtp(url), montre)
        assert await agent.distribuer() == 0
        montre.avancer(PREMIER_DELAI)
        assert await agent.distribuer() == 1
    assert len({recu["Message-ID"] for recu in boite.recus}) == 1
    assert len(boite.recus) == 2


async def test_le_facteur_reveille_porte_sans_attendre_et_s_arrete_quand_on_l_annule(
    base: Database, montre: Montre, tmp_path: Path
):
    depose = asyncio.Event()

    class Signale(DossierEml):
        async def envoyer(self, message: EmailMessage) -> None:
            await super().envoyer(message)
            depose.set()

    agent = Facteur(base, transport=Signale(tmp_path / "c"), expediteur=EXPEDITEUR, horloge=montre, repos=3600)
    tache = asyncio.create_task(agent.tourner())
    async with asyncio.timeout(20):
        for _ in range(3):
            while not agent._reveil._waiters:  # il se repose, pour une heure
                await asyncio.sleep(0)
            depose.clear()
            await base.ecrire(activation)
            agent.reveiller()
            await depose.wait()
    tache.cancel()
    with suppress(asyncio.CancelledError):
        await tache
    assert len(list((tmp_path / "c").iterdir())) == 3


async def test_une_base_fermee_n_arrete_pas_le_facteur(base: Database, montre: Montre, tmp_path: Path, caplog):
    agent = Facteur(base, transport=DossierEml(tmp_path), expediteur=EXPEDITEUR, horloge=montre, repos=0.001)
    await base.fermer()
    tache = asyncio.create_task(agent.tourner())
    async with asyncio.timeout(20):
        while caplog.text.count("mail round failed: Indisponible") < 3:
            await asyncio.sleep(0)
    assert not tache.done()
    tache.cancel()
    with suppress(asyncio.CancelledError):
        await tache


async def test_un_courriel_en_fichier_se_lit_et_n_existe_qu_une_fois(base: Database, montre: Montre, tmp_path: Path):
    dossier = tmp_path / "courriels"
    identifiant = await base.ecrire(
        activation, sujet="Inscription enregistrée", texte="https://example.org/activer?jeton=abc=&é\n"
    )
    assert await facteur(base, DossierEml(dossier), montre).distribuer() == 1
    (fichier,) = dossier.iterdir()
    assert fichier.name == f"20261124T110000Z-{identifiant}.eml"
    assert "https://example.org/activer?jeton=abc=&é" in fichier.read_text("utf-8"), "lisible à l'œil nu"
    lu = message_from_bytes(fichier.read_bytes(), policy=policy.default)
    assert lu["Subject"] == "Inscription enregistrée"
    await DossierEml(dossier).envoyer(lu)
    assert list(dossier.iterdir()) == [fichier]


async def test_un_saut_de_ligne_dans_un_en_tete_est_refuse_des_l_acte(base: Database):
    for saut in ("\r\nBcc: tous@example.org", "\n"):
        with pytest.raises(ValueError, match="line break"):
            await base.ecrire(activation, sujet=f"x{saut}")
        with pytest.raises(ValueError, match="line break"):
            await base.ecrire(activation, destinataire=f"dack@example.org{saut}")


@pytest.mark.parametrize("destinataire", ["dack@example.org, tous@example.org", "", "tous: a@b.fr, c@d.fr;"])
async def test_une_lettre_sans_destinataire_unique_est_abandonnee_et_les_autres_partent(
    base: Database, montre: Montre, tmp_path: Path, destinataire: str
):
    await base.ecrire(activation, destinataire=destinataire)
    await base.ecrire(activation)
    assert await facteur(base, DossierEml(tmp_path / "courriels"), montre).distribuer() == 1
    abandonnee = await base.lire(
        lambda db: db.scalars(select(Courriel).where(Courriel.abandonne_le.is_not(None))).one()
    )
    assert (abandonnee.destinataire, abandonnee.derniere_erreur) == (destinataire, "ValueError")


async def test_un_secret_est_efface_de_la_base_une_fois_envoye(base: Database, montre: Montre, tmp_path: Path):
    await base.ecrire(activation, html="<p>123 456</p>", secret=True)
    await facteur(base, DossierEml(tmp_path / "courriels"), montre).distribuer()
    courriel = await base.lire(seul)
    assert (courriel.texte, courriel.html) == ("", None)
    assert courriel.sujet == "[CYCLADES] Activer mon compte", "l'historique garde qu'il est parti"


async def test_un_secret_abandonne_est_efface_aussi(base: Database, montre: Montre):
    await base.ecrire(activation, secret=True)
    async with serveur(Boite(rcpt=["550 inconnu"])) as url:
        await facteur(base, Smtp(url), montre).distribuer()
    assert (await base.lire(seul)).texte == ""


async def test_une_longue_file_part_en_plusieurs_passages(base: Database, montre: Montre, tmp_path: Path):
    await asyncio.gather(*(base.ecrire(activation) for _ in range(45)))
    agent = facteur(base, DossierEml(tmp_path / "courriels"), montre)
    assert [await agent.distribuer() for _ in range(4)] == [20, 20, 5, 0]


@pytest.mark.parametrize("url", ["http://example.org", "smtp://", "example.org:25", "smtp:25"])
def test_une_adresse_de_serveur_illisible_est_refusee_au_demarrage(url: str):
    with pytest.raises(ValueError, match="CYCLADES_SMTP"):
        Smtp(url)
