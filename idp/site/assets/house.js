// What script adds to a page that works without it.
"use strict";

// After an error the summary is read first.
document.querySelector(".summary")?.focus();

// "Show" beside a password.
for (const button of document.querySelectorAll(".reveal")) {
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

// A pressed button keeps its words and says that it is busy. A second press is harmless: the server decides.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => event.submitter?.setAttribute("aria-busy", "true"));
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
