// Single-key shortcuts, the help that lists them, and the switch that turns them off (WCAG 2.1.4).
// Esc and Ctrl+Enter in forms are in app.js.
(() => {
  "use strict";

  const SETTING = "daybook.single-keys";
  const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

  /** Whether the person has turned them off. Storage may be closed to us: then it holds for this page only. */
  let off = false;
  try {
    off = localStorage.getItem(SETTING) === "off";
  } catch { /* The default. */ }

  function turn(on) {
    off = !on;
    try {
      if (on) localStorage.removeItem(SETTING);
      else localStorage.setItem(SETTING, "off");
    } catch { /* For this page, then. */ }
  }

  // Another window of the same person; without a key, everything was cleared.
  window.addEventListener("storage", (event) => {
    if (event.key === SETTING || event.key === null) off = event.newValue === "off";
  });

  const find = (css) => document.querySelector(css);
  const row = () => document.activeElement.closest("#rows tr[id]");

  /** Does nothing, and so leaves the key to the browser, where there is nothing to do. */
  const keys = {
    "/": () => focus(find("#q"), true) || go("/entries#q"),
    // The list shows what is added. Who only reads has no such form anywhere.
    "n": () => focus(find("#new-entry [name=title]")) || (document.documentElement.matches("[data-writes]") && go("/entries#title-new")),
    "j": () => move(1),
    "k": () => move(-1),
    "e": () => click((row() ?? find("article.entry"))?.querySelector("[data-edit]")),
    "x": () => click(row()?.querySelector("input[type=checkbox][name=entry]")),
    "?": () => open(),
  };

  /** To another page, whose address says where the focus goes. */
  function go(address) {
    location.assign(address);
    return true;
  }

  function focus(element, select = false) {
    element?.focus();
    if (select) element?.select?.();
    return Boolean(element);
  }

  function click(element) {
    element?.click();
    return Boolean(element);
  }

  /** To the next row in that direction, seen from the focus: its title or, if it is gone, its Undo. */
  function move(direction) {
    const stops = [...document.querySelectorAll("#rows tr[id] a.title, #rows tr.gone .undo :is(button, a)")];
    if (direction < 0) stops.reverse();
    const here = row(), from = here ?? document.activeElement;
    const side = direction > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    // From what holds the whole list it is the first, or the last.
    const beyond = (stop) => from.contains(stop) ? !here : from.compareDocumentPosition(stop) & side;
    const next = stops.find(beyond);
    next?.focus({ preventScroll: true });
    next?.closest("tr").scrollIntoView({ block: "nearest" });
    return stops.length > 0;
  }

  document.addEventListener("keydown", (event) => {
    const key = keys[event.key];
    if (off || !key || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey || find("dialog[open]")) return;
    // A row's checkbox takes no text, and is where a click has left the focus.
    if (event.target.closest?.(FIELDS) && !event.target.matches("#rows [type=checkbox][name=entry]")) return;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (key()) event.preventDefault();
  });

  /** The help. The browser itself brings the focus in and back, and closes it by Esc. */
  function open() {
    find("#single-keys").checked = !off;
    find("#help").showModal();
    return true;
  }

  document.addEventListener("click", (event) => {
    const dialog = event.target.closest("#help");
    if (event.target.closest("#show-help")) open();
    // What is not its content is the dimmed page behind it.
    else if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "single-keys") turn(event.target.checked);
  });

  /** Without this script the button would do nothing, so the page comes with it hidden. */
  function showButton() {
    const button = find("#show-help");
    if (button) button.hidden = false;
  }

  showButton();
  // The way back puts a whole page in place.
  document.addEventListener("htmx:after:settle", showButton);
})();
