// What is about to be sent: text, picked photos and files, the answered message, the menus.

import { byId, el, icon } from "./dom.js";
import { inShort } from "./messages.js";
import { openContext, toast } from "./overlays.js";

const AS_PHOTO = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const MOST_AT_ONCE = 10;

/** One composer; send({text, files, as, replyTo}) is awaited and may throw. */
export class Composer {
  constructor(send) {
    this.send = send;
    this.files = [];
    this.replyTo = null;
    this.hint = "Message";
    this.commands = [];
    this.text = byId("text");
    this.#wireForm();
    this.#wireFiles();
    this.#wireDrop();
    this.#wireCommands();
    this.#refresh();
  }

  /** Answer a message (null: none); the hint stands in the empty field. */
  reply(message, hint = "Message") {
    this.replyTo = message;
    this.hint = hint;
    byId("replying").hidden = !message;
    if (message) {
      byId("replying-name").textContent = message.sender;
      byId("replying-text").textContent = inShort(message);
      this.text.focus();
    }
    this.#refresh();
  }

  setCommands(commands) {
    this.commands = commands;
    byId("open-commands").hidden = commands.length === 0;
    if (!byId("commands").hidden) this.#drawCommands(this.text.value);
  }

  setSamples(names) {
    byId("open-tray").hidden = names.length === 0;
    byId("tray-row").replaceChildren(...names.map((name) => this.#sample(name)));
  }

  showTray(isShown) {
    byId("tray").hidden = !isShown;
    byId("open-tray").setAttribute("aria-expanded", String(isShown));
  }

  /** Forget what was begun, when another person takes the phone. */
  reset() {
    this.files = [];
    this.text.value = "";
    this.reply(null);
    this.#refresh();
  }

  add(files, as = null) {
    const room = MOST_AT_ONCE - this.files.length;
    if (files.length > room) toast(`At most ${MOST_AT_ONCE} at once.`);
    this.files.push(...[...files].slice(0, room));
    if (as) this.#radio(as).checked = true;
    this.#refresh();
    byId("send").focus({ preventScroll: true });
  }

  async #submit() {
    const text = this.text.value.trim();
    if (!text && this.files.length === 0) return;
    const draft = { text, files: this.files, as: this.#as(), replyTo: this.replyTo?.id };
    const before = { text: this.text.value, files: this.files, reply: this.replyTo };
    this.reset();
    this.showTray(false);
    try {
      await this.send(draft);
    } catch (refusal) {
      this.text.value = before.text;
      this.files = before.files;
      this.reply(before.reply);
      toast(refusal.message);
    }
    this.#refresh();
    this.text.focus();
  }

  #as() {
    return this.#radio("document").checked ? "document" : "photo";
  }

  #radio(as) {
    return document.querySelector(`input[name="as"][value="${as}"]`);
  }

  #refresh() {
    const onlyPictures = this.files.every((file) => AS_PHOTO.includes(file.type));
    this.#radio("photo").disabled = !onlyPictures;
    if (!onlyPictures) this.#radio("document").checked = true;
    if (this.files.length === 0) this.#radio("photo").checked = true;
    byId("pending").hidden = this.files.length === 0;
    byId("pending-row").replaceChildren(...this.files.map((file) => this.#pendingItem(file)));
    byId("send").disabled = !this.text.value.trim() && this.files.length === 0;
    byId("composer").classList.toggle("is-typing", this.text.value.length > 0);
    this.text.placeholder = this.files.length ? "Caption" : this.hint;
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 130)}px`;
  }

  #pendingItem(file) {
    const item = el("div", { class: "pending-item" });
    if (AS_PHOTO.includes(file.type)) {
      const url = URL.createObjectURL(file);
      item.append(el("img", { src: url, alt: file.name, onload: () => URL.revokeObjectURL(url) }));
    } else item.append(el("span", { class: "name" }, file.name));
    const drop = () => {
      this.files = this.files.filter((other) => other !== file);
      this.#refresh();
      this.text.focus();
    };
    item.append(el("button", { type: "button", "aria-label": `Remove ${file.name}`, onclick: drop }, icon("close")));
    return item;
  }

  #sample(name) {
    const url = `/page/samples/${encodeURIComponent(name)}`;
    const label = name.replace(/\.[a-z0-9]+$/i, "").replace(/[_-]+/g, " ");
    const take = async () => this.add([await fileFrom(url, name)]);
    const made = el(
      "button",
      { type: "button", class: "sample", draggable: "true", title: label, "aria-label": `Take the photo ${label}`, onclick: take },
      el("img", { src: url, alt: "", draggable: "false", loading: "lazy" }),
    );
    made.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/x-sample", name));
    return made;
  }

  #wireForm() {
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.text.addEventListener("input", () => {
      this.#refresh();
      this.#toggleCommands(/^\/\w*$/.test(this.text.value));
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (!this.#takeCommand()) this.#submit();
      } else if (event.key === "Escape") {
        if (byId("commands").hidden) this.reply(null);
        else this.#toggleCommands(false);
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (this.#moveInCommands(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
      }
    });
    byId("replying-drop").addEventListener("click", () => this.reply(null));
  }

  #wireFiles() {
    byId("attach").addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      openContext(box.left, box.top - 104, [
        { icon: "photo", label: "Photo or album", run: () => byId("photos").click() },
        { icon: "file", label: "File, e.g. an STL", run: () => byId("files").click() },
      ]);
    });
    byId("tray-row").addEventListener("wheel", (event) => {
      byId("tray-row").scrollLeft += event.deltaY;
    }, { passive: true });
    for (const [input, as] of [["photos", "photo"], ["files", "document"]]) {
      byId(input).addEventListener("change", (event) => {
        this.add(event.target.files, as);
        event.target.value = "";
      });
    }
    byId("pending-drop").addEventListener("click", () => {
      this.files = [];
      this.#refresh();
      this.text.focus();
    });
    byId("open-tray").addEventListener("click", () => this.showTray(byId("tray").hidden));
    this.text.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length === 0) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
  }

  #wireDrop() {
    const layer = byId("drop");
    const carries = (event) => [...event.dataTransfer.types].some((t) => t === "Files" || t === "text/x-sample");
    addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      layer.hidden = false;
      for (const zone of layer.children) zone.classList.toggle("is-over", zone === event.target);
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) layer.hidden = true;
    });
    addEventListener("dragend", () => (layer.hidden = true));
    addEventListener("drop", async (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      layer.hidden = true;
      const as = event.target.dataset?.as || "photo";
      const name = event.dataTransfer.getData("text/x-sample");
      const files = [...event.dataTransfer.files];
      if (name) files.push(await fileFrom(`/page/samples/${encodeURIComponent(name)}`, name));
      this.add(files, as);
    });
  }

  #wireCommands() {
    byId("open-commands").addEventListener("click", () => {
      const opens = byId("commands").hidden;
      this.#toggleCommands(opens);
      if (opens) byId("commands").querySelector("button")?.focus();
    });
    byId("commands").addEventListener("keydown", (event) => {
      const buttons = [...byId("commands").querySelectorAll("button")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") {
        this.#toggleCommands(false);
        byId("open-commands").focus();
      } else if (step) {
        event.preventDefault();
        const next = buttons.indexOf(document.activeElement) + step;
        buttons[(next + buttons.length) % buttons.length].focus();
      }
    });
    document.addEventListener("pointerdown", (event) => {
      const isOurs = event.target.closest("#commands, #open-commands, #text");
      if (!isOurs) this.#toggleCommands(false);
    });
  }

  #toggleCommands(isShown) {
    const opens = isShown && this.commands.length > 0;
    if (opens) this.#drawCommands(this.text.value);
    byId("commands").hidden = !opens;
    byId("open-commands").setAttribute("aria-expanded", String(opens));
  }

  #drawCommands(typed) {
    const wanted = typed.startsWith("/") ? typed.slice(1).toLowerCase() : "";
    const fitting = this.commands.filter((c) => c.command.startsWith(wanted));
    const lines = fitting.map((c, index) =>
      el(
        "button",
        { type: "button", role: "option", class: index === 0 && wanted ? "is-on" : "", onclick: () => this.#send(`/${c.command}`) },
        el("code", {}, `/${c.command}`),
        el("span", {}, c.description),
      ),
    );
    byId("commands").replaceChildren(...(lines.length ? lines : [el("p", {}, "No such command")]));
  }

  #moveInCommands(step) {
    if (byId("commands").hidden) return false;
    const buttons = [...byId("commands").querySelectorAll("button")];
    const at = buttons.findIndex((b) => b.classList.contains("is-on"));
    buttons.forEach((b) => b.classList.remove("is-on"));
    buttons[(at + step + buttons.length) % buttons.length]?.classList.add("is-on");
    return true;
  }

  #takeCommand() {
    const chosen = byId("commands").hidden ? null : byId("commands").querySelector(".is-on");
    chosen?.click();
    return Boolean(chosen);
  }

  #send(command) {
    this.#toggleCommands(false);
    this.text.value = command;
    this.#submit();
  }
}

async function fileFrom(url, name) {
  const blob = await (await fetch(url)).blob();
  return new File([blob], name, { type: blob.type });
}
