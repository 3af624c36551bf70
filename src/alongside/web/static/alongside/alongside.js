// Small helps for browsers with JavaScript. Every page works without it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
