// Copies the address of this exact view. Where the browser forbids it (no HTTPS, no permission), the
// address is shown, selected.
const SECONDS = 4;
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const told = parentElement.querySelector(".told");
  const shown = parentElement.querySelector("input");
  let timer;
  const tell = (text) => {
    told.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => (told.textContent = ""), SECONDS * 1000);
  };
  button.textContent = data.copy;
  shown.setAttribute("aria-label", data.address);
  button.onclick = async () => {
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
      shown.hidden = true;
      tell(data.copied);
    } catch {
      Object.assign(shown, { value: address, hidden: false });
      shown.focus();
      shown.select();
      tell(data.selected);
    }
  };
  shown.onblur = () => (shown.hidden = true);
  return () => clearTimeout(timer);
}
