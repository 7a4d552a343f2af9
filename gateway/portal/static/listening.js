// "Listen" plays on the page: in the phone's own voice where it has one of the page's language, else as the server speaks it.

const language = document.documentElement.lang;
let playing = null;

const voice = () => globalThis.speechSynthesis?.getVoices().find((each) => each.lang.toLowerCase().startsWith(language));

function stop() {
  globalThis.speechSynthesis?.cancel();
  playing?.pause();
  playing = null;
}

async function play(form) {
  const own = voice();
  if (own) {
    const spoken = new SpeechSynthesisUtterance(form.elements.text.value);
    spoken.voice = own;
    spoken.lang = own.lang;
    speechSynthesis.speak(spoken);
    return;
  }
  const answer = await fetch(form.action, { method: "POST", headers: { Accept: "audio/ogg" }, body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error(answer.statusText);
  playing = new Audio(URL.createObjectURL(await answer.blob()));
  await playing.play();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".listen")) return;
  event.preventDefault();
  stop();
  play(form).catch(() => form.submit());
});
