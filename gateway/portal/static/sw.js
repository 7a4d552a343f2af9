// Pages that were seen are kept, to be read without a network. With one the newest is shown: nothing is old while it need not be.

const FILES = "files";
const PAGES = "pages";
const MOST = 60; // pages

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(["/offline", "static:style.css", "static:urdu.css", "static:portal.js", "static:icons.svg"])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.destination === "font") return; // never changes: the browser's own cache has it sooner, and a face that is late is not used
  if (address.pathname.startsWith("/static/")) event.respondWith(fileOf(request));
  else if (request.mode === "navigate") event.respondWith(pageOf(request));
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

async function pageOf(request) {
  try {
    const answer = await fetch(request);
    const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
    if (isPage && !new URL(request.url).pathname.startsWith("/sign-in")) await keep(request, answer.clone());
    return answer;
  } catch {
    const cache = await caches.open(PAGES);
    return (await cache.match(request)) ?? (await caches.match("/offline")) ?? Response.error();
  }
}

async function keep(request, answer) {
  const cache = await caches.open(PAGES);
  await cache.delete(request); // so that the newest stands last
  await cache.put(request, answer);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await cache.delete(old);
}
