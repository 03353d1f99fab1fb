// Search.

const dialog = $("dialog.search"), find = $("button.find");
if (dialog && find) {
  const [input, list, output] = [$("input", dialog), $("ol", dialog), $("output", dialog)];
  let entries;

  const open = () => {
    if (dialog.open) return;
    $("#navigation").hidePopover?.();
    dialog.showModal();
    input.select();
    entries ??= fetch(dialog.dataset.index).then((answer) => answer.json()).then((all) => all.map(([kind, title, address, text]) => ({
      kind, title, address, text, inTitle: title.toLowerCase(), inText: text.toLowerCase(),
    })));
    entries.catch(() => { entries = undefined; output.value = "The search index could not be loaded."; });
  };

  // Guides come first and schemas last, except that an entry whose exact title is the query comes first.
  const RANK = { guide: 40, section: 4, operation: 6, field: 4, move: 3, problem: 2, schema: 0 };

  // A word that is in the title counts more than a word that is only in the text.
  const worth = (entry, words, query) => {
    let sum = entry.title === input.value.trim() ? 200 : entry.inTitle === query ? 60 : entry.inTitle.startsWith(query) ? 30 : 0;
    for (const word of words) {
      const [title, text] = [entry.inTitle.indexOf(word), entry.inText.indexOf(word)];
      if (title < 0 && text < 0) return 0;
      sum += title === 0 ? 20 : title > 0 ? 12 : 0;
      sum += text >= 0 ? 2 : 0;
    }
    return sum + (entry.inTitle.includes(words[0]) ? RANK[entry.kind === "guide" && entry.address.includes("#") ? "section" : entry.kind] : 0);
  };

  const excerpt = ({ text, inText }, words) => {
    const at = Math.max(0, Math.min(...words.map((word) => inText.indexOf(word)).filter((at) => at >= 0), text.length));
    const from = at > 40 && at < text.length ? at - 30 : 0;
    return (from > 0 ? "…" : "") + text.slice(from, from + 140).trim();
  };

  const marked = (text, words) => {
    const lower = text.toLowerCase();
    const word = words.filter((word) => lower.includes(word)).sort((a, b) => b.length - a.length)[0];
    if (!word) return [text];
    const at = lower.indexOf(word);
    return [text.slice(0, at), element("mark", { textContent: text.slice(at, at + word.length) }), text.slice(at + word.length)];
  };

  const search = async () => {
    const query = input.value.trim().toLowerCase(), words = query.split(/\s+/).filter(Boolean);
    let all;
    try { all = (await entries) ?? []; } catch { return; }
    if (query !== input.value.trim().toLowerCase()) return;
    const found = words.length === 0 ? [] : all.map((entry) => [worth(entry, words, query), entry]).filter(([sum]) => sum > 0);
    found.sort(([a], [b]) => b - a);
    list.replaceChildren(...found.slice(0, 30).map(([, entry]) => element("li", {},
      element("a", { href: entry.address },
        element("span", { className: "badge", textContent: entry.kind }), " ", element("strong", {}, ...marked(entry.title, words)),
        element("span", { className: "about" }, ...marked(excerpt(entry, words), words))))));
    output.value = words.length === 0 ? "" : found.length === 0 ? "Nothing found." : `${found.length} found`;
  };

  find.hidden = false;
  find.addEventListener("click", open);
  $("button", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  list.addEventListener("click", (event) => { if (event.target.closest("a")) dialog.close(); });
  input.addEventListener("input", search);
  $("form", dialog).addEventListener("submit", (event) => { event.preventDefault(); $("a", list)?.click(); });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [input, ...$$("a", list)];
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + step))].focus();
  });
  addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    const hotkey = (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey)
      || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (hotkey) { event.preventDefault(); open(); }
  });
}
