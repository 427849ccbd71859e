// Copies addresses, and keeps an open page true. Without it addresses can be copied by hand, and the page reloaded.
"use strict";

for (const field of document.querySelectorAll("input[data-copy]")) {
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue; // browsers give it to encrypted pages only
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "copy";
  button.textContent = field.dataset.copy;
  status.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = field.dataset.copied;
      setTimeout(() => (status.textContent = ""), 5000);
    } catch {
      field.focus();
    }
  });
  field.closest("label").after(button, status);
}

// While the page is visible it is asked for again each minute and at its next boundary. Only what changed is replaced.

const now = document.getElementById("now");
const sentence = () => now.querySelector("h2").textContent;
let timer;

async function look() {
  try {
    const response = await fetch(location.href, { cache: "no-cache" });
    if (response.ok) show(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    // offline: the next look may find it again
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  const left = Date.parse(now.dataset.until) + 2000 - Date.now(); // the server needs a second to follow the clock
  if (!document.hidden) timer = setTimeout(look, left > 0 ? Math.min(left, 60_000) : 60_000);
}

function show(page) {
  if (!page.getElementById("now")) return;
  const before = sentence();
  update(document.getElementById("main"), page.getElementById("main"));
  if (sentence() !== before) document.getElementById("spoken").textContent = sentence();
}

// Makes an element like a fresh one; elements stay, and with them focus, scroll position, typed text and what is unfolded.
function update(old, fresh) {
  if (old.isEqualNode(fresh) || old.dataset?.still !== undefined) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = find(next, child);
    if (!match) {
      old.insertBefore(child, next);
      continue;
    }
    while (next !== match) next = remove(next);
    next = match.nextSibling;
    update(match, child);
  }
  while (next) next = remove(next);
}

function remove(node) {
  const following = node.nextSibling;
  node.remove();
  return following;
}

// Returns the node to be made like a fresh one: the one with its id, else the next of its kind before one with an id.
function find(node, fresh) {
  for (; node; node = node.nextSibling) {
    if (fresh.id ? node.id === fresh.id : !node.id && node.nodeName === fresh.nodeName) return node;
    if (!fresh.id && node.id) return null;
  }
  return null;
}

if (now) {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  wait();
}
