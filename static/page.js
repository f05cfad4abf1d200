// Comforts on top of pages that work without them: copy, print, "/" to search, and which doors were opened.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-of]");
  if (!button || button.dataset.said) return;
  const before = [...button.childNodes];
  const text = button.dataset.copy ?? document.getElementById(button.dataset.copyOf).value;
  try {
    await navigator.clipboard.writeText(text);
    button.dataset.said = "Copied";
  } catch {
    button.dataset.said = "Not copied: select it by hand";
  }
  button.replaceChildren(button.dataset.said);
  setTimeout(() => { button.replaceChildren(...before); delete button.dataset.said; }, 2000);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.querySelector("[data-search]");
  if (event.key !== "/" || typing || !search || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});

// The browser is leaving, so the note is one that outlives the page.
const openedDoor = (event) => {
  const door = event.target.closest("a[rel=noreferrer]");
  const near = door?.closest("[data-opened]");
  if (!near) return;
  const note = new FormData();
  note.append("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
  note.append("door", door.dataset.door ?? "");
  navigator.sendBeacon(near.dataset.opened, note);
};
document.addEventListener("click", openedDoor);
document.addEventListener("auxclick", openedDoor);
