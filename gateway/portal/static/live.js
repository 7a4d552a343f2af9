// A part of a page that says how far something has come asks for itself again until it is done.

import { hasTyped } from "static:typed.js";

const EVERY = 2000; // milliseconds

async function renew(part) {
  try {
    const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (answer.ok) {
      if (found) part.replaceWith(found);
      if (found?.dataset.live) wait(found);
      else if (!hasTyped()) location.reload(); // done: what has come of it is on the page
      return;
    }
  } catch { /* no network: the next time */ }
  wait(part);
}

const wait = (part) => setTimeout(() => renew(part), EVERY);

document.querySelectorAll("[data-live]").forEach(wait);
