// Draws the providers found. Whatever is in a record becomes a text, never HTML: of the pieces of
// a cell, every second one holds words that were found, and is marked.
export default function ({ data, parentElement, setTriggerValue }) {
  const make = (tag, children, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };
  const drawn = (pieces) => pieces.map((text, n) => (n % 2 ? make("mark", [text]) : text));
  const table = parentElement.querySelector("table");
  const kind = (n) => (data.numbers.includes(n) ? "number" : "");
  const titles = data.titles.map((title, n) =>
    make("th", [title], { className: kind(n), scope: "col" }),
  );
  const rows = data.rows.map(([id, name, ...cells]) => {
    const link = make("a", drawn(name), { href: data.address + encodeURIComponent(id), dir: "auto" });
    link.dataset.provider = id;
    const others = cells.map((pieces, n) => {
      const cell = make("td", [make("span", drawn(pieces))], { className: kind(n + 1) });
      cell.dataset.title = data.titles[n + 1];
      return cell;
    });
    return make("tr", [make("th", [link], { scope: "row" }), ...others]);
  });
  table.replaceChildren(
    make("caption", [data.caption]),
    make("thead", [make("tr", titles)]),
    make("tbody", rows),
  );
  table.onclick = (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // as any other link
    event.preventDefault();
    setTriggerValue("opened", link.dataset.provider);
  };
}
