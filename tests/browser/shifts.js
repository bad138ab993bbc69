// Notes from the beginning of a page on what moves in it without its reader's doing.
globalThis.shifts = [];
globalThis.shiftObserver = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
shiftObserver.observe({ type: "layout-shift", buffered: true });

/** Return each shift so far: how large it was, and of what. */
globalThis.shiftsSoFar = async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  shifts.push(...shiftObserver.takeRecords());
  const moved = ({ node }) => (node?.outerHTML ?? node?.data ?? "what is gone").slice(0, 120);
  return shifts.filter((shift) => !shift.hadRecentInput)
    .map((shift) => `${shift.value.toFixed(4)}: ${shift.sources.map(moved).join(" | ")}`);
};
