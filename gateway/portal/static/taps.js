// The register: one tap on a child is absent, the next late, then on leave, then present again. Without scripts it is a tick and
// a choice beside it.

const ORDER = ["", "absent", "late", "excused"];
const KIND = { absent: "bad", late: "wait", excused: "wait", left_early: "wait" };
const list = document.querySelector(".taps");

function begin(row) {
  const box = row.querySelector("[name=away]");
  const choice = row.querySelector("select");
  const word = document.createElement("span");
  const words = Object.fromEntries([...choice.options].map((each) => [each.value, each.textContent]));
  row.classList.add("quick");
  row.querySelector("label").append(word);

  const state = () => choice.value || (box.checked ? "absent" : "");
  const show = () => {
    const now = state();
    word.className = `tag ${KIND[now] ?? "good"}`;
    word.textContent = now === "absent" ? list.dataset.absent : now ? words[now] : list.dataset.present;
    count();
  };
  box.addEventListener("click", () => {
    // The browser has turned the tick already: what it was before is the opposite.
    const before = choice.value || (box.checked ? "" : "absent");
    const next = ORDER[(ORDER.indexOf(before) + 1) % ORDER.length];
    choice.value = next === "absent" ? "" : next;
    box.checked = next !== "";
    show();
  });
  box.form.addEventListener("reset", () => setTimeout(show));
  show();
}

function count() {
  const place = document.querySelector(".sends");
  const away = list.querySelectorAll("[name=away]:checked").length;
  place.textContent = away ? `${place.dataset.away} ${away}` : place.dataset.all;
}

list?.querySelectorAll(".tap").forEach(begin);
