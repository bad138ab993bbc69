// What of a page cannot be read in its window, or only by scrolling sideways: a list of sentences.
() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  const isSeen = (element) => element.checkVisibility()
    && !element.closest(".visually-hidden, .trap, .skip");
  const start = (text) => text.trim().slice(0, 50);

  const wide = document.scrollingElement.scrollWidth;
  if (wide > width) found.push(`the page is ${wide} px wide, its window ${width}`);

  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    if (!isSeen(element) || style.overflow === "visible") continue;
    if (element.matches("input")) continue; // one line: it scrolls as one types
    const room = 1 + (parseFloat(style.overflowClipMargin) || 0);
    const isCutBelow = element.scrollHeight > element.clientHeight + room;
    const isOver = element.scrollWidth > element.clientWidth + room
      || (isCutBelow && !element.matches("textarea")); // which has a bar of its own
    if (isOver) found.push(`cut: ${element.outerHTML.slice(0, 90)}`);
  }

  const lines = linesOf(document.body).filter(({ text }) => isSeen(text.parentElement));
  for (const { box, text } of lines) {
    if (box.left < -1 || box.right > width + 1) found.push(`off the page: ${start(text.data)}`);
  }
  for (const [number, one] of lines.entries()) {
    const cover = lines.slice(number + 1).find((other) => lieOnEachOther(one, other));
    if (cover) found.push(`"${start(one.text.data)}" lies on "${start(cover.text.data)}"`);
  }
  return found;

  /** Return every line of text with the box that it takes. */
  function linesOf(root) {
    const all = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      range.selectNodeContents(text);
      const boxes = text.data.trim() ? [...range.getClientRects()] : [];
      all.push(...boxes.filter((box) => box.width >= 1).map((box) => ({ box, text })));
    }
    return all;
  }

  /** Tell whether two lines of different blocks share more than leading. */
  function lieOnEachOther(one, other) {
    const block = ({ text }) => text.parentElement.closest("p, li, h1, h2, h3, dd, dt, label, a");
    if (block(one) === block(other)) return false;
    const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
    const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
    return across > 1 && down > 0.4 * Math.min(one.box.height, other.box.height);
  }
}
