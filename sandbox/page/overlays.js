// Things that lie over the chat: toasts, alerts, the photo viewer, a message's menu.

import { byId, el, icon } from "./dom.js";

const TOAST_MS = 3600;

export function toast(text) {
  if (!text) return;
  const shown = el("div", { class: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), Math.max(TOAST_MS, text.length * 70));
}

export function alertBox(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export function openViewer(url, description) {
  const viewer = byId("viewer");
  const image = byId("viewer-image");
  viewer.classList.remove("is-large");
  image.src = url;
  image.alt = description;
  viewer.showModal();
}

export function setUpViewer() {
  const viewer = byId("viewer");
  byId("viewer-close").addEventListener("click", () => viewer.close());
  byId("viewer-image").addEventListener("click", () => viewer.classList.toggle("is-large"));
  viewer.addEventListener("click", (event) => {
    if (event.target === viewer) viewer.close();
  });
  byId("alert").addEventListener("click", (event) => {
    if (event.target === byId("alert")) byId("alert").close();
  });
}

/** A small menu at a point; items are {icon, label, run}. Focus goes back where it was. */
export function openContext(x, y, items) {
  const menu = byId("context");
  const before = document.activeElement;
  const close = () => {
    menu.hidden = true;
    document.removeEventListener("pointerdown", outside, true);
    menu.removeEventListener("keydown", keys);
  };
  const outside = (event) => menu.contains(event.target) || close();
  const keys = (event) => {
    const buttons = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      close();
      before?.focus();
      event.preventDefault();
    } else if (step) {
      const next = buttons.indexOf(document.activeElement) + step;
      buttons[(next + buttons.length) % buttons.length].focus();
      event.preventDefault();
    }
  };
  menu.replaceChildren(
    ...items.map(({ icon: name, label, run }) =>
      el(
        "button",
        { type: "button", role: "menuitem", onclick: () => { close(); run(); } },
        icon(name),
        label,
      ),
    ),
  );
  menu.hidden = false;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", keys);
  menu.firstElementChild.focus();
}
