// Small helps for browsers with JavaScript. Every page works without it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// What went wrong comes before what went well.
const told = document.querySelector(".error-summary:not(.sample *)") ?? document.querySelector(".told");
if (told) told.focus();
