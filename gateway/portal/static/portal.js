// What makes pages better where scripts run. Every page works without it.

import "static:later.js";
import "static:kept.js";
import "static:live.js";
import "static:listening.js";

// What few pages need, and phones of families never: fetched where it is needed.
const PARTS = [
  ["[data-recorder]", () => import("static:recording.js")],
  [".bank", () => import("static:bank.js")],
  [".sheet", () => import("static:sheet.js")],
  [".taps", () => import("static:taps.js")],
];
for (const [part, load] of PARTS) if (document.querySelector(part)) load();

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {}); // the page was left meanwhile: the next one does it
  // Who signs in or out finds nothing of somebody else's on this phone.
  const { person } = document.body.dataset;
  if (person !== undefined && localStorage.getItem("person") !== person) {
    caches.delete("pages");
    localStorage.setItem("person", person);
  }
}

// A button is pressed once: a second press while the first is under way sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.later) return; // later.js sees to it
  if (form.dataset.sent) event.preventDefault();
  else if (form.target !== "_blank") {
    form.dataset.sent = "1";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  }
});

// After a fault the first field that is wrong has the focus.
document.querySelector("[aria-invalid=true]")?.focus();
