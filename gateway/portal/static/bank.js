// The school's remarks: what is searched for is shown; choosing one beside a child puts it there, with the child's name, to be changed.

const bank = document.querySelector(".bank");

function fill(choice) {
  const remark = bank.querySelector(`[data-remark="${CSS.escape(choice.value)}"]`);
  const card = choice.closest("[data-en]");
  if (!remark) return;
  const put = (name, text, own) => {
    const area = card.querySelector(`textarea[name^="${name}-"]`);
    area.value = text.replaceAll(bank.dataset.name, own);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  put("text", remark.dataset.en, card.dataset.en);
  put("text_ur", remark.dataset.ur, card.dataset.ur);
  choice.value = ""; // what stands in the fields is what is kept
  card.querySelector("textarea").focus();
}

if (bank) {
  bank.querySelector("[type=search]").addEventListener("input", (event) => {
    const wanted = event.target.value.toLocaleLowerCase();
    for (const each of bank.querySelectorAll("li")) each.hidden = !each.textContent.toLocaleLowerCase().includes(wanted);
  });
  document.querySelector(".remarks")?.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("bank-")) fill(event.target);
  });
}
