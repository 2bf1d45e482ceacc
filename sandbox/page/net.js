// Talk to the sandbox: small JSON calls, and one stream of news for all chats.

export async function fetchPeople() {
  return (await fetch("/page/people")).json();
}

export function sendText(person, text, replyTo) {
  return post(`/page/chats/${person}/text`, JSON.stringify({ text, reply_to: replyTo }), true);
}

export function sendFiles(person, { files, as, caption, replyTo }) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  form.append("as", as);
  form.append("caption", caption);
  if (replyTo) form.append("reply_to", replyTo);
  return post(`/page/chats/${person}/files`, form, false);
}

export function pressButton(person, messageId, data) {
  return post(
    `/page/chats/${person}/press`,
    JSON.stringify({ message_id: messageId, data }),
    true,
  );
}

/** Calls onNews({person, version, action, commands, messages}) for ever; reconnects by itself. */
export function listen(onNews, onLink) {
  const stream = new EventSource("/page/events");
  stream.addEventListener("message", (event) => onNews(JSON.parse(event.data)));
  stream.addEventListener("open", () => onLink(true));
  stream.addEventListener("error", () => onLink(false));
}

async function post(url, body, isJson) {
  const headers = isJson ? { "Content-Type": "application/json" } : {};
  const response = await fetch(url, { method: "POST", body, headers });
  const answer = await response.json().catch(() => ({ reason: response.statusText }));
  if (!response.ok) throw new Error(answer.reason || `The sandbox answered ${response.status}.`);
  return answer;
}
