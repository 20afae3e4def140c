// What script adds to a page that works without it.
"use strict";

// After an error the summary is read first.
document.querySelector(".summary")?.focus();

// "Show" beside a password.
for (const button of document.querySelectorAll(".secret .reveal")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

// A document to be read to its end. Its box for agreeing stands there, so whoever ticks it from afar is told, and led
// back to the text; what brings the box into sight (scrolling, End, Tab) is enough.
for (const text of document.querySelectorAll("[data-unread]")) {
  const tick = text.querySelector("input");
  const told = document.getElementById(text.dataset.told);
  let read = tick.checked;
  const look = () => {
    read ||= tick.getBoundingClientRect().top < text.getBoundingClientRect().bottom;
    if (read) told.textContent = "";
  };
  text.addEventListener("scroll", look, { passive: true });
  tick.addEventListener("click", (event) => {
    look();
    if (read) return;
    event.preventDefault();
    told.textContent = text.dataset.unread;
    text.focus();
  });
}

// What will end soon says so before it does.
for (const note of document.querySelectorAll("[data-soon]")) {
  setTimeout(() => (note.hidden = false), note.dataset.soon * 1000);
}

// A calendar beside a date, which can be typed as well.
for (const button of document.querySelectorAll(".pick")) {
  if (!("showPicker" in HTMLInputElement.prototype)) break;
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const twin = Object.assign(document.createElement("input"), { type: "date", className: "away", tabIndex: -1 });
  twin.setAttribute("aria-hidden", "true");
  button.after(twin);
  button.hidden = false;
  button.addEventListener("click", () => {
    const typed = /^(\d{4})\D?(\d{2})\D?(\d{2})$/.exec(field.value.trim());
    if (typed) twin.value = typed.slice(1).join("-");
    twin.showPicker();
  });
  twin.addEventListener("change", () => {
    if (twin.value) field.value = twin.value.replaceAll("-", "");
  });
}

// A pressed button keeps its words and says that it is busy. A second press is harmless: the server decides.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => event.submitter?.setAttribute("aria-busy", "true"));
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
