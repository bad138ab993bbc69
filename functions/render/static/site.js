// What script adds to pages that work without it: the slider's value, a count of characters, and
// buttons that share a review, copy its link, and print it. waiting.js follows one that is being written.
"use strict";

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

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  for (const links of document.querySelectorAll(".sharing")) links.hidden = true;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ title: document.querySelector("h1").textContent, url: location.origin + location.pathname });
    } catch (error) {
      if (error.name !== "AbortError") throw error; // the reader thought better of it
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
