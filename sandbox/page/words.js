// Draw text with its entities. Offsets count UTF-16 units, which is how JavaScript counts too.

import { el } from "./dom.js";

const TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/** A fragment with the text; onCommand is called with a command that was tapped. */
export function drawWords(text, entities, onCommand) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...stretch(text, ordered, 0, text.length, onCommand));
  return fragment;
}

function stretch(text, entities, from, to, onCommand) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length > 0) {
    const [first, ...others] = rest;
    const end = Math.min(first.offset + first.length, to);
    if (first.offset >= to) break;
    if (first.offset < at || end <= first.offset) {
      rest = others;
      continue;
    }
    if (first.offset > at) nodes.push(text.slice(at, first.offset));
    const inner = others.filter((e) => e.offset < end);
    const node = nodeFor(first, text.slice(first.offset, end), onCommand);
    node.append(...stretch(text, inner, first.offset, end, onCommand));
    nodes.push(node);
    at = end;
    rest = others.filter((e) => e.offset >= end);
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function nodeFor(entity, shown, onCommand) {
  if (TAGS[entity.type]) return el(TAGS[entity.type]);
  if (entity.type === "url") return link(shown);
  if (entity.type === "text_link") return link(entity.url);
  if (entity.type === "bot_command") {
    return el("button", { type: "button", class: "command", onclick: () => onCommand(shown) });
  }
  if (entity.type === "spoiler") return spoiler();
  return el("span");
}

function link(address) {
  const isWeb = /^https?:\/\//i.test(address || "");
  return isWeb ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }) : el("u");
}

function spoiler() {
  const hidden = el("button", { type: "button", class: "spoiler", "aria-label": "Show hidden text" });
  hidden.addEventListener("click", () => {
    hidden.classList.add("is-shown");
    hidden.removeAttribute("aria-label");
  });
  return hidden;
}
