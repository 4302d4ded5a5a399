// Suggestions while one types: the browser's own list below the box, reached by the arrow keys.
// Each completes what was typed last; what stands before it stays. Domains and places share the
// list; a nickname is written out.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector("datalist");
  const find = () => document.querySelector(`.st-key-${data.box} input`);
  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[-'’]/g, " ");
  const names = (some) => some.map((name) => [plain(name), name, name]);
  const nicknames = data.others.map(([name, meant]) => [plain(name), meant, name === meant ? name : `${name}, ${meant}`]);
  const kinds = [names(data.kinds[0]), [...nicknames, ...names(data.kinds[1])]];
  const suggest = ({ target: box }) => {
    const words = box.value.split(/\s+/);
    const found = kinds.map((kind) => {
      const some = new Map();
      for (let n = Math.max(0, words.length - data.words); n < words.length; n += 1) {
        const typed = plain(words.slice(n).join(" "));
        if (typed.length < data.least) continue;
        const before = words.slice(0, n).join(" ");
        for (const [folded, name, label] of kind) {
          if (some.size >= data.most) break;
          if (folded.startsWith(typed) && plain(name) !== typed)
            some.set(`${before} ${name}`.trim(), `${box.value} → ${label}`);
        }
      }
      return [...some];
    });
    const [first, second] = found;
    const half = Math.max(data.most / 2, data.most - second.length);
    const shown = [...first.slice(0, half), ...second].slice(0, data.most);
    list.replaceChildren(
      ...shown.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })),
    );
  };
  list.id = `suggestions-${data.box}`;
  // The box may come after this, and be replaced by another.
  const attach = () => {
    const box = find();
    if (!box || box.getAttribute("list") === list.id) return;
    box.setAttribute("list", list.id);
    box.setAttribute("autocomplete", "off");
    box.addEventListener("input", suggest);
  };
  const watch = new MutationObserver(attach);
  watch.observe(document.body, { childList: true, subtree: true });
  attach();
  return () => {
    watch.disconnect();
    find()?.removeEventListener("input", suggest);
    find()?.removeAttribute("list");
  };
}
