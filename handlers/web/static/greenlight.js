// What the pages do beyond plain forms: Enter sends, waiting is shown, focus goes where reading goes on.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const log = byId("log");
  const pending = byId("pending");
  const field = byId("text");
  const trouble = byId("trouble");
  const people = byId("people");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  document.documentElement.classList.add("scripted");

  const show = (turn) =>
    turn.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });

  // --- Asking

  const asks = (event) => event.detail?.ctx?.sourceElement?.dataset?.asks;

  const wait = (form, text) => {
    trouble.textContent = "";
    pending.querySelector(".asked").textContent = text;
    const status = pending.querySelector(".waiting");
    status.textContent = status.dataset.waiting;
    pending.hidden = false;
    log.setAttribute("aria-busy", "true");
    form.querySelector("button").setAttribute("aria-disabled", "true");
    pending.scrollIntoView({ block: "nearest", behavior: "auto" });
  };

  const waited = (form) => {
    pending.hidden = true;
    log.removeAttribute("aria-busy");
    form.querySelector("button")?.removeAttribute("aria-disabled");
  };

  // Only the newest question back can still be answered.
  const retire = () => {
    log.querySelectorAll(".turn:not(:last-child) .choice").forEach((button) => {
      button.disabled = true;
    });
  };

  document.addEventListener("htmx:before:request", (event) => {
    if (asks(event)) wait(event.detail.ctx.sourceElement, event.detail.ctx.request.body.get("text"));
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const how = asks(event);
    const turn = log?.lastElementChild;
    if (!how || !turn) return;
    pending.hidden = true;
    show(turn);
    if (how === "typing") {
      field.value = "";
      field.focus({ preventScroll: true });
    } else {
      turn.querySelector("h2")?.focus({ preventScroll: true });
    }
    retire();
  });

  document.addEventListener("htmx:finally:request", (event) => {
    if (asks(event)) waited(event.detail.ctx.sourceElement);
  });

  document.addEventListener("htmx:error", (event) => {
    if (!asks(event)) return;
    const sent = pending.querySelector(".asked").textContent;
    if (!field.value) field.value = sent;
    trouble.textContent = pending.dataset.offline;
    field.focus();
  });

  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) field.form.requestSubmit();
  });

  // --- Choosing a person

  people?.addEventListener("toggle", (event) => {
    if (event.newState === "open") people.querySelector("input[type=search]")?.focus();
  });

  document.querySelectorAll("[data-filter]").forEach((input) => {
    const items = byId(input.dataset.filter).children;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const item of items) {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      }
    });
  });

  // --- Arriving on a page

  const became = byId("became");
  const named = byId(decodeURIComponent(location.hash.slice(1)));
  if (became) {
    became.focus({ preventScroll: true });
  } else if (named?.classList.contains("turn")) {
    named.scrollIntoView({ block: "start" });
    named.querySelector("h2")?.focus({ preventScroll: true });
  } else if (field?.value) {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  } else if (log?.lastElementChild) {
    log.lastElementChild.scrollIntoView({ block: "start" });
  }
})();
