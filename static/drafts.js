// Text that was typed and not saved: kept in the tab's own storage until the server has accepted it, and offered when
// its form is there again. Forms that hold such text carry `data-unsaved`, for leaving.js.
(() => {
  "use strict";

  const FORM = "form.entry-form";
  const ALL = "daybook.draft/";
  /** Noted by the page that signs out, for the next one. */
  const SIGNING_OUT = "daybook.signing-out";
  /** What somebody typed is offered to nobody else. */
  const PREFIX = `${ALL}${document.documentElement.dataset.person}/`;

  /** Storage may be full or closed to us: then nothing is kept, and nothing else suffers. */
  const attempt = (step, otherwise) => { try { return step(); } catch { return otherwise; } };
  const names = (prefix) =>
    attempt(() => Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)).sort(), []);
  const read = (name) => attempt(() => JSON.parse(sessionStorage.getItem(name)), null);
  const write = (name, draft) => attempt(() => sessionStorage.setItem(name, JSON.stringify(draft)));
  const remove = (name) => attempt(() => sessionStorage.removeItem(name));

  /** For each form: the name of its draft, when it was typed, and what has become of it. */
  const states = new WeakMap();
  /** Drafts that an answer in place has refused: the form that brings them back is about to arrive. */
  const answered = new Set();
  let count = 0;

  const forms = () => [...document.querySelectorAll(FORM)].filter((form) => states.has(form));
  const keyOf = (form) => form.getAttribute("action").replace(/^\/entries\/?/, "") || "new";
  const controls = (form) => [...form.querySelectorAll("input:not([type=hidden]), textarea")];
  const isValue = (control) => control.type !== "radio" || control.checked;
  const isChanged = (control) =>
    control.type === "radio" ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
  /** Whether the server says in the form why it refused it: then the form shows what was typed. */
  const isRefused = (form) => Boolean(form.querySelector(".error, .notice[role=alert]"));

  const values = (form) =>
    Object.fromEntries(controls(form).filter(isValue).map((control) => [control.name, control.value]));
  const shows = (form, { fields }) =>
    controls(form).filter(isValue).every((control) => (fields[control.name] ?? control.value) === control.value);
  /** Whether all that was typed into the form is in the draft too. */
  const covers = ({ fields }, form) =>
    controls(form).filter((control) => isValue(control) && isChanged(control))
      .every((control) => fields[control.name] === control.value);

  function mark(form) {
    const state = states.get(form);
    const unsaved = !state.over && (state.refused || controls(form).some(isChanged));
    form.toggleAttribute("data-unsaved", unsaved && !state.sent);
    return unsaved;
  }

  /** Keeps what the form holds, or forgets it where there is nothing to keep. */
  function keep(form) {
    const { name, at, sent, timer } = states.get(form);
    clearTimeout(timer);
    if (mark(form)) write(name, { at, sent, fields: values(form) });
    else remove(name);
  }

  /** Something has become of the form's text. */
  function set(form, state) {
    Object.assign(states.get(form), state);
    keep(form);
  }

  /** A form that has come onto the page, by a whole page or by htmx. */
  function meet(form) {
    const prefix = `${PREFIX}${keyOf(form)}/`;
    states.set(form, { name: `${prefix}${Date.now().toString(36)}-${count++}`, at: Date.now() });
    for (const name of names(prefix)) {
      const draft = read(name), shown = draft && shows(form, draft);
      if (!draft) continue;
      if (isRefused(form) && (shown || draft.sent || answered.delete(name))) {
        Object.assign(states.get(form), { name, at: draft.at, refused: true });
      } else if (!shown) {
        offer(form, name, draft);
      } else {
        // The entry says it by now, or the browser has brought it back by itself, and it is kept below.
        remove(name);
      }
    }
    keep(form);
  }

  const meetAll = () => document.querySelectorAll(FORM).forEach((form) => states.has(form) || meet(form));

  function offer(form, name, draft) {
    const notice = document.createElement("div");
    notice.className = "notice draft";
    notice.append(document.getElementById("draft").content.cloneNode(true));
    notice.querySelector("span").textContent = when(draft.at);
    notice.addEventListener("click", ({ target }) => {
      if (!target.value) return;
      notice.remove();
      if (target.value === "bring") bringBack(form, name, draft);
      else remove(name);
      controls(form)[0].focus();
    });
    form.prepend(notice);
    // Later than what the swap itself has to say.
    setTimeout(() => { document.getElementById("status").textContent = notice.querySelector("p").textContent; }, 100);
  }

  function when(at) {
    const time = new Date(at);
    const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    if (time.toDateString() === new Date().toDateString()) return `at ${clock}`;
    return `on ${time.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} at ${clock}`;
  }

  /** Fills in what people see; version and identifier stay those of the form. What it would replace is offered. */
  function bringBack(form, name, draft) {
    const own = states.get(form).name;
    keep(form);
    if (covers(draft, form)) remove(own);
    else offer(form, own, read(own));
    for (const [field, value] of Object.entries(draft.fields)) {
      const control = form.elements.namedItem(field);
      if (control) control.value = value;
    }
    set(form, { name, at: draft.at, over: false });
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest(FORM), state = states.get(form);
    if (!state) return;
    Object.assign(state, { at: Date.now(), over: false, sent: undefined });
    mark(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keep(form), 300);
  });
  addEventListener("htmx:before:swap", () => forms().forEach(keep));
  addEventListener("pagehide", () => forms().forEach(keep));

  // Cancel, by a click or by Esc, means it; in another window it leaves this form alone.
  document.addEventListener("click", (event) => {
    // Whatever they do here now, they have stayed.
    remove(SIGNING_OUT);
    const link = event.target.closest("a[href]"), form = link?.closest(FORM);
    if (link?.matches("[data-cancel]") && states.has(form) && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      set(form, { over: true });
    }
    // Who goes elsewhere while a form is on its way does not see what becomes of it.
    if (link) withdraw();
  });

  /** The fate of a form that a page answers is known on the next page: see `review`. */
  document.addEventListener("submit", (event) => {
    if (event.target.id === "sign-out") write(SIGNING_OUT, true);
    if (!event.defaultPrevented && states.has(event.target)) set(event.target, { sent: location.href.split("#")[0] });
  });
  const withdraw = () => forms().forEach((form) => states.get(form).sent && set(form, { sent: undefined }));
  window.addEventListener("pageshow", (event) => event.persisted && withdraw());

  /** In place it is known at once. What was typed while the answer was on its way is not part of it. */
  const inFlight = new WeakMap();
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (states.has(ctx.sourceElement)) inFlight.set(ctx, JSON.stringify(values(ctx.sourceElement)));
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!inFlight.has(ctx)) return;
    const form = ctx.sourceElement, whole = inFlight.get(ctx) === JSON.stringify(values(form));
    answered.clear();
    if (whole && ctx.response.status >= 400) answered.add(states.get(form).name);
    set(form, { over: whole && ctx.response.status < 400 });
  });
  document.addEventListener("htmx:after:settle", meetAll);

  /** Whether this page is the answer to a form that was sent by that page, and accepted it. */
  function isAccepted(page) {
    const arrival = performance.getEntriesByType("navigation")[0]?.type;
    return arrival === "navigate" && document.referrer === page && !document.querySelector("article.problem");
  }

  /** What the last page has sent. A form that comes back refused is met as such. */
  function review() {
    const back = [...document.querySelectorAll(FORM)].filter(isRefused).map(keyOf);
    for (const name of names(PREFIX)) {
      const draft = read(name);
      if (!draft?.sent || back.includes(name.slice(PREFIX.length).split("/")[0])) continue;
      if (isAccepted(draft.sent)) remove(name);
      else write(name, { ...draft, sent: undefined });
    }
  }

  /** Who signs out leaves nothing behind: once they are out, for they may have stayed, or the server was away. */
  function clear() {
    const isOut = read(SIGNING_OUT) && document.querySelector("form[action='/sign-in']");
    remove(SIGNING_OUT);
    if (isOut) names(ALL).forEach(remove);
  }

  clear();
  review();
  meetAll();
})();
