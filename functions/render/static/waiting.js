// Follows a review while it is being written: asks how far it is, shows it, says what a reader who
// cannot see the page would want to hear, and ends at the finished page.
"use strict";

const FIRST_PAUSE = 1500;
const LONGEST_PAUSE = 30000;
const PATIENCE = 10000;
const QUARTERS = ["", "A quarter is written.", "Half of it is written.", "Three quarters are written."];

follow(document.querySelector("[data-follow]"));

/** Ask how far the review is until it is settled; then show its own page. */
function follow(page) {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const write = writer(part("text"));
  const say = sayer(page.dataset.state, part("said"));
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
    say(now);
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

/** Return a function that says milestones, each once: whose turn it is, and quarters of the text. */
function sayer(state, box) {
  let quarters = 0;
  let isNext = false;

  return (now) => {
    const writing = now.state === "writing";
    const done = writing ? Math.floor(4 * now.tokens / Math.max(now.target_tokens, 1)) : 0;
    if (now.state !== state) {
      state = now.state;
      quarters = 0;
      box.textContent = writing ? "The machine has begun to write." : "Back in the queue.";
      document.title = document.title.replace(/^[^:]+/, writing ? "Being written" : "In the queue");
    } else if (done > quarters && QUARTERS[done]) {
      quarters = done;
      box.textContent = QUARTERS[done];
    } else if (now.position === 1 && !isNext) {
      isNext = true;
      box.textContent = "Next in line.";
    }
  };
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
      isolate(box.querySelector("span.given"));
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

/** Keep the words that were given apart from those that follow, as the page does once there are any. */
function isolate(given) {
  if (!given) return;
  const apart = document.createElement("bdi");
  apart.className = given.className;
  apart.append(...given.childNodes);
  given.replaceWith(apart);
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
