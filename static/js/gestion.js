// Le poste de contrôle au clavier : une touche par statut et par motif, tant que le foyer est dans la décision
// (WCAG 2.1.4), jamais pendant qu'on écrit. Sans ce fichier, les flèches, Entrée et les touches d'accès suffisent.
"use strict";
(() => {
  const apercu = document.querySelector(".apercu img[data-panne]");
  const dire = () => {
    const phrase = document.createElement("p");
    phrase.className = "vide";
    phrase.setAttribute("role", "status");
    phrase.textContent = apercu.dataset.panne;
    apercu.replaceWith(phrase);
  };
  // Une image qui n'a pas pu se dessiner laisse sa phrase ; sans ce fichier, c'est son texte de remplacement.
  if (apercu && apercu.complete && !apercu.naturalWidth) dire();
  else if (apercu) apercu.addEventListener("error", dire);
})();
(() => {
  const decision = document.querySelector("form[data-touches]");
  if (!decision) return;
  const envoyer = (formulaire) => formulaire.querySelector("button").click();

  // Un formulaire parti ne repart pas : deux Entrée de suite ne jugent pas deux fois.
  document.addEventListener("submit", (e) => {
    if (e.target.hasAttribute("aria-busy")) e.preventDefault();
    else e.target.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[aria-busy]").forEach((formulaire) => formulaire.removeAttribute("aria-busy"));
  });

  decision.addEventListener("keydown", (e) => {
    if (e.ctrlKey && e.key === "Enter") {
      e.preventDefault();
      envoyer(decision);
      return;
    }
    if (e.altKey || e.ctrlKey || e.metaKey || e.target.type !== "radio") return;
    const touche = e.key.toUpperCase();
    const statut = [...decision.querySelectorAll("input[type=radio][accesskey]")].find(
      (radio) => radio.accessKey.toUpperCase() === touche,
    );
    const motif = decision.querySelector("select[name=motif]");
    const passer = document.querySelector("form[data-passer]");
    if (statut) {
      statut.checked = true;
      statut.focus();
    } else if (/^[1-9]$/.test(touche) && motif.options[touche]) {
      motif.selectedIndex = Number(touche);
    } else if (touche === "P" && passer) {
      envoyer(passer);
    } else return;
    e.preventDefault();
  });
})();
