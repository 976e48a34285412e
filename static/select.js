// Choosing rows: the checkbox in the head, ranges with Shift, and how many are chosen.
// Without this file each row has its checkbox, and the buttons below the list work.
(() => {
  "use strict";

  const boxes = () => [...document.querySelectorAll("#rows input[name=entry]")];
  /** The checkbox that was used last: one end of a range. */
  let last = null;

  function show() {
    const all = boxes();
    const chosen = all.filter((box) => box.checked);
    const head = document.querySelector("[data-select-all]");
    if (head) {
      head.hidden = all.length === 0;
      head.checked = all.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    // Whoever chose all that is shown may mean the other pages, too.
    const more = document.querySelector("details.all");
    if (more && head?.checked) more.open = true;
    const text = document.querySelector("[data-selected]");
    if (text) text.textContent = `${chosen.length} selected:`;
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("#rows input[name=entry]");
    if (box) {
      const all = boxes();
      if (event.shiftKey && last?.isConnected) {
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
      }
      last = box;
      show();
    } else if (event.target.matches?.("[data-select-all]")) {
      boxes().forEach((other) => { other.checked = event.target.checked; });
      show();
    }
  });

  document.addEventListener("htmx:after:settle", show);
  window.addEventListener("pageshow", show);
  show();
})();
