// A page that was kept on the phone says of when it is (sw.js has marked it), and gives way to a new one when there is a network.

import { hasTyped } from "static:typed.js";

const { kept } = document.body.dataset;
const place = document.getElementById("kept");

if (kept && place) {
  const when = new Intl.DateTimeFormat(place.dataset.locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(kept));
  place.querySelector("p").textContent = place.dataset.says.replace("{}", when);
  place.querySelector("a").href = location.href; // with its query
  place.hidden = false;
  addEventListener("online", () => { if (!hasTyped()) location.reload(); });
}
