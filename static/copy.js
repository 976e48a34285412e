// The link that is shown once: whole, as the browser knows the address of the book, and with a button that copies it.
// Without this file people copy it as any other link.
(() => {
  "use strict";

  const link = document.querySelector("[data-copy]"), button = document.querySelector("[data-copies]");
  link.textContent = link.href;
  document.querySelector("[data-part]")?.remove();
  button.hidden = false;

  /** Where the clipboard is closed to us (it is without https) the link is chosen, for the person to copy. */
  async function copy() {
    try {
      await navigator.clipboard.writeText(link.href);
      return "Copied.";
    } catch {
      getSelection().selectAllChildren(link);
      return document.execCommand("copy") ? "Copied." : "The link is selected: copy it with Ctrl+C.";
    }
  }

  button.addEventListener("click", async () => {
    const told = await copy();
    document.querySelector("[data-copied]").textContent = told;
  });
})();
