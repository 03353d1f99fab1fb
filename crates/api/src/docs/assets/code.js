// Copy buttons.

const withCopy = (pre) => {
  const button = element("button", { type: "button", className: "copy", textContent: "Copy" });
  button.setAttribute("aria-label", `Copy: ${pre.getAttribute("aria-label") ?? "code"}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText($("code", pre).textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren($("code", pre));
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  const around = element("div", { className: "code" });
  pre.replaceWith(around);
  around.append(pre, button);
};
$$("main pre").forEach(withCopy);

/* The language of the samples */

const languages = $$(".languages input");
const language = remembered(local, "language");
for (const choice of languages) {
  if (choice.value === language) choice.checked = true;
  choice.addEventListener("change", () => { remember(local, "language", choice.value); showSample(); });
}
const showSample = () => {
  const chosen = languages.find((choice) => choice.checked)?.value;
  for (const pre of $$("pre[data-language]")) pre.parentElement.hidden = pre.dataset.language !== chosen;
};
showSample();
