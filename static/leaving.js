// Asks before text that is not saved would be thrown away: by leaving the page, or by what htmx puts in its place.
// drafts.js marks the forms that hold such text; it keeps the text all the same.
(() => {
  "use strict";

  const QUESTION = "What you typed is not saved. Leave it?";
  /** Forms for which the question was answered with no: a search asks once, and not for each letter. */
  const kept = new WeakSet();
  const unsaved = () => [...document.querySelectorAll("form[data-unsaved]")];

  /** The session has ended: the page is left to sign in again, and drafts.js brings the text back after it. */
  let sentAway = false;
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => { sentAway = Boolean(ctx.hx.redirect); });

  // The browser has its own words for it.
  window.addEventListener("beforeunload", (event) => {
    if (unsaved().length > 0 && !sentAway) event.preventDefault();
  });

  document.addEventListener("htmx:config:request", (event) => {
    const { sourceElement: source, target, swap } = event.detail.ctx;
    // The way back has already changed the address, so there is nothing to refuse: drafts.js offers the text again.
    if (source === document.body || !/^(inner|outer|delete)/.test(swap)) return;
    // A form that is sent, or cancelled, is replaced by its own wish.
    const lost = unsaved().filter((form) => target?.contains(form) && !form.contains(source));
    if (lost.length === 0) return;
    const answered = source.matches("#find") && lost.every((form) => kept.has(form));
    if (!answered && confirm(QUESTION)) return;
    lost.forEach((form) => kept.add(form));
    event.preventDefault();
  });
})();
