// Le dépôt par morceaux : photos réduites, reprise après une coupure, un rechargement, le lendemain.
// Chargé par « Mes justificatifs » seulement ; sans lui, le formulaire dépose un fichier d'un trait.
"use strict";
(() => {
  if (!window.fetch || !window.AbortController) return;
  const MIN = 32768;
  const MAX = 131072;
  const COTE = 2200;
  const DELAI = 60000;
  const subtil = window.crypto && crypto.subtle;
  const un = (selecteur, racine) => racine.querySelector(selecteur);
  const mo = (octets) => (octets / 1e6).toFixed(1).replace(".", ",");

  // SHA-256 n'existe qu'en https ou sur la machine ; ailleurs, adler32.
  const empreinte = async (corps) => {
    const octets = new Uint8Array(await new Response(corps).arrayBuffer());
    let a = 1;
    let b = 0;
    if (!subtil) for (const o of octets) b = (b + (a = (a + o) % 65521)) % 65521;
    const somme = subtil ? new Uint8Array(await subtil.digest("SHA-256", octets)) : [b >> 8, b & 255, a >> 8, a & 255];
    return Array.from(somme, (o) => (o + 256).toString(16).slice(1)).join("");
  };

  // Ce que le navigateur ne sait pas ouvrir, ou qui n'y gagne rien, part tel quel.
  const reduire = async (fichier) => {
    if (!fichier.type.startsWith("image/")) return fichier;
    try {
      const image = await createImageBitmap(fichier, { imageOrientation: "from-image" });
      const part = Math.min(1, COTE / Math.max(image.width, image.height));
      const toile = document.createElement("canvas");
      toile.width = image.width * part;
      toile.height = image.height * part;
      const dessin = toile.getContext("2d");
      dessin.fillStyle = "#fff";
      dessin.fillRect(0, 0, toile.width, toile.height);
      dessin.drawImage(image, 0, 0, toile.width, toile.height);
      const jpeg = await new Promise((fini) => toile.toBlob(fini, "image/jpeg", 0.85));
      return jpeg.size < fichier.size ? new File([jpeg], fichier.name.replace(/\.\w+$/, "") + ".jpg") : fichier;
    } catch (e) {
      return fichier;
    }
  };

  // Plusieurs photos : chacune précédée de sa longueur (app/pieces/examen/paquet.py).
  const paquet = (photos) => new Blob(photos.reduce(
    (suite, photo) => suite.concat(new Uint8Array(new Uint32Array([photo.size]).buffer).reverse(), photo),
    ["PHOTOS\0\x01"]
  ));

  const envoyer = async (formulaire) => {
    const champ = un("[type=file]", formulaire);
    const ligne = formulaire.closest(".piece");
    const zone = document.importNode(un("#envoi", document).content, true).firstElementChild;
    const [nom, phrase, barre, note, bouton] = ["b", "span", "progress", "[role]", "button"].map((s) => un(s, zone));
    let arret = new AbortController();
    let annule = false;
    let id;
    let recu = -1;
    let taille = MIN;
    let echecs = 0;

    const demander = async (adresse, corps, entetes) => {
      arret = new AbortController();
      const minuterie = setTimeout(() => arret.abort(), DELAI);
      const jeton = un("[name=jeton_csrf]", formulaire).value;
      try {
        const reponse = await fetch(adresse, {
          method: "POST",
          body: corps,
          signal: arret.signal,
          headers: Object.assign({ "HX-Request": "true", "X-Jeton-CSRF": jeton }, entetes),
        });
        const { status, headers } = reponse;
        if (status > 499 || status === 429) throw 0;
        if (headers.get("HX-Redirect")) {
          note.textContent = "";
          note.append(un("#session-finie", document).content.cloneNode(true));
          return true;
        }
        if (/json/.test(headers.get("Content-Type"))) {
          const suite = await reponse.json();
          id = suite.envoi;
          recu = suite.recu;
          return false;
        }
        const html = await reponse.text();
        if (annule) return true;
        if (status === 200 || status === 422) htmx.swap(ligne, html, { swapStyle: "outerHTML" });
        else location.reload();
        return true;
      } finally {
        clearTimeout(minuterie);
      }
    };

    formulaire.hidden = true;
    formulaire.after(zone);
    bouton.focus();
    bouton.onclick = () => {
      annule = true;
      arret.abort();
      if (id) demander("/envois/" + id + "/abandon").catch(() => {});
      zone.remove();
      formulaire.hidden = false;
      formulaire.removeAttribute("aria-busy");
      champ.focus();
    };

    const photos = [];
    nom.textContent = champ.files[0].name;
    for (const fichier of champ.files) photos.push(await reduire(fichier));
    const corps = photos.length > 1 ? paquet(photos) : photos[0];
    const annonce = { nom: photos[0].name, octets: corps.size, photos: photos.length, empreinte: await empreinte(corps) };
    barre.max = corps.size;

    for (let fini = annule; !fini && !annule;) {
      try {
        const avant = recu;
        if (recu < 0) {
          const formule = new FormData();
          for (const cle in annonce) formule.append(cle, annonce[cle]);
          fini = await demander(formulaire.dataset.envois, formule);
        } else if (recu < corps.size) {
          const morceau = corps.slice(recu, recu + taille);
          const debut = Date.now();
          fini = await demander("/envois/" + id + "/morceaux", morceau, {
            "X-Debut": recu,
            "X-Empreinte": await empreinte(morceau),
          });
          const duree = Date.now() - debut;
          taille = duree < 1500 ? Math.min(MAX, taille * 2) : duree > 6000 ? Math.max(MIN, taille / 2) : taille;
        } else {
          phrase.textContent = "Vérification du fichier";
          fini = await demander("/envois/" + id + "/fin");
        }
        if (fini) return;
        if (recu === avant) throw 0;
        echecs = 0;
        barre.value = recu;
        phrase.textContent = "Envoi en cours : " + mo(recu) + " Mo sur " + mo(corps.size) + " Mo";
        note.textContent = note.dataset.repos;
      } catch (coupure) {
        note.textContent = note.dataset.coupure;
        recu = -1;
        await new Promise((suite) => setTimeout(suite, Math.min(30000, 500 * Math.pow(2, echecs++))));
      }
    }
  };

  document.addEventListener("submit", (e) => {
    if (!e.target.dataset.envois) return;
    e.preventDefault();
    envoyer(e.target);
  });

  // Le foyer suit ce qu'on vient de faire dans la ligne.
  document.addEventListener("htmx:afterSettle", (e) => {
    const geste = un("[id^=geste-]", e.target);
    if (geste) geste.focus();
  });
})();
