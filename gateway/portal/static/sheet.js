// A mark sheet by keyboard: arrows and Enter go from cell to cell, Escape takes back, a block that is pasted spreads over the cells.
// Blocks with names are spread by the server, which knows them.

const table = document.querySelector(".sheet table");
const rows = table ? [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]) : [];
const form = table?.closest("form");
const MARK = /^(\d{1,5}(\.\d{1,6})?|\.\d{1,6}|[AE]|–|-)?$/i;
const DIGITS = /[۰-۹٠-٩]/g;

const latin = (text) => text.replace(DIGITS, (each) => String(each.charCodeAt(0) % 16)).replace("٫", ".").trim();

function place(cell) {
  const row = rows.findIndex((each) => each.includes(cell));
  return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
}

function go(cell, down, along) {
  const [row, column] = place(cell);
  const next = rows[row + down]?.[column + along];
  next?.focus();
  next?.select();
  return Boolean(next);
}

// In place: what can't be a mark says so before it is sent.
function check(cell) {
  const text = latin(cell.value);
  const number = Number(text);
  const wrong = !MARK.test(text) || (/\d/.test(text) && (number > Number(cell.dataset.max) || number < Number(cell.dataset.min)));
  if (wrong) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  cell.classList.toggle("changed", cell.value !== cell.defaultValue);
  count();
}

function count() {
  const place = form.querySelector(".counted");
  const changed = rows.flat().filter((each) => each.value !== each.defaultValue).length;
  if (place) place.textContent = changed ? `${place.dataset.changed} ${changed}` : "";
}

function onKey(event) {
  const cell = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const mirrored = document.documentElement.dir === "rtl" ? -1 : 1;
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const moves = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0],
    ...((whole || !cell.value) && { ArrowLeft: [0, -mirrored], ArrowRight: [0, mirrored] }),
  };
  if (event.key === "Escape") {
    cell.value = cell.defaultValue;
    check(cell);
    cell.select();
  } else if (moves[event.key]) {
    go(cell, ...moves[event.key]);
    event.preventDefault();
  }
}

function onPaste(event) {
  const block = event.clipboardData.getData("text/plain");
  const lines = block.replaceAll("\r\n", "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  if (lines.length === 1 && lines[0].length === 1) return; // one cell, as everywhere
  event.preventDefault();
  if (lines.flat().every((each) => MARK.test(latin(each)))) spread(lines, event.target);
  else {
    form.elements.block.value = block;
    form.elements.at.value = event.target.name;
    form.querySelector("[name=paste]").click();
  }
}

function spread(lines, cell) {
  const [top, start] = place(cell);
  lines.forEach((line, down) => line.forEach((text, along) => {
    const found = rows[top + down]?.[start + along];
    if (!found) return;
    found.value = latin(text).toUpperCase();
    check(found);
  }));
}

if (rows.flat().length) {
  table.addEventListener("keydown", (event) => event.target.matches("input") && onKey(event));
  table.addEventListener("paste", (event) => event.target.matches("input") && onPaste(event));
  table.addEventListener("input", (event) => check(event.target));
  table.addEventListener("focusin", (event) => event.target.matches("input") && event.target.select());
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  addEventListener("beforeunload", (event) => {
    if (!sent && rows.flat().some((each) => each.value !== each.defaultValue)) event.preventDefault();
  });
}
