// Draw the chat. A block is one message or one album; a block whose data did not change keeps its
// element, so photos do not flicker and focus stays where it was.

import { byId, el, icon } from "./dom.js";
import { openContext, openViewer } from "./overlays.js";
import { drawWords } from "./words.js";

const SWIPE_PX = 56;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const drawn = new Map(); // block key -> {element, fingerprint}

/** Draw these messages (oldest first); acts is {press, reply, command}. */
export function drawChat(messages, acts) {
  const known = new Map(messages.map((message) => [message.id, message]));
  const elements = [];
  const keep = new Set();
  let day = null;
  let side = null;
  for (const block of blocksOf(messages)) {
    const today = DAY.format(block[0].at);
    if (today !== day) elements.push(dayMark((day = today)));
    const turns = side !== null && side !== block[0].mine;
    side = block[0].mine;
    const key = `${block[0].album || block[0].id}`;
    keep.add(key);
    elements.push(blockElement(key, block, known, { turns, acts }));
  }
  for (const key of drawn.keys()) if (!keep.has(key)) drawn.delete(key);
  place(elements);
}

export function forgetDrawn() {
  drawn.clear();
  byId("messages").replaceChildren();
}

/** What a message is in one line: for quotes, labels and the reply bar. */
export function inShort(message) {
  const text = message.text.split("\n")[0];
  if (message.media?.kind === "document") return text || message.media.name;
  return text || (message.media ? "Photo" : "Message");
}

function place(elements) {
  const list = byId("messages");
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
  });
  while (list.children.length > elements.length) list.lastElementChild.remove();
}

function blocksOf(messages) {
  const blocks = [];
  for (const message of messages) {
    const last = blocks.at(-1);
    if (message.album && last?.[0].album === message.album) last.push(message);
    else blocks.push([message]);
  }
  return blocks;
}

function dayMark(text) {
  return el("li", { class: "day", role: "presentation" }, text);
}

function blockElement(key, block, known, { turns, acts }) {
  const answered = known.get(block[0].reply_to);
  const fingerprint = JSON.stringify([block, turns, answered && inShort(answered)]);
  const before = drawn.get(key);
  if (before?.fingerprint === fingerprint) return before.element;
  const element = row(block, answered, turns, acts);
  if (!before) element.classList.add("is-new");
  else {
    element.classList.add("is-changed");
    keepFocus(before.element, element);
  }
  drawn.set(key, { element, fingerprint });
  return element;
}

function keepFocus(before, after) {
  if (!before.contains(document.activeElement)) return;
  const keys = [...before.querySelectorAll(".key")];
  const index = keys.indexOf(document.activeElement);
  requestAnimationFrame(() => {
    const next = after.querySelectorAll(".key")[index] || after.querySelector("button, a");
    next?.focus({ preventScroll: true });
  });
}

function row(block, answered, turns, acts) {
  const lead = block[0];
  const classes = ["row", lead.mine && "is-mine", turns && "turns"].filter(Boolean).join(" ");
  const bubble = drawBubble(block, answered, acts);
  const menu = (x, y) => openContext(x, y, menuItems(lead, acts));
  const options = el(
    "button",
    {
      type: "button",
      class: "round options",
      "aria-label": `Options for: ${inShort(lead)}`,
      "aria-haspopup": "menu",
      onclick: (event) => {
        const box = event.currentTarget.getBoundingClientRect();
        menu(box.left, box.bottom);
      },
    },
    icon("more"),
  );
  const made = el(
    "li",
    { class: classes, "data-id": lead.id },
    el("div", { class: "line" }, bubble, options),
    keyboardOf(block.at(-1), acts),
  );
  bubble.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    menu(event.clientX, event.clientY);
  });
  bubble.addEventListener("click", (event) => {
    const isTouch = event.pointerType === "touch";
    if (isTouch && !event.target.closest("button, a")) menu(event.clientX, event.clientY);
  });
  swipes(made, () => acts.reply(lead));
  return made;
}

function menuItems(message, acts) {
  const items = [{ icon: "reply", label: "Reply", run: () => acts.reply(message) }];
  if (message.text) {
    const copy = () => navigator.clipboard?.writeText(message.text);
    items.push({ icon: "copy", label: "Copy text", run: copy });
  }
  return items;
}

function drawBubble(block, answered, acts) {
  const lead = block[0];
  const told = block.find((message) => message.text) || lead;
  const hasMedia = block.some((message) => message.media?.kind === "photo");
  const stamp = stampOf(block.at(-1), hasMedia && !told.text);
  const bubble = el("div", { class: hasMedia ? "bubble has-media" : "bubble" });
  if (lead.reply_to) bubble.append(quoteOf(answered));
  bubble.append(...mediaOf(block));
  if (told.text) {
    const words = el("div", { class: "words", dir: "auto" });
    words.append(drawWords(told.text, told.entities, acts.command), stamp);
    bubble.append(words);
  } else bubble.append(hasMedia ? stamp : el("div", { class: "words" }, stamp));
  return bubble;
}

function stampOf(message, onPhoto) {
  const time = TIME.format(message.at);
  return el(
    "time",
    { class: onPhoto ? "stamp on-photo" : "stamp", datetime: new Date(message.at).toISOString() },
    message.edited ? `edited ${time}` : time,
  );
}

function quoteOf(answered) {
  if (!answered) return el("div", { class: "quoted" }, el("span", {}, el("i", {}, "Deleted message")));
  const quote = el("button", { type: "button", class: "quoted", onclick: () => find(answered.id) });
  if (answered.media?.kind === "photo") quote.append(el("img", { src: answered.media.url, alt: "" }));
  quote.append(el("span", {}, el("b", {}, answered.sender), el("i", {}, inShort(answered))));
  return quote;
}

/** Scroll to a message and let it light up. */
export function find(messageId) {
  const target = byId("messages").querySelector(`[data-id="${Number(messageId)}"]`);
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: "smooth" });
  target.classList.remove("is-found");
  requestAnimationFrame(() => target.classList.add("is-found"));
}

function mediaOf(block) {
  const photos = block.filter((message) => message.media?.kind === "photo");
  const files = block.filter((message) => message.media?.kind === "document").map(fileOf);
  if (photos.length < 2) return [...photos.map(photoOf), ...files];
  const lead = photos.length % 2 === 1 && photos.length !== 5 && photos.length !== 9 ? "1" : "0";
  return [el("div", { class: "album", "data-count": photos.length, "data-lead": lead }, ...photos.map(photoOf)), ...files];
}

function photoOf(message) {
  const { url, width, height } = message.media;
  const told = message.text ? `Photo: ${inShort(message)}` : `Photo from ${message.sender}`;
  const image = el("img", { src: url, alt: told, width, height, draggable: "false" });
  const shown = el("button", { type: "button", class: "photo", onclick: () => openViewer(url, told) }, image);
  shown.style.aspectRatio = message.album ? "" : `${width} / ${Math.min(height, width * 1.25)}`;
  return shown;
}

function fileOf(message) {
  const { url, name, size } = message.media;
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "FILE";
  return el(
    "a",
    { class: "file", href: url, download: name },
    el("span", { class: "file-mark", "aria-hidden": "true" }, ending),
    el("span", { class: "file-words" }, el("b", { dir: "auto" }, name), el("small", {}, sizeOf(size))),
  );
}

function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function keyboardOf(message, acts) {
  if (message.keyboard.length === 0) return null;
  const rows = message.keyboard.map((keys) =>
    el("div", { class: "keys-row" }, ...keys.map((key) => keyOf(message, key, acts))),
  );
  return el("div", { class: "keys", role: "group", "aria-label": "Buttons" }, ...rows);
}

function keyOf(message, key, acts) {
  if (key.url) {
    const isWeb = /^https?:\/\//i.test(key.url);
    return el("a", { class: "key", href: isWeb ? key.url : null, target: "_blank", rel: "noopener noreferrer" }, key.label);
  }
  const made = el("button", { type: "button", class: "key" }, key.label);
  made.addEventListener("click", async () => {
    if (made.classList.contains("is-waiting")) return;
    made.classList.add("is-waiting");
    made.setAttribute("aria-busy", "true");
    await acts.press(message.id, key.data);
    made.classList.remove("is-waiting");
    made.removeAttribute("aria-busy");
  });
  return made;
}

/** A swipe to the left answers the message. */
function swipes(element, reply) {
  let from = null;
  element.addEventListener("pointerdown", (event) => {
    from = event.pointerType === "touch" ? { x: event.clientX, y: event.clientY } : null;
  });
  element.addEventListener("pointermove", (event) => {
    if (!from) return;
    const pulled = Math.max(-90, Math.min(0, event.clientX - from.x));
    element.classList.add("is-swiping");
    element.style.translate = pulled < -8 ? `${pulled}px 0` : "";
  });
  const end = (event) => {
    if (from && event.type === "pointerup" && event.clientX - from.x < -SWIPE_PX) reply();
    from = null;
    element.classList.remove("is-swiping");
    element.style.translate = "";
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
}
