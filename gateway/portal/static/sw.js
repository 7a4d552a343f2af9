// Pages that were seen are kept, to be read without a network. With one the newest is shown: nothing is old while it need not be.

const FILES = "files";
const PAGES = "pages";
const NEEDED = [
  "/offline", "static:style.css", "static:urdu.css", "static:icons.svg",
  "static:portal.js", "static:typed.js", "static:later.js", "static:kept.js", "static:live.js", "static:listening.js", "static:recording.js",
];
const MOST = 60; // pages
const PATIENCE = 4000; // milliseconds that a page is waited for where another was seen before

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(NEEDED)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.destination === "font") return; // never changes: the browser's own cache has it sooner, and a face that is late is not used
  if (address.pathname.startsWith("/static/")) event.respondWith(fileOf(request));
  else if (request.mode === "navigate") event.respondWith(pageOf(event));
});

// Files never change under their name.
async function fileOf(request) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request, answer.clone());
  return answer;
}

// Who waits for a network that hangs reads what was seen before; what comes at last is kept all the same.
async function pageOf(event) {
  const { request } = event;
  const coming = fromNetwork(request);
  event.waitUntil(coming.catch(() => {}));
  const soon = await Promise.race([coming.catch(() => null), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  return soon ?? (await kept(request)) ?? coming.catch(async () => (await caches.match("/offline")) ?? Response.error());
}

async function fromNetwork(request) {
  const answer = await fetch(request);
  const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
  if (isPage && !new URL(request.url).pathname.startsWith("/sign-in")) await keep(request, answer.clone());
  return answer;
}

// With the moment of which it is: kept.js says it.
async function kept(request) {
  const found = await (await caches.open(PAGES)).match(request);
  if (!found) return null;
  const headers = new Headers(found.headers);
  headers.delete("Content-Encoding"); // its letters are no longer packed
  headers.delete("Content-Length");
  const date = new Date(found.headers.get("Date") ?? Date.now());
  return new Response((await found.text()).replace("<body", `<body data-kept="${date.toISOString()}"`), { headers });
}

async function keep(request, answer) {
  const cache = await caches.open(PAGES);
  await cache.delete(request); // so that the newest stands last
  await cache.put(request, answer);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await cache.delete(old);
}
