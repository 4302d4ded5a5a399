// Suggestions while one types: the browser's own list below the box, reached by the arrow keys.
// Each completes what was typed last; what stands before it stays.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector("datalist");
  const box = document.querySelector(`.st-key-${data.box} input`);
  if (!box) return;
  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[-'’]/g, " ");
  const names = data.names.map((name) => [name, plain(name)]);
  const suggest = () => {
    const words = box.value.split(/\s+/);
    const found = new Map();
    for (let n = Math.max(0, words.length - data.words); n < words.length; n += 1) {
      const typed = plain(words.slice(n).join(" "));
      if (typed.length < data.least) continue;
      const before = words.slice(0, n).join(" ");
      for (const [name, folded] of names) {
        if (found.size >= data.most) break;
        if (folded.startsWith(typed) && folded !== typed)
          found.set(`${before} ${name}`.trim(), `${box.value} → ${name}`);
      }
    }
    list.replaceChildren(
      ...[...found].map(([value, label]) => Object.assign(document.createElement("option"), { value, label })),
    );
  };
  list.id = `suggestions-${data.box}`;
  box.setAttribute("list", list.id);
  box.setAttribute("autocomplete", "off");
  box.addEventListener("input", suggest);
  return () => box.removeEventListener("input", suggest);
}
