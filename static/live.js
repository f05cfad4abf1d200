// While a page watches, parts of it are swapped for newer ones: what a person had opened stays open, the focus
// stays where it was, and nothing is said aloud a second time.
(() => {
  const called = (place) => place.id || `${place.localName} ${place.getAttribute("href")} ${place.textContent.trim()}`;
  const summary = (details) => details.id || called(details.querySelector("summary"));
  const find = (root, kind, name) => [...root.querySelectorAll(kind)].find((each) => called(each) === name);
  let opened = [];
  let held = null;

  document.addEventListener("htmx:beforeSwap", ({detail: {target}}) => {
    const here = document.activeElement;
    opened = [...target.querySelectorAll("details[open]")].map(summary);
    held = here !== target && target.contains(here) ? [here.localName, called(here)] : null;
  });

  document.addEventListener("htmx:afterSwap", ({detail}) => {
    const fresh = document.getElementById(detail.target.id);
    if (!fresh) return;
    for (const details of fresh.querySelectorAll("details")) details.open ||= opened.includes(summary(details));
    const {said} = fresh.dataset, aloud = document.getElementById("said");
    if (said && aloud.textContent !== said) aloud.textContent = said;
    if (!held || document.activeElement !== document.body) return;
    const place = find(fresh, ...held) ?? fresh;
    if (place === fresh) fresh.tabIndex = -1;
    place.focus({preventScroll: true});
  });

  document.addEventListener("htmx:oobBeforeSwap", ({detail}) => {
    const again = detail.target.textContent.trim() === detail.fragment.textContent.trim();
    if (again && detail.target.matches("[role=status]")) detail.shouldSwap = false;
  });
})();
