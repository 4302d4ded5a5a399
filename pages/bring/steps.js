// Keeps the focus where the reader works: what is pressed often leaves the page, and the browser
// would start at the top again. At a new step the focus lands at its beginning; else, where what was
// focused is gone, at what stands in its place. Whoever is busy elsewhere is left alone.
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const STATE = "data-test-script-state"; // of the run of the page, which may bring things back
const QUIET = 150; // ms without a change: what a run of the page says comes one by one
const page = new MutationObserver(wait);
let timer;
let now, shown; // how far each step is, by the key of its beginning
let landing; // the beginning of a new step, until the reader has gone elsewhere
let placed; // what was focused here, and not by the reader
let last, before, around; // what was focused last, the stops before it, what it stood in

export default function ({ data }) {
  now = new Map(data.steps);
  shown ??= now;
  document.addEventListener("focusin", remember);
  page.observe(document.body, { childList: true, subtree: true, attributeFilter: [STATE] });
  wait();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("focusin", remember);
    page.disconnect();
    now = shown = landing = placed = last = before = around = undefined;
  };
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(settle, QUIET);
}

function remember({ target }) {
  const stops = [...document.querySelectorAll(STOPS)];
  [last, before, around] = [target, stops.slice(0, Math.max(0, stops.indexOf(target))), []];
  for (let one = target.parentElement; one; one = one.parentElement) around.push(one);
  if (target !== placed) landing = undefined;
}

function settle() {
  if (document.querySelector(`[${STATE}]`)?.getAttribute(STATE) !== "notRunning") return;
  const begun = [...now.keys()].filter((key) => now.get(key) !== shown.get(key));
  shown = now;
  landing = begun.map(find).findLast(Boolean) ?? landing;
  const focused = document.activeElement;
  const isLost = focused === document.body && last && !last.isConnected;
  if (landing?.isConnected && (isLost || focused === placed)) {
    if (landing.tabIndex < 0) landing.tabIndex = -1; // a heading: else it takes no focus
    place(landing);
  } else if (isLost) {
    // the stop after the last one of those before it that are there still, or that one itself
    const stops = [...document.querySelectorAll(STOPS)].filter(isOpen);
    const left = before.findLast((stop) => stops.includes(stop));
    const next = stops[stops.indexOf(left) + 1];
    place(around.find((one) => one.isConnected).contains(next) ? next : left);
  }
}

const find = (key) => document.querySelector(`.st-key-${key} :is(h1, h2, h3, button)`);
const isOpen = (stop) =>
  stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility({ opacityProperty: true });

function place(target) {
  placed = target;
  target?.focus();
}
