// Puts a button behind each address that copies it. Without this the address can be selected and copied by hand.
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
    } catch {
      field.focus();
    }
  });
  field.closest("label").after(button, status);
}
