// The form that tries an operation.

const freshKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const trial = $("form.trial");
if (trial) {
  const { method, path } = trial.dataset;
  // Fill the form with the id and the entity tag of the last record of this collection that this tab has seen.
  const collection = /^\/v1\/[a-z]+/.exec(path)?.[0];
  const seen = (name) => remembered(session, `${name} ${collection}`);
  const fields = $$("[data-in]", trial);
  const id = fields.find((field) => field.dataset.in === "path" && field.name === "id");
  if (id) id.value = seen("id") ?? "";
  const match = fields.find((field) => field.name === "If-Match");
  if (match?.required) match.value = seen("etag") ?? "";
  const renew = () => { for (const field of fields) if ("fresh" in field.dataset) field.value = freshKey(); };

  const request = () => {
    const headers = new Headers(), query = new URLSearchParams();
    let address = path, body;
    for (const { name, value, dataset } of fields) {
      if (value === "") continue;
      if (dataset.in === "key") headers.set("Authorization", `Bearer ${value}`);
      if (dataset.in === "header") headers.set(name, value);
      if (dataset.in === "media") headers.set("Content-Type", value);
      if (dataset.in === "query") query.set(name, value);
      if (dataset.in === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
      if (dataset.in === "body") body = value;
    }
    if ([...query].length > 0) address += `?${query}`;
    return [address, { method: method.toUpperCase(), headers, body, cache: "no-store", credentials: "omit", redirect: "manual" }];
  };

  const shown = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };

  const show = (answer, text, elapsed) => {
    const status = element("span", { className: `status of-${Math.floor(answer.status / 100)}`, textContent: answer.status });
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const block = (label, content) => {
      const pre = element("pre", { tabIndex: 0, role: "group", ariaLabel: label }, element("code", { textContent: content }));
      return pre;
    };
    const body = block("Body of the answer", shown(text));
    const more = element("details", {}, element("summary", { textContent: "Headers" }), block("Headers of the answer", headers));
    $(".try .answer").replaceChildren(element("p", {}, status, ` ${answer.statusText} in ${elapsed} ms`), ...(text ? [body] : []), more);
    $$(".try .answer pre").forEach(withCopy);
  };

  trial.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = $("[type=submit]", trial), started = performance.now();
    send.disabled = true;
    try {
      const answer = await fetch(...request());
      const text = await answer.text();
      show(answer, text, Math.round(performance.now() - started));
      if (answer.ok) {
        const { id } = (() => { try { return JSON.parse(text); } catch { return {}; } })();
        if (typeof id === "string") remember(session, `id ${collection}`, id);
        if (answer.headers.has("etag")) remember(session, `etag ${collection}`, answer.headers.get("etag"));
      }
    } catch (failure) {
      $(".try .answer").replaceChildren(element("p", { textContent: `The browser could not send the request: ${failure.message}` }));
    } finally {
      send.disabled = false;
      send.focus();
      renew();
    }
  });
  renew();
  trial.closest("section").hidden = false;
}
