// What script adds to pages that work without it: the slider's value, a count of characters, a button
// that copies the link, and a page that follows its review while that is being written.
"use strict";

const FIRST_PAUSE = 1500;
const LONGEST_PAUSE = 30000;
const PATIENCE = 10000;

for (const slider of document.querySelectorAll(".slider input")) {
  const value = document.querySelector(`output[for="${slider.id}"]`);
  const show = () => { value.textContent = slider.value; };
  value.hidden = false;
  slider.addEventListener("input", show);
  addEventListener("pageshow", show);
}

for (const field of document.querySelectorAll("[data-most]")) {
  const count = field.parentElement.querySelector("[data-count]");
  const most = Number(field.dataset.most);
  const show = () => {
    const left = most - [...field.value.trim()].length;
    count.textContent = left === most ? `Up to ${most} characters.`
      : left < 0 ? `${-left} too many.` : `${left} characters left.`;
    count.classList.toggle("over", left < 0);
  };
  field.addEventListener("input", show);
  addEventListener("pageshow", show);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.origin + location.pathname);
    button.textContent = "Link copied";
    document.querySelector("[data-said]").textContent = "The link is copied.";
    setTimeout(() => { button.textContent = words; }, 3000);
  });
}

const followed = document.querySelector("[data-follow]");
if (followed) follow(followed);

/** Ask how far the review is until it is settled; then show its own page. */
function follow(page) {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const write = writer(part("text"));
  let state = page.dataset.state;
  let pause = FIRST_PAUSE;
  let timer = 0;
  let asking = false;
  let settled = false;

  async function ask() {
    clearTimeout(timer);
    if (asking || settled || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(page.dataset.follow, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 404 || answer.status === 410) return leave();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const now = await answer.json();
      if (now.state !== "queued" && now.state !== "writing") return leave();
      show(now);
      pause = now.position > 3 ? 2 * FIRST_PAUSE : FIRST_PAUSE;
    } catch {
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    } finally {
      asking = false;
      if (!settled) timer = setTimeout(ask, pause);
    }
  }

  function leave() {
    settled = true;
    location.reload();
  }

  function show(now) {
    const writing = now.state === "writing";
    if (now.state !== state) {
      state = now.state;
      part("said").textContent = writing ? "The machine has begun to write." : "Back in the queue.";
      document.title = document.title.replace(/^[^:]+/, writing ? "Being written" : "In the queue");
    }
    set(part("place"), writing ? "Being written" : place(now.position));
    set(part("estimate"), now.eta_seconds === null ? "not known yet" : duration(now.eta_seconds));
    const bar = page.querySelector("progress");
    bar.max = Math.max(now.target_tokens, 1);
    bar.value = now.tokens;
    write(now.text);
  }

  document.addEventListener("visibilitychange", ask);
  timer = setTimeout(ask, FIRST_PAUSE);
}

/** Return a function that brings the text on the page up to date, and only ever adds to it, unless
 *  the review was begun anew. The words that were given stay as they are. */
function writer(box) {
  const given = box.querySelector(".given")?.textContent ?? "";
  let shown = null;

  return (text) => {
    if (!text) return;
    const written = (text.startsWith(given) ? text.slice(given.length) : text).trimEnd();
    if (shown === null || !written.startsWith(shown)) {
      while (box.children.length > 1) box.lastElementChild.remove();
      for (const node of [...box.firstElementChild.childNodes]) {
        if (node.nodeType === Node.TEXT_NODE) node.remove();
      }
      shown = "";
    }
    const added = written.slice(shown.length);
    added.split(/\n+/).forEach((piece, index) => {
      if (index > 0 && box.lastElementChild.textContent) {
        const paragraph = document.createElement("p");
        paragraph.dir = "auto";
        box.append(paragraph);
      }
      if (piece) box.lastElementChild.append(piece);
    });
    shown = written;
  };
}

function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function place(position) {
  if (position <= 1) return "Next in line";
  if (position > 1000) return "More than 1,000 are ahead";
  return position === 2 ? "One review is ahead" : `${position - 1} reviews are ahead`;
}

/** Say a length of time as the server does. */
function duration(seconds) {
  if (seconds <= 5) return "a few seconds";
  if (seconds <= 50) return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  const minutes = Math.ceil(seconds / 60 - 0.25);
  if (seconds < 3600) return minutes <= 1 ? "about a minute" : `about ${minutes} minutes`;
  const hours = Math.ceil(seconds / 3600 - 0.25);
  return hours <= 1 ? "about an hour" : `about ${hours} hours`;
}
