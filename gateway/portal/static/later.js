// A form marked data-later that can't be sent for want of a network is kept on the phone and sent when there is one: by its key
// (Idempotency-Key) never twice. What is kept belongs to who wrote it.

import { hasTyped } from "static:typed.js";

const person = document.body.dataset.person ?? "";
const AGAIN_AFTER = 30000; // milliseconds: a phone may believe that it has been online all the while, and say nothing when it is
const MOST_PATIENCE = 300000; // milliseconds for one form: a voice over a slow network
const TRY_AGAIN = [401, 408, 429]; // the session has ended, or the network was too slow: nothing is wrong with the words

function store(mode) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("later", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("forms", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(opening.result.transaction("forms", mode).objectStore("forms"));
  });
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const waiting = async () => (await done((await store("readonly")).getAll())).filter((each) => each.person === person);

async function keep(form, pressed) {
  const fields = [...new FormData(form, pressed)].filter(([name]) => name !== "csrf");
  const key = form.elements.key.value;
  await done((await store("readwrite")).put({ key, person, action: form.getAttribute("action"), what: form.dataset.later, fields }));
  form.reset();
  form.elements.key.value = crypto.randomUUID();
  await tell();
}

const markOf = (page) => page.querySelector("input[name=csrf]")?.value ?? "";

function post(each, mark) {
  const body = new FormData();
  for (const [name, value] of each.fields) body.append(name, value);
  body.set("csrf", mark);
  const plain = each.fields.every(([, value]) => typeof value === "string");
  const signal = AbortSignal.timeout(MOST_PATIENCE);
  return fetch(each.action, { method: "POST", body: plain ? new URLSearchParams(body) : body, signal });
}

// A page that was kept bears the mark of the session of then. The server makes another, for whoever is signed in now.
async function freshMark() {
  const answer = await fetch("/account", { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.body.dataset.person === person ? markOf(page) : "";
}

// Sent as the form would be, with the mark of the page that is open now; where that is no longer good, once with a new one.
async function send(each) {
  let answer = await post(each, markOf(document));
  if (answer.status === 403) {
    const mark = await freshMark();
    if (!mark) return false;
    answer = await post(each, mark);
  }
  if (new URL(answer.url).pathname.startsWith("/sign-in") || answer.status >= 500 || TRY_AGAIN.includes(answer.status)) return false;
  if (answer.ok) await drop(each.key);
  else await done((await store("readwrite")).put({ ...each, refused: true })); // its words are not lost
  return true;
}

const drop = async (key) => done((await store("readwrite")).delete(key));

let sending = false;
async function sendAll() {
  if (sending || !person || !navigator.onLine) return;
  sending = true;
  try {
    let sent = 0;
    for (const each of await waiting()) if (!each.refused && await send(each)) sent += 1;
    if (sent && !hasTyped()) location.reload();
  } catch { /* no network after all: it stays */ } finally {
    sending = false;
    await tell();
    await again();
  }
}

let timer = 0;
async function again() {
  clearTimeout(timer);
  if ((await waiting()).some((each) => !each.refused)) timer = setTimeout(sendAll, AGAIN_AFTER);
}

async function tell() {
  const place = document.getElementById("later");
  if (!place) return;
  place.replaceChildren(...(await waiting()).map((each) => (each.refused ? refused(each) : line(each, "wait", "waits"))));
}

const said = (name) => document.getElementById("later-words").dataset[name];

function line(each, kind, name) {
  const made = document.createElement("p");
  made.className = `notice ${kind}`;
  made.textContent = `${each.what}: ${said(name)}`;
  return made;
}

// With what was written, to be copied, and a button that throws it away.
function refused(each) {
  const made = line(each, "bad", "refused");
  const written = document.createElement("q");
  written.textContent = each.fields.filter(([name, value]) => name !== "key" && typeof value === "string").map(([, value]) => value).join(" · ");
  const button = document.createElement("button");
  button.className = "plain";
  button.textContent = said("drop");
  button.addEventListener("click", async () => { await drop(each.key); await tell(); });
  made.append(" ", written, " ", button);
  return made;
}

// A phone may think that it is online and reach nobody: so it asks first.
const reached = () => fetch("/health", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) }).then((answer) => answer.ok, () => false);

// What the pressed button says: a form that a script sends does not.
function pressed(button) {
  if (!button?.name) return [];
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  return [field];
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.later) return;
  event.preventDefault();
  if (form.dataset.sent) return; // pressed once more while the first is under way
  form.dataset.sent = "1";
  if (navigator.onLine && await reached()) {
    form.append(...pressed(event.submitter));
    form.submit();
    return;
  }
  await keep(form, event.submitter);
  delete form.dataset.sent;
  await again();
});
addEventListener("online", sendAll);
tell().then(sendAll, () => {}); // a browser that keeps nothing sends forms as it always did
