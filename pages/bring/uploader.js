// Sends files to this server, part by part, and goes on where it was when the connection was lost.
// What is sent outlives a run of the page and a change of page: it is kept here by the key of the
// component. Names of files become texts, never HTML.
const AT_ONCE = 2; // files
const PART = 4 * 1024 * 1024; // bytes; the server takes twice as many
const PATIENCE = 120_000; // ms for a part
const TRIES = 40; // of one part, about a quarter of an hour
const LONGEST_WAIT = 30_000; // ms between two tries
const kept = new Map();

class Refused extends Error {
  constructor(status, { error, received }) {
    super(error);
    Object.assign(this, { status, received });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!kept.has(data.key)) kept.set(data.key, { files: [], told: new Set(), forsaken: new Set() });
  const all = kept.get(data.key);
  Object.assign(all, { data, tell: (ids) => setStateValue("finished", ids) });
  const root = parentElement.querySelector(".uploader");
  if (all.root !== root) {
    Object.assign(all, { root, told: new Set() });
    prepare(all);
  }
  label(all);
  for (const one of all.files) one.seen ||= data.there.includes(one.id);
  all.files = all.files.filter((one) => !one.seen || data.there.includes(one.id));
  begun(all);
  list(all);
  tell(all);
}

// The drop area and its button, once for each time that the page is opened.
function prepare(all) {
  const input = all.root.querySelector("input");
  const area = all.root.querySelector(".drop");
  all.root.querySelector("button").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add(all, input.files);
    input.value = ""; // the same file can be chosen again
  });
  const over = (isOver) => (event) => {
    event.preventDefault();
    area.classList.toggle("over", isOver);
  };
  area.addEventListener("dragenter", over(true));
  area.addEventListener("dragover", over(true));
  area.addEventListener("dragleave", over(false));
  area.addEventListener("drop", (event) => {
    over(false)(event);
    add(all, event.dataTransfer.files);
  });
}

function label({ root, data }) {
  const { texts, endings } = data;
  const choose = root.querySelector("button");
  choose.textContent = texts.choose;
  choose.hidden = false; // without a name it is nothing to whoever hears the page
  root.querySelector(".drop p").textContent = texts.drop;
  root.querySelector(".bounds").textContent = texts.bounds;
  root.querySelector(".drop").setAttribute("aria-label", texts.title);
  root.querySelector(".files").setAttribute("aria-label", texts.files);
  root.querySelector("input").accept = endings.join(",");
}

function add(all, files) {
  for (const file of files) put(all, file, "waiting");
  list(all);
  next(all);
}

function put(all, file, state, known = { id: "", sent: 0 }) {
  const one = { all, file, told: "", stop: new AbortController(), ...known };
  one.row = row(one);
  all.files.push(one);
  show(one, state);
}

// Files that another window, or this one before it was closed, has begun to send.
function begun(all) {
  const isBegun = ({ id }) => all.data.begun.some((one) => one.id === id);
  all.files = all.files.filter((one) => one.state !== "cut" || isBegun(one));
  for (const { id, received, name, size } of all.data.begun) {
    const isKnown = all.forsaken.has(id) || all.files.some((one) => one.id === id);
    if (!isKnown) put(all, { name, size }, "cut", { id, sent: received });
  }
}

function next(all) {
  const going = all.files.filter((one) => ["sending", "lost"].includes(one.state)).length;
  const waiting = all.files.filter((one) => one.state === "waiting");
  for (const one of waiting.slice(0, Math.max(0, AT_ONCE - going))) {
    show(one, "sending");
    send(one).then(() => next(all));
  }
}

async function send(one) {
  let failures = 0;
  let isAnew = false;
  for (;;) {
    try {
      if (!one.id) {
        const { name, size, lastModified: changed } = one.file;
        const told = await ask(one, "POST", "", JSON.stringify({ name, size, changed }));
        Object.assign(one, { id: told.id, sent: told.received });
        one.all.files = one.all.files.filter(({ id, state }) => id !== told.id || state !== "cut");
        list(one.all);
      } else if (failures) {
        one.sent = (await ask(one, "GET", `/${one.id}`)).received;
      }
      while (one.sent < one.file.size) {
        const part = await read(one);
        one.sent = (await ask(one, "PUT", `/${one.id}?offset=${one.sent}`, part)).received;
        failures = 0;
        show(one, "sending");
      }
      show(one, "done");
      tell(one.all);
      return;
    } catch (error) {
      if (one.stop.signal.aborted) return;
      failures += 1;
      const isRefused = error instanceof Refused;
      if (isRefused && error.status === 409 && failures <= TRIES) {
        one.sent = error.received;
      } else if (isRefused && error.status === 404 && one.id && !isAnew) {
        isAnew = true; // the server has begun anew meanwhile, or it took too long
        one.id = "";
      } else if (isRefused || failures > TRIES) {
        show(one, "failed", isRefused ? error.message : one.all.data.texts.gone);
        return;
      } else {
        show(one, "lost");
        await pause(one, Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT));
      }
    }
  }
}

async function ask(one, method, path, body) {
  const { address, token, language, texts } = one.all.data;
  const answer = await fetch(address + path, {
    method,
    body,
    headers: { "X-Upload-Token": token, "Accept-Language": language },
    signal: AbortSignal.any([one.stop.signal, AbortSignal.timeout(PATIENCE)]),
  });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => null);
  if (told) throw new Refused(answer.status, told);
  if (answer.status < 500) throw new Refused(answer.status, { error: texts.refused });
  throw new Error(answer.statusText); // of what stands before the server: it may come back
}

async function read(one) {
  try {
    return await one.file.slice(one.sent, one.sent + PART).arrayBuffer();
  } catch {
    throw new Refused(0, { error: one.all.data.texts.changed });
  }
}

// Waits, less when the connection is back or the file is no longer wanted.
function pause(one, milliseconds) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    one.stop.signal.addEventListener("abort", end);
  });
}

function again(one) {
  one.stop = new AbortController();
  show(one, "waiting");
  next(one.all);
}

function cancel(one) {
  const { all } = one;
  one.stop.abort();
  forsake(one);
  all.files = all.files.filter((other) => other !== one);
  list(all);
  all.root.querySelector("button").focus();
  next(all);
}

// Tells the server that nobody goes on with a file.
function forsake({ all, id, state }) {
  if (!id || state === "done") return;
  all.forsaken.add(id);
  const headers = { "X-Upload-Token": all.data.token };
  fetch(`${all.data.address}/${id}`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
}

function tell(all) {
  const ids = all.files.filter((one) => one.state === "done").map((one) => one.id);
  if (ids.every((id) => all.told.has(id))) return; // by their ids: of those told, some have left
  ids.forEach((id) => all.told.add(id));
  all.tell(ids);
}

function row(one) {
  const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
  const item = make("li", {});
  const button = (action) => {
    const made = make("button", { type: "button", className: action.name });
    made.addEventListener("click", () => action(one));
    return made;
  };
  const bar = make("progress", { max: one.file.size || 1, value: 0 });
  bar.setAttribute("aria-label", one.file.name);
  item.append(
    make("span", { className: "name", dir: "auto", textContent: one.file.name }),
    make("span", { className: "state" }),
    bar,
    button(again),
    button(cancel),
  );
  return item;
}

function show(one, state, told = "") {
  Object.assign(one, { state, told });
  const { texts, language } = one.all.data;
  const share = one.file.size ? one.sent / one.file.size : 0;
  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(share);
  const text = told || (state === "sending" ? percent : texts[state].replace("{share}", percent));
  const find = (selector) => one.row.querySelector(selector);
  one.row.dataset.state = state;
  find(".state").textContent = text;
  find("progress").value = one.sent;
  find("progress").hidden = state === "failed" || state === "done";
  find(".again").hidden = state !== "failed";
  find(".cancel").hidden = state === "done";
  const labels = { again: texts.again, cancel: state === "failed" ? texts.remove : texts.cancel };
  for (const [name, label] of Object.entries(labels)) {
    find(`.${name}`).textContent = label;
    find(`.${name}`).setAttribute("aria-label", `${label}: ${one.file.name}`);
  }
  if (["done", "failed", "lost"].includes(state)) {
    one.all.root.querySelector(".told").textContent = `${one.file.name}: ${text}`;
  }
}

function list(all) {
  const rows = all.files.map((one) => one.row);
  const shown = all.root.querySelector(".files");
  const isSame = rows.length === shown.children.length && rows.every((r, n) => r === shown.children[n]);
  if (!isSame) shown.replaceChildren(...rows); // else the focus stays where it is
}

const isGoing = (one) => ["waiting", "sending", "lost"].includes(one.state);
const everything = () => [...kept.values()].flatMap((all) => all.files);
addEventListener("beforeunload", (event) => {
  if (everything().some(isGoing)) event.preventDefault(); // the browser asks whether to leave
});
