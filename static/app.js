// What htmx does not do by itself: focus, the live region, Esc and Ctrl+Enter, and a word when the server is away.
// Everything works without this file.
(() => {
  "use strict";

  const status = () => document.getElementById("status");
  const alerts = () => document.getElementById("alert");

  /** Says something once to people who cannot see what changed. */
  function say(text) {
    const region = status();
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  /** After every swap: announce it, and put the focus where the person was. */
  document.addEventListener("htmx:after:settle", (event) => {
    const arrived = document.querySelector("[data-say]");
    if (arrived) {
      say(arrived.dataset.say);
      arrived.removeAttribute("data-say");
    }
    // Not on a page that the way back has put there whole, and not away from somebody who has begun to type elsewhere.
    const whole = event.target === document.body;
    const active = document.activeElement;
    const elsewhere = active?.matches("input, textarea") && !event.detail.newContent.some((node) => node.contains(active));
    if (!whole && !elsewhere) document.querySelector("[data-focus]")?.focus();
    forgetMarks();
  });

  /** A page that was loaded whole keeps the browser's own focus; the marks are for swaps only. */
  function forgetMarks() {
    document.querySelectorAll("[data-focus]").forEach((element) => element.removeAttribute("data-focus"));
  }

  /** Who has lost the focus (their button was disabled for the request, their link is gone) gets it back. */
  const focusBefore = new WeakMap();
  document.addEventListener("htmx:config:request", (event) => {
    focusBefore.set(event.detail.ctx, document.activeElement);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const before = focusBefore.get(event.detail.ctx);
    // htmx enables the button right after this event.
    setTimeout(() => {
      if (!before || (document.activeElement && document.activeElement !== document.body)) return;
      const there = before.isConnected ? before : document.getElementById("list") ?? document.getElementById("main");
      there.focus({ preventScroll: true });
    });
  });

  /** An answer that went well takes an older complaint away, and a change makes the number of entries another. */
  document.addEventListener("htmx:after:request", (event) => {
    const { request, response, target } = event.detail.ctx;
    if (response.status >= 400) return;
    alerts().replaceChildren();
    const count = document.querySelector(".count");
    if (count && request.method === "POST" && !target.contains(count)) count.dispatchEvent(new Event("recount"));
  });

  /** No answer at all: the form stays as it is, with what was typed. */
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx?.response) return;
    const note = document.createElement("div");
    note.className = "notice problem";
    const text = document.createElement("p");
    text.textContent = "Daybook cannot be reached. What you typed is still here: try again in a moment.";
    note.append(text, closeButton());
    alerts().replaceChildren(note);
  });

  function closeButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary outline";
    button.dataset.dismiss = "";
    button.textContent = "Close";
    return button;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) {
      alerts().replaceChildren();
      return;
    }
    // A click on a row's text, not on a control and not to select text, edits it in place.
    const text = event.target.closest("#rows tr:not(.editing) .what");
    if (text && !event.target.closest("a, button, input") && !String(getSelection())) {
      text.closest("tr").querySelector("[data-edit]")?.click();
    }
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.entry-form");
    if (!form || event.isComposing) return;
    if (event.key === "Escape") {
      form.querySelector("[data-cancel]")?.click();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // On an editing page the first field takes the focus; the list's own form does not.
  const field = document.querySelector("main > article.editing [data-focus]");
  if (field) field.focus();
  forgetMarks();
})();
