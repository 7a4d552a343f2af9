// A voice is recorded on the page and stands in the form's file field, so it is sent as a chosen file would be, now or later.

const LONGEST = 60; // seconds
const SHORTEST = 1;
const KINDS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

const kind = globalThis.MediaRecorder && KINDS.find((each) => MediaRecorder.isTypeSupported(each));

function begin(field) {
  const input = field.querySelector("input[type=file]");
  field.append(field.querySelector("template").content.cloneNode(true));
  const part = (name) => field.querySelector(`[data-do=${name}]`);
  const [record, stop, again] = ["record", "stop", "again"].map(part);
  const player = field.querySelector("audio");
  const clock = field.querySelector("[data-time]");
  const says = field.querySelector("[data-says]");
  const say = (word) => { says.textContent = word ? field.querySelector(`[data-word=${word}]`).textContent : ""; };
  input.hidden = true; // until the microphone is refused
  const show = (...shown) => { for (const each of [record, stop, again, player, clock]) each.hidden = !shown.includes(each); };
  const changed = () => input.dispatchEvent(new Event("input", { bubbles: true })); // scripts that set a file say nothing of it
  let recorder = null;

  async function start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      input.hidden = false;
      say("refused");
      return;
    }
    const pieces = [];
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
    const ticking = setInterval(() => {
      clock.textContent = `${Math.floor(seconds())} / ${LONGEST}`;
      if (seconds() >= LONGEST - 0.5) recorder.stop();
    }, 250);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      clearInterval(ticking);
      stream.getTracks().forEach((track) => track.stop());
      if (seconds() < SHORTEST) clear("short");
      else take(new Blob(pieces, { type: kind }));
    };
    recorder.start();
    clock.textContent = `0 / ${LONGEST}`;
    show(stop, clock);
    say("recording");
    stop.focus();
  }

  function take(sound) {
    const chosen = new DataTransfer();
    chosen.items.add(new File([sound], "voice", { type: sound.type }));
    input.files = chosen.files;
    changed();
    player.src = URL.createObjectURL(sound);
    show(again, player);
    say("done");
    again.focus();
  }

  function clear(word) {
    input.value = "";
    changed();
    player.removeAttribute("src");
    show(record);
    say(word);
  }

  record.addEventListener("click", start);
  stop.addEventListener("click", () => recorder.stop());
  again.addEventListener("click", () => { clear(); record.focus(); });
  field.closest("form").addEventListener("reset", () => { player.removeAttribute("src"); show(record); say(); });
}

if (kind && navigator.mediaDevices) document.querySelectorAll("[data-recorder]").forEach(begin);
