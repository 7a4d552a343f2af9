// Whether something stands on the page that a reload would take away.

let typed = false;
document.addEventListener("input", () => { typed = true; });

export const hasTyped = () => typed;
