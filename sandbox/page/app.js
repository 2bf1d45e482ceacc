// The chat page: keeps what the sandbox tells, draws the chosen person's chat, sends what they do.

import { Composer } from "./composer.js";
import { byId, el } from "./dom.js";
import { drawChat, forgetDrawn } from "./messages.js";
import { fetchPeople, listen, pressButton, sendFiles, sendText } from "./net.js";
import { alertBox, setUpViewer, toast } from "./overlays.js";

const NEAR_BOTTOM_PX = 120;
const ACTIONS = {
  typing: "typing…",
  upload_photo: "sending a photo…",
  upload_document: "sending a file…",
};

const chats = new Map(); // person id -> {messages: Map, commands, action, unread}
let people = [];
let chosen = null;
let isLinked = true;
let world = null;
let isPinned = true; // the newest message stays in view until somebody scrolls up

const acts = {
  press: async (messageId, data) => {
    try {
      const answer = await pressButton(chosen, messageId, data);
      if (!answer.answered) toast("The bot did not answer.");
      else if (answer.alert) alertBox(answer.toast);
      else toast(answer.toast);
    } catch (refusal) {
      toast(refusal.message);
    }
  },
  reply: (message) => composer.reply(message),
  command: (command) => sendText(chosen, command).catch((refusal) => toast(refusal.message)),
};

const composer = new Composer(async ({ text, files, as, replyTo }) => {
  if (files.length) await sendFiles(chosen, { files, as, caption: text, replyTo });
  else await sendText(chosen, text, replyTo);
  isPinned = true;
  toBottom("instant");
});

function chatOf(person) {
  if (!chats.has(person)) {
    chats.set(person, { messages: new Map(), commands: [], action: null, unread: 0, isKnown: false });
  }
  return chats.get(person);
}

async function meetPeople() {
  const { bot, people: met, samples } = await fetchPeople();
  people = met;
  byId("bot-name").textContent = bot.name;
  document.title = `${bot.name}: the chat`;
  composer.setSamples(samples);
  if (!people.some((person) => person.id === chosen) && people.length) {
    const named = Number(location.hash.slice(1));
    choose(people.some((p) => p.id === named) ? named : people[0].id);
  }
  drawPeople();
}

function onNews(news) {
  const chat = chatOf(news.person);
  if (world !== null && world !== news.world) location.reload(); // another sandbox took the port
  world = news.world;
  const isFirst = !chat.isKnown;
  chat.isKnown = true;
  for (const message of news.messages) {
    const isNew = !chat.messages.has(message.id);
    if (message.deleted) chat.messages.delete(message.id);
    else chat.messages.set(message.id, message);
    const isUnseen = news.person !== chosen && !isFirst && isNew && !message.mine;
    if (isUnseen && !message.deleted) chat.unread += 1;
  }
  chat.commands = news.commands;
  chat.action = news.action;
  if (!people.some((person) => person.id === news.person)) meetPeople();
  if (news.person === chosen) draw(isFirst);
  drawPeople();
}

function draw(isFirst) {
  const chat = chatOf(chosen);
  const messages = [...chat.messages.values()].sort((a, b) => a.id - b.id);
  byId("empty").hidden = messages.length > 0;
  byId("messages").hidden = messages.length === 0;
  drawChat(messages, acts);
  drawStatus(chat.action);
  composer.setCommands(chat.commands);
  const last = messages.at(-1);
  if (last && !last.mine && last.asks_for_reply !== null && composer.replyTo?.id !== last.id) askFor(last);
  if (isFirst) {
    isPinned = true;
    composer.showTray(messages.length === 0 && !byId("open-tray").hidden);
  }
  if (isPinned) toBottom("instant");
  else byId("jump").hidden = false;
}

let askedFor = 0;
function askFor(message) {
  if (askedFor === message.id) return;
  askedFor = message.id;
  composer.reply(message, message.asks_for_reply || "Your answer");
}

function drawStatus(action) {
  const status = byId("bot-status");
  status.classList.toggle("is-busy", Boolean(action) && isLinked);
  status.textContent = isLinked ? (action ? ACTIONS[action] || "busy…" : "bot") : "connecting…";
  byId("busy").hidden = !action || !isLinked;
}

function drawPeople() {
  const buttons = people.map((person, index) => {
    const unread = chats.get(person.id)?.unread || 0;
    return el(
      "button",
      {
        type: "button",
        class: "person",
        "data-person": person.id,
        "aria-pressed": String(person.id === chosen),
        onclick: () => choose(person.id),
      },
      el("span", { class: "avatar", "data-tone": index % 3, "aria-hidden": "true" }, [...person.name][0] || "?"),
      el("span", { class: "person-words" }, el("b", {}, person.name), person.label ? el("small", {}, person.label) : null),
      unread ? el("span", { class: "badge" }, el("span", { class: "visually-hidden" }, "unread: "), String(unread)) : null,
    );
  });
  const focused = document.activeElement?.dataset?.person;
  byId("people").replaceChildren(...buttons);
  if (focused) byId("people").querySelector(`[data-person="${Number(focused)}"]`)?.focus();
}

function choose(person) {
  if (chosen !== null && chosen !== person) composer.reset();
  chosen = person;
  history.replaceState(null, "", `#${person}`);
  const chat = chatOf(person);
  chat.unread = 0;
  forgetDrawn();
  draw(chat.isKnown);
  drawPeople();
}

function isNearBottom() {
  const box = byId("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM_PX;
}

function toBottom(behavior) {
  requestAnimationFrame(() => {
    const box = byId("scroll");
    box.scrollTo({ top: box.scrollHeight, behavior });
    byId("jump").hidden = true;
  });
}

function setUpTheme() {
  const root = document.documentElement;
  const set = (theme) => {
    root.dataset.theme = theme;
    byId("theme").setAttribute("aria-label", `Switch to the ${theme === "dark" ? "light" : "dark"} theme`);
    byId("theme").querySelector("use").setAttribute("href", theme === "dark" ? "#i-sun" : "#i-moon");
  };
  const wished = localStorage.getItem("theme");
  set(wished || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  byId("theme").addEventListener("click", () => {
    set(root.dataset.theme === "dark" ? "light" : "dark");
    localStorage.setItem("theme", root.dataset.theme);
  });
}

function setUpScroll() {
  const box = byId("scroll");
  let before = 0;
  box.addEventListener("scroll", () => {
    if (isNearBottom()) isPinned = true;
    else if (box.scrollTop < before) isPinned = false;
    if (isPinned) byId("jump").hidden = true;
    before = box.scrollTop;
  });
  byId("jump").addEventListener("click", () => toBottom("smooth"));
  const sizes = new ResizeObserver(() => isPinned && toBottom("instant"));
  sizes.observe(byId("messages"));
  sizes.observe(box);
  byId("start").addEventListener("click", () => acts.command("/start"));
}

setUpTheme();
setUpViewer();
setUpScroll();
await meetPeople();
listen(onNews, (linked) => {
  isLinked = linked;
  if (chosen !== null) drawStatus(chatOf(chosen).action);
});
